"""Responses with an image (docs/specification.md#section-6, #section-7)."""

from base64 import b64decode
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack import skips
from imagestack.formats import media_type
from imagestack.ports import Transformed
from imagestack.response.answer import Answer
from imagestack.response.http import Response, image_response
from tests.support.answers import (
    BODY,
    CHANGED_TEXT,
    ETAG,
    MADE,
    MADE_ETAG,
    asked,
    made,
    max_age,
    passed,
    printable,
    skipped,
    stored,
    without_body,
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

BAD_QUALITY = skips.bad_parameter("compression", "quality")


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
    """The headers of a transformed image have its operations."""
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
    """The headers have the score if it was measured, and the quality if it was chosen."""
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
    """The headers have the operations that were done and the reasons of the others, in their order."""
    response = image_response(asked(), made(reasons=(skips.CROP_TOO_LARGE, BAD_QUALITY)))
    assert (
        response.headers["Img-Skip-Reason"]
        == f"{skips.bad_parameter('compression', 'quality')}; {skips.CROP_TOO_LARGE}"
    )
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


@pytest.mark.parametrize("answer", [skipped(transient=True), made(transient=True)], ids=["skipped", "made"])
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


def test_refining() -> None:
    """What will be made smaller is kept by the edge for a minute, and by browsers as always; so says a 304 too."""
    answer = made(refining=True)
    told = {image_response(asked(**header), answer).headers["Cache-Control"] for header in ({}, {"if_none_match": "*"})}
    assert told == {"public, max-age=86400, s-maxage=60"}


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


def test_event() -> None:
    """Lambda's response holds the body in base64, and headers as text."""
    event = Response(200, {"A": "b"}, b"\x00\xff").as_event()
    assert event == {"statusCode": 200, "headers": {"A": "b"}, "body": "AP8=", "isBase64Encoded": True}
    assert b64decode(event["body"]) == b"\x00\xff"


def test_event_without_body() -> None:
    """No body is an empty text."""
    assert Response(304, {}).as_event() == {"statusCode": 304, "headers": {}, "body": "", "isBase64Encoded": False}
