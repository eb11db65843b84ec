"""HTTP answers (spec sections 6 and 7)."""

import json
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack import skips
from imagestack.errors import (
    BadRequestError,
    ImageStackError,
    MethodNotAllowedError,
    NotServedError,
    OriginStatusError,
    OriginThrottledError,
    OriginTimeoutError,
)
from imagestack.ports import Stored, Transformed, Version
from imagestack.request import ImageRequest, image_request
from imagestack.response import Answer, Response, error_response, image_response, media_type

BODY = b"an original of 24 bytes!"
ETAG, MADE_ETAG = '"original"', '"made"'
CHANGED = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
CHANGED_TEXT = "Mon, 06 May 2024 07:08:09 GMT"
MADE = Transformed(
    operations=("resize", "convert"),
    reasons=(),
    content_type="image/webp",
    etag=MADE_ETAG,
    length=10,
    origin_size=24,
    download_time=12,
    processing_time=34,
)
ALWAYS = {
    "X-Img-Server",
    "ETag",
    "Last-Modified",
    "Cache-Control",
    "X-Content-Type-Options",
    "Content-Length",
    "Content-Type",
}


def asked(method: str = "GET", **headers: str) -> ImageRequest:
    return image_request(method, "/a.jpg", (), {name.replace("_", "-"): text for name, text in headers.items()})


def stored(**fields: Any) -> Stored:
    return replace(Stored("a.jpg", Version(ETAG, CHANGED), len(BODY), "image/jpeg"), **fields)


def passed(of: Stored | None = None, **fields: Any) -> Answer:
    """An original, as it is."""
    return Answer(of or stored(), BODY, "/_original/a.jpg", **fields)


def skipped(**fields: Any) -> Answer:
    """An original, for a reason."""
    return passed(reasons=(skips.WOULD_ENLARGE,), download_time=12, **fields)


def made(of: Stored | None = None, **fields: Any) -> Answer:
    """A transformed image."""
    answer = Answer(of or stored(), b"0123456789", "/_derived/a.webp", transformed=MADE)
    return replace(answer, **fields)


def test_pass_through() -> None:
    """An original is byte for byte itself, with its own type and validators, and not a word of processing."""
    response = image_response(asked(), passed())
    assert (response.status, response.body) == (200, BODY)
    assert set(response.headers) == ALWAYS
    assert response.headers["X-Img-Server"]
    assert response.headers["ETag"] == ETAG
    assert response.headers["Last-Modified"] == CHANGED_TEXT
    assert response.headers["Cache-Control"] == "public, max-age=86400"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Length"] == "24"
    assert response.headers["Content-Type"] == "image/jpeg"


def test_transformed() -> None:
    """A transformed image tells what was done to it."""
    response = image_response(asked(), made())
    assert (response.status, response.body) == (200, b"0123456789")
    assert set(response.headers) == ALWAYS | {
        "X-Img-Operations",
        "X-Img-Origin-Size",
        "X-Img-Saved-Bytes",
        "X-Img-Origin-Download-Time",
        "X-Img-Processing-Time",
    }
    assert response.headers["X-Img-Operations"] == "resize convert"
    assert response.headers["X-Img-Origin-Size"] == "24"
    assert response.headers["X-Img-Saved-Bytes"] == "14"
    assert response.headers["X-Img-Origin-Download-Time"] == "12"
    assert response.headers["X-Img-Processing-Time"] == "34"
    assert response.headers["Content-Length"] == "10"
    assert response.headers["Content-Type"] == "image/webp"
    assert response.headers["ETag"] == MADE_ETAG
    assert response.headers["Last-Modified"] == CHANGED_TEXT


def test_score_and_quality() -> None:
    """Where somebody has looked, the score is told; where the quality was chosen, that too."""
    told = {"X-Img-Score", "X-Img-Quality"}
    assert not told & image_response(asked(), made()).headers.keys()
    scored = image_response(asked(), made(transformed=replace(MADE, score=0))).headers
    assert {name: scored[name] for name in told & scored.keys()} == {"X-Img-Score": "0"}
    chosen = image_response(asked(), made(transformed=replace(MADE, score=76, quality=63))).headers
    assert {name: chosen[name] for name in told} == {"X-Img-Score": "76", "X-Img-Quality": "63"}


def test_grown() -> None:
    """With resize or crop the result may be larger than the original: Saved-Bytes is negative then."""
    grown = Transformed(("crop",), (), "image/png", MADE_ETAG, 30, 24, 1, 2)
    assert image_response(asked(), made(transformed=grown)).headers["X-Img-Saved-Bytes"] == "-6"


def test_skip() -> None:
    """A skip without any operation has its reason and the download time, and no other word of processing."""
    response = image_response(asked(), skipped())
    assert set(response.headers) == ALWAYS | {"Img-Skip-Reason", "X-Img-Origin-Download-Time"}
    assert response.headers["Img-Skip-Reason"] == skips.WOULD_ENLARGE
    assert response.headers["X-Img-Origin-Download-Time"] == "12"
    assert response.body == BODY


def test_download_time_belongs_to_a_skip() -> None:
    """An original that nothing was wanted of has not a word of processing, however long its fetch took."""
    assert set(image_response(asked(), passed(download_time=12)).headers) == ALWAYS


def test_partly_skipped() -> None:
    """Of several operations, what was done and what was not are both told; reasons in their order."""
    response = image_response(asked(), made(reasons=(skips.CROP_TOO_LARGE, skips.BAD_QUALITY)))
    assert response.headers["Img-Skip-Reason"] == f"{skips.BAD_QUALITY}; {skips.CROP_TOO_LARGE}"
    assert response.headers["X-Img-Operations"] == "resize convert"


def test_one_etag_for_every_pass_through() -> None:
    """All pass-throughs of an original share its ETag; a transform has another."""
    assert image_response(asked(), passed()).headers["ETag"] == image_response(asked(), skipped()).headers["ETag"]
    assert image_response(asked(), made()).headers["ETag"] != ETAG


@pytest.mark.parametrize("answer", [passed(), skipped(), made()], ids=["passed", "skipped", "made"])
def test_head(answer: Answer) -> None:
    """HEAD has the headers of GET, and no body."""
    response = image_response(asked("HEAD"), answer)
    assert response.headers == image_response(asked(), answer).headers
    assert (response.status, response.body) == (200, b"")


@pytest.mark.parametrize("varies", [True, False])
@pytest.mark.parametrize("header", [{}, {"if_none_match": "*"}], ids=["200", "304"])
def test_vary(varies: object, header: dict[str, str]) -> None:
    """Vary: Accept on 200 and 304 exactly where other clients may get another format."""
    for answer in (passed(varies=varies), made(varies=varies)):
        headers = image_response(asked(**header), answer).headers
        assert headers.get("Vary") == ("Accept" if varies else None)


def test_cache_control_of_the_original() -> None:
    """The original's own Cache-Control is sent, for a transform as well, and with 304."""
    of = stored(headers={"Cache-Control": "max-age=60"})
    for answer in (passed(of), made(of)):
        for headers in ({}, {"if_none_match": "*"}):
            assert image_response(asked(**headers), answer).headers["Cache-Control"] == "max-age=60"


@pytest.mark.parametrize("answer", [skipped(passing=True), made(passing=True)], ids=["skipped", "made"])
@pytest.mark.parametrize("header", [{}, {"if_none_match": "*"}], ids=["200", "304"])
def test_passing(answer: Answer, header: dict[str, str]) -> None:
    """What the next invocation may do better is kept for seconds only, whatever the original says."""
    age = max_age(image_response(asked(**header), answer).headers)
    assert 0 <= age < 60


def test_what_the_original_brings_along() -> None:
    """Content-Disposition, Content-Language and user metadata come along, of a transform too."""
    brought = {"Content-Disposition": 'inline; filename="a.jpg"', "Content-Language": "de", "x-amz-meta-by": "me"}
    of = stored(headers=brought)
    for answer in (passed(of), made(of)):
        headers = image_response(asked(), answer).headers
        assert {name: headers[name] for name in brought} == brought


def test_content_encoding() -> None:
    """An encoded original is passed on with its Content-Encoding; a transform of one cannot be."""
    assert image_response(asked(), passed(stored(content_encoding="gzip"))).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in image_response(asked(), passed()).headers
    assert "Content-Encoding" not in image_response(asked(), made(stored(content_encoding="aws-chunked"))).headers


@pytest.mark.parametrize(
    ("content_type", "sent"),
    [
        ("image/png", "image/png"),
        ("text/html; charset=utf-8", "text/html; charset=utf-8"),
        (None, "application/octet-stream"),
        ("", "application/octet-stream"),
        ("\n", "application/octet-stream"),
    ],
)
def test_own_content_type(content_type: str | None, sent: str) -> None:
    """An original has its own Content-Type, right or wrong."""
    assert image_response(asked(), passed(stored(content_type=content_type))).headers["Content-Type"] == sent


OTHER = '"other"'
EARLIER, LATER = "Mon, 06 May 2024 07:08:08 GMT", "Mon, 06 May 2024 07:08:10 GMT"

# If-None-Match, If-Modified-Since, status of a pass-through, status of a transform.
CONDITIONS = {
    "none": (None, None, 200, 200),
    "own tag": (ETAG, None, 304, 200),
    "transform's tag": (MADE_ETAG, None, 200, 304),
    "both tags": (f"{ETAG}, {MADE_ETAG}", None, 304, 304),
    "both tags, tight": (f"{ETAG},{MADE_ETAG}", None, 304, 304),
    "both tags, weak": (f"W/{ETAG}, W/{MADE_ETAG}", None, 304, 304),
    "last of many": (f"{OTHER}, W/{OTHER}, {ETAG}", None, 304, 200),
    "another tag": (OTHER, None, 200, 200),
    "star": ("*", None, 304, 304),
    "quoted star": ('"*"', None, 200, 200),
    "tag without quotes": ("original", None, 200, 200),
    "part of the tag": ('"origina"', None, 200, 200),
    "more than the tag": ('"original2"', None, 200, 200),
    "other case": (ETAG.upper(), None, 200, 200),
    "empty": ("", None, 200, 200),
    "same date": (None, CHANGED_TEXT, 304, 200),
    "later date": (None, LATER, 304, 200),
    "earlier date": (None, EARLIER, 200, 200),
    "same date in another zone": (None, "Mon, 06 May 2024 09:08:09 +0200", 304, 200),
    "earlier date in another zone": (None, "Mon, 06 May 2024 07:08:09 +0200", 200, 200),
    "same date, old form": (None, "Monday, 06-May-24 07:08:09 GMT", 304, 200),
    "first date": (None, "Mon, 01 Jan 0001 00:00:00 +2300", 200, 200),
    "last date": (None, "Fri, 31 Dec 9999 23:59:59 -2300", 304, 200),
    "no date": (None, "yesterday", 200, 200),
    "matching tag beats earlier date": (ETAG, EARLIER, 304, 200),
    "another tag beats later date": (OTHER, LATER, 200, 200),
    "broken tag beats later date": ("original", LATER, 200, 200),
    "star beats earlier date": ("*", EARLIER, 304, 304),
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("none_match", "since", "of_original", "of_transform"), CONDITIONS.values(), ids=CONDITIONS)
def test_conditions(
    none_match: str | None, since: str | None, of_original: int, of_transform: int, method: str
) -> None:
    """If-None-Match beats If-Modified-Since, which is honoured for pass-through only."""
    headers = {"if_none_match": none_match, "if_modified_since": since}
    request = asked(method, **{name: text for name, text in headers.items() if text is not None})
    assert image_response(request, passed()).status == of_original
    assert image_response(request, skipped()).status == of_original
    assert image_response(request, made()).status == of_transform


@pytest.mark.parametrize("answer", [passed(), skipped(), made()], ids=["passed", "skipped", "made"])
def test_not_modified(answer: Answer) -> None:
    """304 has the validators of the 200 and no body."""
    whole = image_response(asked(), answer)
    response = image_response(asked(if_none_match=answer.etag), answer)
    assert (response.status, response.body) == (304, b"")
    for name in ("ETag", "Last-Modified", "Cache-Control", "X-Img-Server", "X-Content-Type-Options"):
        assert response.headers[name] == whole.headers[name]
    assert "Content-Type" not in response.headers
    assert response.headers.get("Content-Length", "24") != "0"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_too_large_a_body(method: str) -> None:
    """A body that Lambda cannot return is fetched from the bucket, by its version, for a short time."""
    for answer, path in ((passed(), "/_original/a.jpg"), (made(), "/_derived/a.webp")):
        response = image_response(asked(method), without_body(answer))
        assert (response.status, response.body) == (302, b"")
        location, _, query = response.headers["Location"].partition("?")
        assert location == path
        assert answer.etag.strip('"') in query
        assert response.headers["Content-Length"] == "0"
        assert max_age(response.headers) < 3600


def test_redirect_tells_what_was_done() -> None:
    """A redirect, too, tells what was done and what was not, and how caches tell viewers apart."""
    headers = image_response(asked(), without_body(made(varies=True, reasons=(skips.BAD_QUALITY,)))).headers
    assert headers["X-Img-Operations"] == "resize convert"
    assert headers["Img-Skip-Reason"] == skips.BAD_QUALITY
    assert headers["Vary"] == "Accept"


def test_refining() -> None:
    """What will be made smaller is kept by the edge for a minute, and by browsers as always; so says a 304 too."""
    answer = made(refining=True)
    told = {image_response(asked(**header), answer).headers["Cache-Control"] for header in ({}, {"if_none_match": "*"})}
    assert told == {"public, max-age=86400, s-maxage=60"}


def test_passing_redirect() -> None:
    """A redirect to what the next invocation may do better is kept for seconds, too."""
    usual = image_response(asked(), without_body(skipped())).headers
    passing = image_response(asked(), without_body(skipped(passing=True))).headers
    assert max_age(passing) < 60
    assert max_age(passing) < max_age(usual)


def test_redirect_is_conditional() -> None:
    """Who has the image already is not sent to fetch it."""
    assert image_response(asked(if_none_match=MADE_ETAG), without_body(made())).status == 304


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(texts, texts)
def test_any_location(key: str, tag: str) -> None:
    """A Location is ASCII and stays below its folder, whatever the key is called."""
    answer = Answer(Stored(key, Version(f'"{tag}"', CHANGED), 24), None, f"/_original/{key}")
    location = image_response(asked(), answer).headers["Location"]
    assert printable(location)
    assert location.startswith("/_original/")
    assert location.count("?") == 1
    assert "#" not in location


def header_texts() -> st.SearchStrategy[str]:
    return st.one_of(
        st.text(max_size=30),
        st.sampled_from(["a\r\nSet-Cookie: b=c", "\x00", "ü", "\x7f", "a\tb", "\u2028", "\ud800", "=?UTF-8?B?w7w=?="]),
    )


@given(
    st.dictionaries(
        st.sampled_from(["Cache-Control", "Content-Disposition", "Content-Language", "x-amz-meta-a"]), header_texts()
    ),
    st.none() | header_texts(),
    header_texts(),
)
def test_header_values_are_printable(brought: dict[str, str], content_type: str | None, encoding: str) -> None:
    """Whatever the stored headers hold, what is sent is printable ASCII: no header can be smuggled in."""
    of = stored(headers=brought, content_type=content_type, content_encoding=encoding)
    for answer in (passed(of), made(of), without_body(passed(of))):
        for request in (asked(), asked(if_none_match="*")):
            response = image_response(request, answer)
            assert all(printable(text) for text in response.headers.values()), response.headers


@pytest.mark.parametrize(
    ("content_type", "kind"),
    [
        ("image/jpeg", "image/jpeg"),
        ("Image/JPEG", "image/jpeg"),
        ("image/svg+xml; charset=utf-8", "image/svg+xml"),
        (" text/html ;x", "text/html"),
        ("application/vnd.ms-excel", "application/vnd.ms-excel"),
        (None, "application/octet-stream"),
        ("", "application/octet-stream"),
        ("jpeg", "application/octet-stream"),
        ("image/", "application/octet-stream"),
        ("image/a b", "application/octet-stream"),
        ("image/ü", "application/octet-stream"),
        ("image/a\nb", "application/octet-stream"),
        ("image/a/b", "application/octet-stream"),
        ("image/jpeg\n", "image/jpeg"),
    ],
)
def test_media_type(content_type: str | None, kind: str) -> None:
    """A stored type that stands in a reason is a media type without parameters, or octet-stream."""
    assert media_type(content_type) == kind


# error, status, text, further headers.
ERRORS = {
    "bad path": (BadRequestError("bad"), 400, "bad", {}),
    "method": (MethodNotAllowedError(), 405, "method not found", {"Allow": "GET, HEAD"}),
    "not served": (NotServedError("the resource is not active"), 404, "the resource is not active", {}),
    "missing": (
        OriginStatusError(404),
        404,
        "not valid response code from the origin; response code - 404",
        {"Img-Skip-Reason": "not valid response code from the origin; response code - 404"},
    ),
    "forbidden": (
        OriginStatusError(403),
        403,
        "not valid response code from the origin; response code - 403",
        {"Img-Skip-Reason": "not valid response code from the origin; response code - 403"},
    ),
    "timeout": (OriginTimeoutError("read"), 504, "request to origin timeout: read", {}),
    "throttled": (OriginThrottledError(), 504, "too many requests", {}),
    "ours": (ImageStackError("internal error"), 500, "internal error", {}),
}


@pytest.mark.parametrize(("error", "status", "text", "headers"), ERRORS.values(), ids=ERRORS)
def test_errors(error: ImageStackError, status: int, text: str, headers: dict[str, str]) -> None:
    """An error without an image to fall back on is JSON with X-Img-Server, kept for seconds only."""
    response = error_response(error)
    assert response.status == status
    assert json.loads(response.body) == {"error": text}
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Length"] == str(len(response.body))
    assert response.headers["X-Img-Server"]
    assert max_age(response.headers) < 60
    assert headers.items() <= response.headers.items()
    assert "ETag" not in response.headers
    assert ("Img-Skip-Reason" in response.headers) is ("Img-Skip-Reason" in headers)


def test_retry_after() -> None:
    """A throttled origin asks viewers to come again, in seconds."""
    assert int(error_response(OriginThrottledError()).headers["Retry-After"]) > 0


def test_error_of_head() -> None:
    """An error that answers HEAD has the same headers and no body."""
    response = error_response(OriginStatusError(404), head=True)
    assert response.body == b""
    assert response.headers == error_response(OriginStatusError(404)).headers


def test_event() -> None:
    """Lambda's response holds the body in base64, and headers as text."""
    event = Response(200, {"A": "b"}, b"\x00\xff").as_event()
    assert event == {"statusCode": 200, "headers": {"A": "b"}, "body": "AP8=", "isBase64Encoded": True}
    assert b64decode(event["body"]) == b"\x00\xff"


def test_event_without_body() -> None:
    """No body is an empty text."""
    assert Response(304, {}).as_event() == {"statusCode": 304, "headers": {}, "body": "", "isBase64Encoded": False}


def without_body(answer: Answer) -> Answer:
    return replace(answer, body=None)


def printable(text: str) -> bool:
    return text.isascii() and text.isprintable()


def max_age(headers: dict[str, str]) -> int:
    """The max-age that Cache-Control gives."""
    ages = [part.strip() for part in headers["Cache-Control"].split(",") if part.strip().startswith("max-age=")]
    assert len(ages) == 1
    return int(ages[0].removeprefix("max-age="))
