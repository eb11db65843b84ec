"""What a viewer gets of an answer that the front keeps: parts of it, or the word that it has it already."""

import pytest

from tests.local.scripted import Says, fronted, x_cache

DATE, BEFORE, AFTER = (
    "Sun, 06 Nov 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49:36 GMT",
    "Sun, 06 Nov 1994 08:49:38 GMT",
)
KEPT = Says("max-age=100", headers={"etag": '"a"', "last-modified": DATE, "content-type": "image/png"})
WEAK = Says("max-age=100", headers={"etag": 'W/"a"'})

CONDITIONS = [
    ("RFC 9110 section 13.1.2: the same tag", {"if_none_match": '"a"'}, 304),
    ("RFC 9110 section 13.1.2: weak comparison", {"if_none_match": 'W/"a"'}, 304),
    ("RFC 9110 section 13.1.2: one of several tags", {"if_none_match": '"x", "a"'}, 304),
    ("RFC 9110 section 13.1.2: any", {"if_none_match": "*"}, 304),
    ("RFC 9110 section 13.1.2: another tag", {"if_none_match": '"b"'}, 200),
    ("RFC 9110 section 13.1.3: the same date", {"if_modified_since": DATE}, 304),
    ("RFC 9110 section 13.1.3: a later date", {"if_modified_since": AFTER}, 304),
    ("RFC 9110 section 13.1.3: an earlier date", {"if_modified_since": BEFORE}, 200),
    ("RFC 9110 section 13.1.3: no date", {"if_modified_since": "yesterday"}, 200),
    ("RFC 9110 section 13.1.3: If-None-Match goes first", {"if_none_match": '"b"', "if_modified_since": AFTER}, 200),
    ("RFC 9110 section 13.2.2: before any range", {"if_none_match": '"a"', "range": "bytes=0-1"}, 304),
    ("RFC 9110 section 13.1.1: If-Match is for origins", {"if_match": '"b"'}, 200),
]

RANGES = [
    ("RFC 9110 section 14.1.2: from first to last", {"range": "bytes=2-4"}, b"234", "bytes 2-4/10"),
    ("RFC 9110 section 14.1.2: one byte", {"range": "bytes=0-0"}, b"0", "bytes 0-0/10"),
    ("RFC 9110 section 14.1.2: open", {"range": "bytes=7-"}, b"789", "bytes 7-9/10"),
    ("RFC 9110 section 14.1.2: a suffix", {"range": "bytes=-2"}, b"89", "bytes 8-9/10"),
    ("RFC 9110 section 14.1.2: a suffix longer than the body", {"range": "bytes=-99"}, b"0123456789", "bytes 0-9/10"),
    ("RFC 9110 section 14.1.2: a last byte beyond the body", {"range": "bytes=8-99"}, b"89", "bytes 8-9/10"),
    ("RFC 9110 section 13.1.5: If-Range, same tag", {"range": "bytes=2-4", "if_range": '"a"'}, b"234", "bytes 2-4/10"),
    ("RFC 9110 section 13.1.5: If-Range, same date", {"range": "bytes=2-4", "if_range": DATE}, b"234", "bytes 2-4/10"),
]

WHOLE = [
    ("RFC 9110 section 14.2: several ranges", {"range": "bytes=0-1,3-4"}),
    ("RFC 9110 section 14.2: another unit", {"range": "pixels=0-1"}),
    ("RFC 9110 section 14.1.1: last before first", {"range": "bytes=4-2"}),
    ("RFC 9110 section 14.1.1: no numbers", {"range": "bytes=a-b"}),
    ("RFC 9110 section 13.1.5: If-Range, another tag", {"range": "bytes=2-4", "if_range": '"b"'}),
    ("RFC 9110 section 13.1.5: If-Range, a weak tag", {"range": "bytes=2-4", "if_range": 'W/"a"'}),
    ("RFC 9110 section 13.1.5: If-Range, another date", {"range": "bytes=2-4", "if_range": AFTER}),
]


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("source", "headers", "status"), CONDITIONS)
def test_conditions(source: str, headers: dict[str, str], status: int, method: str) -> None:
    """A viewer that has the answer gets 304 from the cache, with the headers of RFC 9110 section 15.4.5 and no body."""
    with fronted(None, KEPT) as found:
        found.ask()
        response = found.ask(method, **headers)
        assert (response.status_code, len(found.origin.asked)) == (status, 1), source
        assert x_cache(response) == "Hit"
        assert {"etag", "cache-control", "date", "age"} <= response.headers.keys()
        if status == 304:
            assert response.content == b""
            assert not {"content-length", "content-type", "transfer-encoding"} & response.headers.keys()


@pytest.mark.parametrize(("source", "headers", "body", "content_range"), RANGES)
def test_ranges(source: str, headers: dict[str, str], body: bytes, content_range: str) -> None:
    """One range comes out of the cached body (section 15.3.7)."""
    with fronted(None, KEPT) as found:
        found.ask()
        response = found.ask(**headers)
        assert (response.status_code, response.content) == (206, body), source
        assert response.headers["content-range"] == content_range
        assert response.headers["content-length"] == str(len(body))
        assert {"etag", "content-type"} <= response.headers.keys()
        assert x_cache(response) == "Hit"


@pytest.mark.parametrize(("source", "headers"), WHOLE)
def test_the_whole_body(source: str, headers: dict[str, str]) -> None:
    """Whatever is no single range of bytes of this version gets the whole body."""
    with fronted(None, KEPT) as found:
        found.ask()
        response = found.ask(**headers)
        assert (response.status_code, response.content) == (200, b"0123456789"), source


@pytest.mark.parametrize("wanted", ["bytes=10-", "bytes=99-100", "bytes=-0"])
def test_a_range_beyond_the_body(wanted: str) -> None:
    """RFC 9110 section 15.5.17: 416 with the length of what there is."""
    with fronted(None, KEPT) as found:
        found.ask()
        response = found.ask(range=wanted)
        assert (response.status_code, response.headers["content-range"]) == (416, "bytes */10")
        assert x_cache(response) == "Error"
        assert found.ask().content == b"0123456789"


def test_a_range_of_head_is_ignored() -> None:
    """RFC 9110 section 14.2: Range is for GET."""
    with fronted(None, KEPT) as found:
        response = found.ask("HEAD", range="bytes=0-1")
        assert (response.status_code, response.headers["content-length"]) == (200, "10")


def test_a_weak_tag_is_no_condition_for_a_range() -> None:
    """RFC 9110 section 13.1.5: If-Range compares strongly, so a weak tag never holds."""
    with fronted(None, WEAK) as found:
        found.ask()
        assert found.ask(range="bytes=0-1", if_range='W/"a"').status_code == 200
        assert found.ask(if_none_match='"a"').status_code == 304


def test_a_range_fills_the_cache() -> None:
    """A range of what is not kept yet fetches the whole once; conditions of a viewer are not sent on."""
    with fronted(None, KEPT) as found:
        first = found.ask(range="bytes=2-4", if_none_match='"b"')
        assert (first.status_code, first.content, x_cache(first)) == (206, b"234", "Miss")
        assert not {"range", "if-none-match"} & found.origin.asked[0]["headers"].keys()
        assert x_cache(found.ask()) == "Hit"


def test_errors_are_sent_as_they_are() -> None:
    """RFC 9110 section 13.2.1: conditions and ranges are for answers of 200 only."""
    with fronted(None, Says(status=404, headers={"etag": '"a"'})) as found:
        for headers in ({"if_none_match": '"a"'}, {"range": "bytes=0-1"}):
            response = found.ask(**headers)
            assert (response.status_code, response.content) == (404, b"0123456789")
