"""What the front keeps and for how long: each row names the section or page that it is taken from.

RFC 9110 (HTTP), RFC 9111 (caching), RFC 5861 (stale answers), and pages of CloudFront's developer guide: Expiration,
HTTPStatusCodes, CustomErrorPagesExpiration, 3xx, CustomOrigin ("Request and response behavior for custom origins").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate

import pytest

from tests.local.scripted import Says, distribution, fronted, x_cache

ETAG = {"etag": '"1"'}
LONG_AGO = "Sun, 06 Nov 1994 08:49:37 GMT"


@dataclass(frozen=True)
class Ask:
    """A request and what has to come of it."""

    cache: str
    """The first word of X-Cache."""
    calls: int
    """Requests to the origin up to then."""
    after: float = 0
    """Seconds that pass before it."""
    status: int = 200
    method: str = "GET"
    body: bytes | None = None
    age: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    """Of the answer."""
    asked: Mapping[str, str | None] = field(default_factory=dict)
    """Headers that the origin got; None for one that it must not have got."""


Row = tuple[str, tuple[int, int, int], Sequence[Says], Sequence[Ask]]
ZERO = (0, 60, 1_000)
"""Minimum, default and maximum of the behaviour."""
MINIMUM = (20, 60, 1_000)

FRESH: list[Row] = [
    (
        "Expiration, minimum 0: max-age is the lifetime",
        ZERO,
        [Says("max-age=10")],
        [Ask("Miss", 1), Ask("Hit", 1, after=9, age=9), Ask("Miss", 2, after=2)],
    ),
    ("Expiration, minimum 0: never longer than the maximum", ZERO, [Says("max-age=5000")],
     [Ask("Miss", 1), Ask("Hit", 1, after=999), Ask("Miss", 2, after=2)]),
    ("Expiration, minimum 0: without a word the default", ZERO, [Says()],
     [Ask("Miss", 1), Ask("Hit", 1, after=59), Ask("Miss", 2, after=2)]),
    ("RFC 9111 section 4.2.1, Expiration: s-maxage goes before max-age", ZERO, [Says("max-age=1, s-maxage=10")],
     [Ask("Miss", 1), Ask("Hit", 1, after=9), Ask("Miss", 2, after=2)]),
    ("RFC 9111 section 4.2.1: s-maxage=0 goes before max-age", ZERO, [Says("max-age=10, s-maxage=0")],
     [Ask("Miss", 1), Ask("Miss", 2)]),
    ("RFC 9111 section 5.3, Expiration: a date in Expires", ZERO, [Says(headers={"expires": "+10"})],
     [Ask("Miss", 1), Ask("Hit", 1, after=8), Ask("Miss", 2, after=3)]),
    ("RFC 9111 section 5.3: Expires that is no date is in the past", ZERO, [Says(headers={"expires": "0"})],
     [Ask("Miss", 1), Ask("Miss", 2)]),
    ("RFC 9111 section 5.3: max-age goes before Expires", ZERO, [Says("max-age=10", headers={"expires": LONG_AGO})],
     [Ask("Miss", 1), Ask("Hit", 1, after=9)]),
    ("RFC 9111 section 1.2.2: max-age that is no number is as if it were not there", ZERO, [Says("max-age=ten")],
     [Ask("Miss", 1), Ask("Hit", 1, after=59)]),
    ("RFC 9111 section 5.2.2: directives are known in any case", ZERO, [Says("MAX-AGE=10")],
     [Ask("Miss", 1), Ask("Hit", 1, after=9), Ask("Miss", 2, after=2)]),
    ("RFC 9111 section 5.2.2.5, Expiration: no-store", ZERO, [Says("no-store, max-age=10")],
     [Ask("Miss", 1), Ask("Miss", 2)]),
    ("RFC 9111 section 5.2.2.7, Expiration: private", ZERO, [Says("private, max-age=10")],
     [Ask("Miss", 1), Ask("Miss", 2)]),
    ("RFC 9111 section 5.2.2.4, Expiration: no-cache is kept and asked for each time", ZERO,
     [Says("no-cache", headers=ETAG), Says("no-cache", status=304, headers=ETAG, body=b"")],
     [Ask("Miss", 1), Ask("RefreshHit", 2, body=b"0123456789", asked={"if-none-match": '"1"'})]),
    ("Expiration, minimum over 0: max-age below it counts as the minimum", MINIMUM, [Says("max-age=1")],
     [Ask("Miss", 1), Ask("Hit", 1, after=19), Ask("Miss", 2, after=2)]),
    ("Expiration, minimum over 0: max-age between minimum and maximum", MINIMUM, [Says("max-age=30")],
     [Ask("Miss", 1), Ask("Hit", 1, after=29), Ask("Miss", 2, after=2)]),
    ("Expiration, minimum over 0: without a word the greater of minimum and default", (90, 60, 1_000), [Says()],
     [Ask("Miss", 1), Ask("Hit", 1, after=89), Ask("Miss", 2, after=2)]),
    ("Expiration, minimum over 0: no-store, no-cache, private are kept for the minimum", MINIMUM,
     [Says("private, no-store, no-cache")], [Ask("Miss", 1), Ask("Hit", 1, after=19), Ask("Miss", 2, after=2)]),
    ("CustomOrigin: Vary: * is asked for each time, without a condition", ZERO,
     [Says("max-age=10", headers={"vary": "*", **ETAG})],
     [Ask("Miss", 1), Ask("Miss", 2, asked={"if-none-match": None})]),
    ("RFC 9111 section 4.2.3: the Age that an answer comes with counts", ZERO,
     [Says("max-age=10", headers={"age": "7"})],
     [Ask("Miss", 1), Ask("Hit", 1, after=2, age=9), Ask("Miss", 2, after=2)]),
    ("3xx: a redirect is kept like any other answer", ZERO,
     [Says("max-age=10", status=302, headers={"location": "/b"}, body=b"")],
     [Ask("Miss", 1, status=302), Ask("Hit", 1, status=302, headers={"location": "/b"})]),
    ("3xx: 307 is kept only with Cache-Control", ZERO, [Says(status=307, headers={"location": "/b"}, body=b"")],
     [Ask("Miss", 1, status=307), Ask("Miss", 2, status=307)]),
    ("RFC 9110 section 9.3.2: HEAD is answered out of what GET brought", ZERO, [Says("max-age=10")],
     [Ask("Miss", 1), Ask("Hit", 1, method="HEAD", body=b"", headers={"content-length": "10"})]),
    ("RFC 9110 section 9.3.2: HEAD brings the body for the next GET", ZERO, [Says("max-age=10")],
     [Ask("Miss", 1, method="HEAD", body=b""), Ask("Hit", 1, body=b"0123456789")]),
]  # fmt: skip

ERRORS: list[Row] = [
    ("HTTPStatusCodes: an error is kept for 10 seconds", ZERO, [Says(status=404)],
     [Ask("Error", 1, status=404), Ask("Error", 1, after=9, status=404, age=9), Ask("Error", 2, after=2, status=404)]),
    ("CustomErrorPagesExpiration: the distribution's seconds for 503", ZERO, [Says(status=503)],
     [Ask("Error", 1, status=503), Ask("Error", 1, after=4, status=503), Ask("Error", 2, after=2, status=503)]),
    ("CustomErrorPagesExpiration: the origin's seconds if they are more", ZERO, [Says("max-age=30", status=404)],
     [Ask("Error", 1, status=404), Ask("Error", 1, after=29, status=404), Ask("Error", 2, after=2, status=404)]),
    ("CustomErrorPagesExpiration: not the origin's seconds if they are fewer", ZERO, [Says("max-age=1", status=404)],
     [Ask("Error", 1, status=404), Ask("Error", 1, after=9, status=404)]),
    ("CustomErrorPagesExpiration: no-store counts for 404", ZERO, [Says("no-store", status=404)],
     [Ask("Error", 1, status=404), Ask("Error", 2, status=404)]),
    ("CustomErrorPagesExpiration: no-store counts for 501", ZERO, [Says("private", status=501)],
     [Ask("Error", 1, status=501), Ask("Error", 2, status=501)]),
    ("CustomErrorPagesExpiration: no-store does not count for 500", ZERO, [Says("no-store", status=500)],
     [Ask("Error", 1, status=500), Ask("Error", 1, after=9, status=500)]),
    ("HTTPStatusCodes: 403 is kept only with max-age or s-maxage", ZERO, [Says(status=403)],
     [Ask("Error", 1, status=403), Ask("Error", 2, status=403)]),
    ("HTTPStatusCodes: 403 with max-age is kept", ZERO, [Says("max-age=20", status=403)],
     [Ask("Error", 1, status=403), Ask("Error", 1, after=19, status=403)]),
    ("CustomErrorPagesExpiration: 416 is never kept", ZERO, [Says("max-age=20", status=416)],
     [Ask("Error", 1, status=416), Ask("Error", 2, status=416)]),
    ("HTTPStatusCodes: 429 is not among those that are kept", ZERO, [Says("max-age=20", status=429)],
     [Ask("Error", 1, status=429), Ask("Error", 2, status=429)]),
    ("CustomOrigin: an origin that breaks off before it answers is 502, kept like any other", ZERO,
     [Says(body=b"", breaks=True)], [Ask("Error", 1, status=502), Ask("Error", 1, after=9, status=502)]),
    ("CustomOrigin: an origin that breaks off in the body is 502, and no half body is kept", ZERO,
     [Says("max-age=10", breaks=True), Says("max-age=10")],
     [Ask("Error", 1, status=502), Ask("Miss", 2, after=11, body=b"0123456789")]),
    ("CustomOrigin: a body of another length than announced is not kept", ZERO,
     [Says("max-age=10", headers={"content-length": "20"}), Says("max-age=10")],
     [Ask("Error", 1, status=502), Ask("Miss", 2, after=11)]),
]  # fmt: skip

OLD = Says("max-age=10", headers=ETAG, body=b"old")
NEW = Says("max-age=10", headers={"etag": '"2"'}, body=b"new")
SAME = Says("max-age=10", status=304, headers={**ETAG, "x-new": "1"}, body=b"")

RENEWED: list[Row] = [
    ("RFC 9111 section 4.3.1: what is no longer fresh is asked for with its ETag", ZERO, [OLD, SAME],
     [Ask("Miss", 1), Ask("RefreshHit", 2, after=11, body=b"old", asked={"if-none-match": '"1"'}),
      Ask("Hit", 2, after=9, body=b"old", age=9)]),
    ("RFC 9111 section 4.3.1: ... and with its Last-Modified", ZERO,
     [Says("max-age=10", headers={"last-modified": LONG_AGO}), Says("max-age=10", status=304, body=b"")],
     [Ask("Miss", 1), Ask("RefreshHit", 2, after=11, asked={"if-modified-since": LONG_AGO})]),
    ("RFC 9111 section 4.3.4: a 304 brings new headers, and leaves those of the body", ZERO,
     [OLD, Says("max-age=30", status=304, headers={**ETAG, "x-new": "1", "content-type": "x/y"}, body=b"")],
     [Ask("Miss", 1), Ask("RefreshHit", 2, after=11, headers={"x-new": "1", "content-length": "3"}),
      Ask("Hit", 2, after=29, headers={"x-new": "1", "cache-control": "max-age=30"})]),
    ("RFC 9111 section 4.3.4: a 304 of another version does not renew", ZERO,
     [OLD, Says("max-age=10", status=304, headers={"etag": '"2"'}, body=b""), NEW],
     [Ask("Miss", 1), Ask("Miss", 3, after=11, body=b"new", asked={"if-none-match": None})]),
    ("RFC 9111 section 4.3.3: a full answer takes its place", ZERO, [OLD, NEW],
     [Ask("Miss", 1), Ask("Miss", 2, after=11, body=b"new"), Ask("Hit", 2, body=b"new")]),
    ("RFC 9111 section 3: a renewed answer that must not be kept goes", ZERO, [OLD, Says("no-store", body=b"new")],
     [Ask("Miss", 1), Ask("Miss", 2, after=11, body=b"new"), Ask("Miss", 3, asked={"if-none-match": None})]),
    ("HTTPStatusCodes: a 4xx takes the place of an expired object", ZERO, [OLD, Says(status=404)],
     [Ask("Miss", 1), Ask("Error", 2, after=11, status=404)]),
    ("HTTPStatusCodes: while the origin fails, an expired object is served", ZERO, [OLD, Says(status=500)],
     [Ask("Miss", 1), Ask("Hit", 2, after=11, body=b"old", age=11), Ask("Hit", 2, after=9, body=b"old"),
      Ask("Hit", 3, after=2, body=b"old")]),
    ("CustomOrigin, origin unavailable: ... and while it breaks off", ZERO, [OLD, Says(body=b"", breaks=True), NEW],
     [Ask("Miss", 1), Ask("Hit", 2, after=11, body=b"old"), Ask("Miss", 3, after=11, body=b"new")]),
    ("RFC 5861 section 4: no longer than stale-if-error says", ZERO,
     [Says("max-age=10, stale-if-error=20", body=b"old"), Says(status=500)],
     [Ask("Miss", 1), Ask("Hit", 2, after=29, body=b"old"), Ask("Error", 3, after=20, status=500)]),
    ("RFC 9111 section 4.2.4: never with must-revalidate", ZERO,
     [Says("max-age=10, must-revalidate", body=b"old"), Says(status=500)],
     [Ask("Miss", 1), Ask("Error", 2, after=11, status=500)]),
    ("RFC 9111 section 5.2.2.4: never with no-cache", ZERO, [Says("no-cache", headers=ETAG), Says(status=500)],
     [Ask("Miss", 1), Ask("Error", 2, status=500)]),
    ("HTTPStatusCodes: an error that is no longer fresh is not served on", ZERO, [Says(status=404), Says(status=500)],
     [Ask("Error", 1, status=404), Ask("Error", 2, after=11, status=500)]),
    ("RFC 5861 section 3: not served after stale-while-revalidate", ZERO,
     [Says("max-age=10, stale-while-revalidate=20", body=b"old"), NEW],
     [Ask("Miss", 1), Ask("Miss", 2, after=31, body=b"new")]),
]  # fmt: skip


def answer(says: Says, now: float) -> Says:
    """With a date in the place of "+seconds" in Expires."""
    expires = says.headers.get("expires", "")
    if not expires.startswith("+"):
        return says
    return Says(says.control, says.status, {"expires": formatdate(now + int(expires), usegmt=True)}, says.body)


@pytest.mark.parametrize(("source", "times", "says", "asks"), [*FRESH, *ERRORS, *RENEWED])
def test_caching(source: str, times: tuple[int, int, int], says: Sequence[Says], asks: Sequence[Ask]) -> None:
    """Each row of the tables above holds."""
    with fronted(distribution(*times, errors={503: 5}), *says) as found:
        found.origin.answers = [answer(one, found.clock.now) for one in says]
        for ask in asks:
            found.clock.now += ask.after
            response = found.ask(ask.method)
            assert (x_cache(response), len(found.origin.asked)) == (ask.cache, ask.calls), source
            assert response.status_code == ask.status
            assert ask.body is None or response.content == ask.body
            assert response.headers.items() >= ask.headers.items()
            assert ask.age is None or response.headers["age"] == str(ask.age)
            told = found.origin.asked[-1]["headers"]
            assert {name: told.get(name) for name in ask.asked} == ask.asked
