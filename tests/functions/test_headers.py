"""Headers, conditions and statuses, through the handler (docs/specification.md#section-2, #section-6, #section-7)."""

import json
from email.utils import parsedate_to_datetime
from hashlib import md5
from typing import Any

import pytest

from tests.conftest import BOTH, Reply, Site
from tests.support.images import jpeg

ALWAYS = {
    "X-Img-Server",
    "ETag",
    "Last-Modified",
    "Cache-Control",
    "X-Content-Type-Options",
    "Content-Length",
    "Content-Type",
}
OF_A_TRANSFORM = {
    "X-Img-Operations",
    "X-Img-Origin-Size",
    "X-Img-Saved-Bytes",
    "X-Img-Origin-Download-Time",
    "X-Img-Processing-Time",
}


def s3_etag(body: bytes) -> str:
    """Return the ETag that S3 computes for these bytes."""
    return f'"{md5(body, usedforsecurity=False).hexdigest()}"'


def test_transformed(site: Site) -> None:
    """A transformed image has every header of section 7 and no other."""
    site.put("a.jpg", jpeg())
    site.rule()
    reply = site.get("a.jpg", "width=100&crop=50,50&fmt=webp&quality=50", BOTH)
    headers = reply.headers
    assert set(headers) == ALWAYS | OF_A_TRANSFORM | {"Vary"}
    assert headers["X-Img-Operations"] == "resize crop convert"
    assert headers["X-Img-Origin-Size"] == str(len(jpeg()))
    assert headers["X-Img-Saved-Bytes"] == str(len(jpeg()) - len(reply.body))
    assert headers["X-Img-Origin-Download-Time"].isdigit()
    assert headers["X-Img-Processing-Time"].isdigit()
    assert headers["Content-Length"] == str(len(reply.body))
    assert headers["Content-Type"] == "image/webp"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "public, max-age=86400"
    assert headers["ETag"].startswith('"')
    assert headers["ETag"] != s3_etag(jpeg())
    stored = site.s3.head_object(Bucket="originals", Key="a.jpg")["LastModified"]
    assert parsedate_to_datetime(headers["Last-Modified"]) == stored


def test_same_headers_when_served_again(site: Site) -> None:
    """The derived object brings all headers back."""
    site.put("a.jpg", jpeg(), CacheControl="max-age=60", Metadata={"credit": "NASA"})
    site.rule()
    query = "width=401&crop=50,50&fmt=webp"
    first, second = (site.get("a.jpg", query, BOTH) for _ in range(2))
    assert first == second
    assert first.operations == "crop convert"
    assert first.reason


def test_passed_through(site: Site) -> None:
    """If a request has no operation, the response has the original's own headers and none of a transform."""
    site.put("a.jpg", jpeg())
    site.rule()
    reply = site.get("a.jpg")
    assert set(reply.headers) == ALWAYS
    assert reply.body == jpeg()
    assert reply.headers["ETag"] == s3_etag(jpeg())


def test_one_etag_for_every_pass_through(site: Site) -> None:
    """All responses with the unchanged original have the same ETag, whatever operation was skipped."""
    site.put("a.jpg", jpeg())
    site.rule(webp_enabled=True)
    replies = [site.get("a.jpg", query) for query in ("", "width=401", "quality=5", "fmt=avif", "crop=x")]
    assert {reply.headers["ETag"] for reply in replies} == {s3_etag(jpeg())}


def test_stored_headers_come_along(site: Site) -> None:
    """Cache-Control, Content-Disposition, Content-Language and user metadata of the original are sent on."""
    site.put(
        "a.jpg",
        jpeg(),
        CacheControl="private, max-age=7",
        ContentDisposition='inline; filename="a.jpg"',
        ContentLanguage="de",
        Metadata={"credit": "NASA"},
    )
    site.rule()
    for query in ("", "width=100", "width=100"):
        headers = site.get("a.jpg", query).headers
        assert headers["Cache-Control"] == "private, max-age=7"
        assert headers["Content-Disposition"] == 'inline; filename="a.jpg"'
        assert headers["Content-Language"] == "de"
        assert headers["x-amz-meta-credit"] == "NASA"


def test_content_encoding(site: Site) -> None:
    """An encoded original is passed on with its encoding and the reason, whether its bytes show their type or not."""
    site.rule(webp_enabled=True)
    for body in (jpeg(), b"\x1f\x8b\x08" + bytes(40)):
        site.put("a.jpg", body, ContentEncoding="gzip")
        reply = site.get("a.jpg", "width=100", BOTH)
        assert reply.reason == "detected content encoding gzip is not supported"
        assert reply.headers["Content-Encoding"] == "gzip"
        assert reply.body == body
        assert reply.type == "image/jpeg"


@pytest.mark.parametrize("encoding", ["identity", "aws-chunked", "Identity,aws-chunked"])
def test_encodings_that_are_none(site: Site, encoding: str) -> None:
    """Identity and aws-chunked count as no encoding."""
    site.put("a.jpg", jpeg(), ContentEncoding=encoding)
    site.rule()
    assert site.get("a.jpg", "width=100").operations == "resize"


# bytes, stored type, type in the answer.
TYPES = [
    (b"GIF89a" + bytes(20), "image/gif", "image/gif"),
    (b"RIFF\0\0\0\0WEBPVP8 ", "image/jpeg", "image/webp"),
    (b"\0\0\0\x1cftypavif", "image/avif", "image/avif"),
    (b"\0\0\0\x1cftypheic", "image/heic", "image/heic"),
    (b"II*\0" + bytes(20), "image/tiff", "image/tiff"),
    (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", "image/svg+xml"),
    (b"<!doctype html>", "text/html; charset=utf-8", "text/html"),
    (b"", "binary/octet-stream", "binary/octet-stream"),
    (b"???", "no type", "application/octet-stream"),
]


@pytest.mark.parametrize(("body", "stored", "told"), TYPES, ids=[row[2] for row in TYPES])
def test_content_type_not_supported(site: Site, body: bytes, stored: str, told: str) -> None:
    """If the bytes are neither JPEG nor PNG, no operation is attempted and the original keeps its content type."""
    site.put("a", body, stored)
    site.rule(webp_enabled=True)
    reply = site.get("a", "width=10", BOTH)
    assert reply.reason == f"detected content type {told} is not supported"
    assert reply.body == body
    assert reply.type == stored


def test_type_reason_stands_behind_those_of_the_query(site: Site) -> None:
    """The reason for the whole image follows the reasons for single parameters."""
    site.put("a.gif", b"GIF89a" + bytes(20), "image/gif")
    site.rule()
    assert site.get("a.gif", "width=x").reason == (
        "resizing: bad width parameter; detected content type image/gif is not supported"
    )


def test_bytes_decide_not_names(site: Site) -> None:
    """A PNG called .jpg, stored as JPEG, is a PNG."""
    site.put("a.jpg", b"\x89PNG\r\n\x1a\n", "image/jpeg")
    site.rule()
    assert site.get("a.jpg", "width=10").reason == "original image is damaged"


@pytest.mark.parametrize(
    ("query", "options", "varies"),
    [
        ("", {}, False),
        ("width=100", {}, False),
        ("fmt=webp", {}, True),
        ("fmt=nonsense", {}, True),
        ("fmt=jpeg", {}, True),
        ("fmt=auto", {}, True),
        ("width=100&dpr=2&background=ff8800", {}, False),
        ("width=500&height=400&fit=pad", {}, False),
        ("", {"webp_enabled": True}, True),
        ("width=401", {"avif_enabled": True}, True),
        ("", {"enabled": False, "webp_enabled": True}, False),
    ],
)
def test_vary(site: Site, query: str, options: dict[str, Any], *, varies: bool) -> None:
    """A response has `Vary: Accept` only if the query has `fmt` or an option enables a format. This includes 304."""
    site.put("a.jpg", jpeg())
    site.rule(**options)
    for accept in (None, BOTH):
        reply = site.get("a.jpg", query, accept)
        again = site.get("a.jpg", query, accept, if_none_match=reply.headers["ETag"])
        assert again.status == 304
        for headers in (reply.headers, again.headers):
            assert headers.get("Vary") == ("Accept" if varies else None)


def reply_and_validators(site: Site, query: str) -> tuple[Reply, str, str]:
    site.put("a.jpg", jpeg())
    site.rule()
    reply = site.get("a.jpg", query)
    return reply, reply.headers["ETag"], reply.headers["Last-Modified"]


@pytest.mark.parametrize("query", ["", "width=100", "width=500&height=400&fit=pad&background=ff8800", "fmt=png"])
def test_if_none_match(site: Site, query: str) -> None:
    """`If-None-Match` uses weak comparison for lists, weak tags and `*`.

    The 304 has the same validators and no body.
    """
    reply, etag, _ = reply_and_validators(site, query)
    for value in (etag, f"W/{etag}", f'"other", {etag}', f'"x",W/{etag} ,"y"', "*"):
        again = site.get("a.jpg", query, if_none_match=value)
        assert again.status == 304, value
        assert again.body == b""
        for name in ("ETag", "Last-Modified", "Cache-Control", "X-Img-Server", "X-Content-Type-Options"):
            assert again.headers[name] == reply.headers[name]
        assert "Content-Type" not in again.headers
    for value in ('"other"', etag.strip('"'), "", f'"{etag.strip(chr(34))}x"'):
        assert site.get("a.jpg", query, if_none_match=value).status == 200, value


def test_if_modified_since(site: Site) -> None:
    """`If-Modified-Since` is evaluated for an unchanged original and ignored for a transform."""
    _, _, date = reply_and_validators(site, "")
    assert site.get("a.jpg", if_modified_since=date).status == 304
    assert site.get("a.jpg", "width=401", if_modified_since=date).status == 304
    assert site.get("a.jpg", if_modified_since="Sat, 01 Jan 2000 00:00:00 GMT").status == 200
    assert site.get("a.jpg", if_modified_since="yesterday").status == 200
    assert site.get("a.jpg", "width=100", if_modified_since=date).status == 200


def test_if_none_match_beats_if_modified_since(site: Site) -> None:
    """If a request has both conditions, only `If-None-Match` is evaluated."""
    _, etag, date = reply_and_validators(site, "")
    assert site.get("a.jpg", if_none_match='"other"', if_modified_since=date).status == 200
    old = "Sat, 01 Jan 2000 00:00:00 GMT"
    assert site.get("a.jpg", if_none_match=etag, if_modified_since=old).status == 304


@pytest.mark.parametrize("query", ["", "width=100", "width=401", "width=500&height=400&fit=pad", "fmt=png", "dpr=x"])
def test_head(site: Site, query: str) -> None:
    """HEAD runs like GET: the same headers, no body."""
    site.put("a.jpg", jpeg())
    site.rule()
    get = site.ask("/a.jpg", query)
    head = site.ask("/a.jpg", query, method="HEAD")
    assert head.status == 200
    assert head.body == b""
    changing = {"X-Img-Origin-Download-Time": ""}
    assert head.headers | changing == get.headers | changing


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "get", "TRACE"])
def test_methods(site: Site, method: str) -> None:
    """If the method is neither GET nor HEAD, the response is 405 with `Allow`."""
    site.put("a.jpg", jpeg())
    reply = site.ask("/a.jpg", method=method)
    assert reply.status == 405
    assert reply.headers["Allow"] == "GET, HEAD"
    assert json.loads(reply.body) == {"error": "method not found"}
    assert "X-Img-Server" in reply.headers


BAD_PATHS = ["/../a.jpg", "/a/../b.jpg", "/./a.jpg", "/%2e%2e/a.jpg", "/a/%2E", "/a%00.jpg", "/a%5Cb.jpg", "/a%0A.jpg"]


@pytest.mark.parametrize("path", [*BAD_PATHS, "/%FF.jpg", "/a%7F.jpg", "/a%C2%85.jpg", "/a\\b.jpg"])
def test_bad_paths(site: Site, path: str) -> None:
    """If no key can have the path, the response is a 400 in JSON that is cached for seconds."""
    reply = site.ask(path)
    assert reply.status == 400
    assert set(json.loads(reply.body)) == {"error"}
    assert reply.headers["Content-Type"] == "application/json"
    assert reply.headers["Cache-Control"] == "public, max-age=5"


# path as sent, key.
PATHS = [
    ("/a%2Fb.jpg", "a/b.jpg"),
    ("/with%20space.jpg", "with space.jpg"),
    ("/plus+plus.jpg", "plus+plus.jpg"),
    ("/%C3%A9t%C3%A9.jpg", "été.jpg"),
    ("/what%3F.jpg", "what?.jpg"),
    ("/no-extension", "no-extension"),
    ("/a%252Fb.jpg", "a%2Fb.jpg"),
    ("/100%25.jpg", "100%.jpg"),
    ("//double.jpg", "/double.jpg"),
    ("/folder//double.jpg", "folder//double.jpg"),
    ("/...jpg", "...jpg"),
    ("/%23hash%26amp=.jpg", "#hash&amp=.jpg"),
    ("/@/%40.jpg", "@/@.jpg"),
    # As an HTTP API hands over what it has decoded.
    ("/with space.jpg", "with space.jpg"),
    ("/été.jpg", "été.jpg"),
    ("/100%.jpg", "100%.jpg"),
]


@pytest.mark.parametrize(("path", "key"), PATHS, ids=[path for path, _ in PATHS])
def test_paths_reach_their_key(site: Site, path: str, key: str) -> None:
    """The key is the path without its leading slash, decoded once. This includes transforms and repeated requests."""
    site.put(key, jpeg())
    site.rule()
    for query in ("", "width=100", "width=100"):
        assert site.ask(path, query).status == 200


def test_missing_key(site: Site) -> None:
    """The origin's 404 is passed on with the reason."""
    site.rule(webp_enabled=True)
    for path, query, accept in (
        ("/a.jpg", "", None),
        ("/a.jpg", "width=100", None),
        ("/a.jpg", "width=500&height=400&fit=pad&gravity=smart", None),
        ("/a.jpg", "fmt=jpeg", None),
        ("/a.jpg", "", BOTH),
        ("/", "", None),
    ):
        reply = site.ask(path, query, accept)
        assert reply.status == 404
        assert reply.reason == "not valid response code from the origin; response code - 404"
        assert set(json.loads(reply.body)) == {"error"}
        assert reply.headers["Cache-Control"] == "public, max-age=5"
        assert "ETag" not in reply.headers


def test_stored_values_cannot_split_the_response(site: Site) -> None:
    """A stored header reaches the viewer as printable ASCII."""
    site.put("a.jpg", jpeg(), "image/jpeg", ContentDisposition='inline; filename="caf\u00e9.jpg"')
    site.rule()
    assert site.get("a.jpg").headers["Content-Disposition"].isascii()
