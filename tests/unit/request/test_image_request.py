"""Requests for images (docs/specification.md#section-2)."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.errors import BadRequestError, MethodNotAllowedError
from imagestack.operations.resize import Resize
from imagestack.request.image_request import Conditions, ImageRequest, image_request
from tests.support.strategies import part


def request(
    path: str = "/a.jpg", query: tuple[tuple[str, str], ...] = (), method: str = "GET", **headers: str
) -> ImageRequest:
    """A request; header names with underscores."""
    return image_request(method, path, query, {name.replace("_", "-"): value for name, value in headers.items()})


# Path as sent, key.
KEYS = {
    "plain": ("/a.jpg", "a.jpg"),
    "folders": ("/a/b/c.jpg", "a/b/c.jpg"),
    "no-extension": ("/a/b", "a/b"),
    "one-leading-slash": ("//a.jpg", "/a.jpg"),
    "two-slashes": ("/a//b.jpg", "a//b.jpg"),
    "slash-at-end": ("/a/", "a/"),
    "nothing": ("/", ""),
    "encoded-slash": ("/a%2Fb.jpg", "a/b.jpg"),
    "encoded-slash-in-front": ("/%2Fa.jpg", "/a.jpg"),
    "decoded-once": ("/a%252Fb.jpg", "a%2Fb.jpg"),
    "decoded-once-dots": ("/%252e%252e/a.jpg", "%2e%2e/a.jpg"),
    "encoded-percent": ("/100%25.jpg", "100%.jpg"),
    "space": ("/a%20b.jpg", "a b.jpg"),
    "plus": ("/a+b.jpg", "a+b.jpg"),
    "encoded-plus": ("/a%2Bb.jpg", "a+b.jpg"),
    "question-mark": ("/a%3Fb.jpg", "a?b.jpg"),
    "number-sign": ("/a%23b.jpg", "a#b.jpg"),
    "quotes": ("/%22a%22.jpg", '"a".jpg'),
    "e-acute": ("/%C3%A9.jpg", "é.jpg"),
    "e-acute-decomposed": ("/e%CC%81.jpg", "e\u0301.jpg"),
    "small-hexadecimals": ("/%c3%a9%2f.jpg", "é/.jpg"),
    "emoji": ("/%F0%9F%98%80.jpg", "😀.jpg"),
    "unreserved": ("/a-b_c~d.e", "a-b_c~d.e"),
    "sub-delimiters": ("/!$&'()*,;=:@.jpg", "!$&'()*,;=:@.jpg"),
    "at-sign": ("/a/@/b", "a/@/b"),
    "three-dots": ("/.../a..b/..c/d..", ".../a..b/..c/d.."),
    "hidden-file": ("/.well-known/a", ".well-known/a"),
    "no-leading-slash": ("a.jpg", "a.jpg"),
}


@pytest.mark.parametrize(("path", "key"), KEYS.values(), ids=KEYS)
def test_keys(path: str, key: str) -> None:
    """The key is the path less one leading slash, percent-decoded once."""
    assert request(path).key == key


# Paths that arrive decoded: they have characters that no encoded path can have.
DECODED = {
    "space": "/a b.jpg",
    "e-acute": "/é.jpg",
    "e-acute-decomposed": "/e\u0301.jpg",
    "percent-sign": "/100%.jpg",
    "no-escape": "/a%zz.jpg",
    "percent-at-end": "/a%4",
    "space-and-escape": "/a b%20c.jpg",
    "quote": '/"%41".jpg',
}


@pytest.mark.parametrize("path", DECODED.values(), ids=DECODED)
def test_decoded_paths(path: str) -> None:
    """A path that is decoded already is not decoded twice."""
    assert request(path).key == path[1:]


# `..` and `.` segments, NUL, backslash, control characters, invalid UTF-8 (docs/specification.md#section-2).
BAD_PATHS = [
    *["/..", "/.", "/../a.jpg", "/./a.jpg", "/a/../b.jpg", "/a/./b.jpg", "/a/..", "/a/.", "//..", "/../", "../a.jpg"],
    *["/%2e%2e/a.jpg", "/%2E%2E", "/.%2e/a.jpg", "/a/%2e/b.jpg", "/a%2F..%2Fb.jpg", "/..%2fa.jpg", "/é/../a.jpg"],
    *["/%00", "/a%00.jpg", "/a\x00.jpg", "/a%5Cb.jpg", "/a\\b.jpg", "/..%5ca.jpg"],
    *["/a%0Ab.jpg", "/a%0D.jpg", "/a%09.jpg", "/a%1F.jpg", "/a%7F.jpg", "/a\n.jpg", "/%C2%85.jpg", "/\x9f.jpg"],
    *[
        "/%FF.jpg",
        "/%C3.jpg",
        "/%C3%28.jpg",
        "/%C0%AF",
        "/%C0%AE%C0%AE/a",
        "/%ED%A0%80.jpg",
        "/%F5%80%80%80",
        "/\ud800",
    ],
]


@pytest.mark.parametrize("path", BAD_PATHS, ids=[ascii(path) for path in BAD_PATHS])
def test_bad_paths(path: str) -> None:
    """Paths that could mean something else to somebody are refused with 400."""
    with pytest.raises(BadRequestError) as raised:
        request(path)
    assert raised.value.status == 400
    # The answer repeats nothing of the path.
    assert raised.value.text.isascii()
    assert raised.value.text.isprintable()


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\\")))
def test_any_key_can_be_asked(key: str) -> None:
    """Percent-encoded byte by byte, every key without forbidden parts is reached."""
    path = "/" + "".join(f"%{byte:02X}" for byte in key.encode())
    if {".", ".."} & set(key.split("/")):
        with pytest.raises(BadRequestError):
            request(path)
    else:
        assert request(path).key == key


@given(st.text())
def test_no_path_fails(path: str) -> None:
    """A path is a clean key, or refused."""
    try:
        key = request(path).key
    except BadRequestError:
        return
    key.encode()
    assert "\\" not in key
    assert not {".", ".."} & set(key.split("/"))
    assert all(character >= " " for character in key)


@pytest.mark.parametrize(("path", "matched"), [("/a%20b.jpg", "/a b.jpg"), ("//a", "//a"), ("/", "/")])
def test_path_for_rules(path: str, matched: str) -> None:
    """Rules see the decoded path with its leading slash."""
    assert request(path).path == matched


@pytest.mark.parametrize(("method", "head"), [("GET", False), ("HEAD", True)])
def test_methods(method: str, head: object) -> None:
    """GET, and HEAD that runs like GET."""
    assert request(method=method).head is head


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "TRACE", "get", "Head", ""])
def test_other_methods(method: str) -> None:
    """Anything else is 405, with Allow."""
    with pytest.raises(MethodNotAllowedError) as raised:
        request(method=method)
    assert raised.value.status == 405
    assert raised.value.text == "method not found"
    assert "GET, HEAD" in raised.value.headers["Allow"]


def test_the_method_comes_before_the_path() -> None:
    """A bad path makes no difference to a method that is not served."""
    with pytest.raises(MethodNotAllowedError):
        request("/..", method="POST")


@pytest.mark.parametrize(
    ("header", "host"),
    [
        ("site.example", "site.example"),
        ("SITE.Example", "site.example"),
        ("site.example:8080", "site.example"),
        ("site.example.", "site.example"),
        (" site.example ", "site.example"),
        ("localhost", "localhost"),
        ("127.0.0.1:3000", "127.0.0.1"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("a" * 253, "a" * 253),
        ("", "*"),
        ("*", "*"),
        (":80", "*"),
        ("[::1]:80", "*"),
        ("bücher.example", "*"),
        ("site.example/path", "*"),
        ("site.example, other.example", "*"),
        ("_default", "*"),
        ("-a.example", "*"),
        ("a" * 254, "*"),
        ("site#example", "*"),
        ("site.example\n", "site.example"),
    ],
)
def test_hosts(header: str, host: str) -> None:
    """The host is lower case and without port; what cannot have a resource is any host."""
    assert request(host=header).host == host


@pytest.mark.parametrize(("forwarded", "host"), [("Site.Example", "site.example"), ("", "api.example"), ("a b", "*")])
def test_forwarded_host(forwarded: str, host: str) -> None:
    """Behind the edge, which calls the API by the API's own name, the viewer's host is the forwarded one."""
    headers = {"host": "api.example", "x-forwarded-host": forwarded, "x-origin-secret": "secret"}
    assert image_request("GET", "/a.jpg", (), headers, by_edge=True).host == host


def test_forged_host() -> None:
    """Nobody but the edge is believed to forward a host."""
    assert request(host="api.example", x_forwarded_host="other.example").host == "api.example"


def test_no_host() -> None:
    """A request without Host is for any host."""
    assert request().host == "*"


def test_query_and_accept() -> None:
    """Parameters and accepted formats are read once."""
    found = request("/a.jpg", (("width", "5"), ("width", "6")), accept="image/webp")
    assert part(found.parameters, Resize) == Resize(5, None)
    assert found.accepted == ("webp",)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ((("fmt", "webp"),), True),
        ((("fmt", "x"),), True),
        ((("fmt", ""),), True),
        ((("width", "5"),), False),
        ((), False),
    ],
)
def test_has_format(query: tuple[tuple[str, str], ...], expected: object) -> None:
    """Whether `fmt` is in the query, well or badly, decides about Vary."""
    assert request(query=query).has_format is expected


@pytest.mark.parametrize(
    ("header", "etags"),
    [
        ('"a"', {'"a"'}),
        ('W/"a"', {'"a"'}),
        ('"a", "b"', {'"a"', '"b"'}),
        ('"a",W/"b",  "c"', {'"a"', '"b"', '"c"'}),
        ('""', {'""'}),
        ('"a,b", "c"', {'"a,b"', '"c"'}),
        ("a", set()),
        ("", set()),
        ('"', set()),
        ('"a', set()),
        ('"*"', {'"*"'}),
    ],
)
def test_if_none_match(header: str, etags: set[str]) -> None:
    """If-None-Match is a list of tags, strong or weak: weak comparison needs the opaque part only."""
    assert request(if_none_match=header).conditions == Conditions(etags=frozenset(etags))


@pytest.mark.parametrize("header", ["*", " * "])
def test_if_none_match_any(header: str) -> None:
    """A star stands for any representation."""
    assert request(if_none_match=header).conditions.any_etag is True


@pytest.mark.parametrize("header", ['"*"', '"a", *', "**", ""])
def test_if_none_match_not_any(header: str) -> None:
    """A star within something else does not."""
    assert request(if_none_match=header).conditions.any_etag is False


def test_no_conditions() -> None:
    """Without the headers there is no condition."""
    assert request().conditions == Conditions(etags=None, any_etag=False, modified_since=None)


@pytest.mark.parametrize(
    "header",
    [
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
    ],
    ids=["imf-fixdate", "rfc-850", "asctime"],
)
def test_dates(header: str) -> None:
    """All three forms of an HTTP date mean the same moment (RFC 9110 section 5.6.7)."""
    assert request(if_modified_since=header).conditions.modified_since == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


def test_date_with_offset() -> None:
    """Dates in another time zone are converted to UTC."""
    since = request(if_modified_since="Sun, 06 Nov 1994 08:49:37 +0200").conditions.modified_since
    assert since == datetime(1994, 11, 6, 8, 49, 37, tzinfo=timezone(timedelta(hours=2)))


NO_DATES = [
    *[
        "",
        " ",
        "0",
        "yesterday",
        "2024-01-01",
        "1700000000",
        "Sun, 32 Nov 1994 08:49:37 GMT",
        ",",
        "GMT",
        "é",
        "1 1 1 1 1",
    ],
    "Sun, 06 Nov 1994 25:49:37 GMT",
    "Sun, 06 Nov 99999 08:49:37 GMT",
    f"Sun, 06 Nov {'9' * 30} 08:49:37 GMT",
    f"Sun, {'9' * 30} Nov 1994 08:49:37 GMT",
    f"Sun, 06 Nov 1994 {'9' * 30}:49:37 GMT",
    f"Sun, 06 Nov 1994 08:49:37 +{'9' * 30}",
    "Sun, 06 Nov 1994 08:49:37 +9999",
]


@pytest.mark.parametrize("header", NO_DATES, ids=[repr(text[:40]) for text in NO_DATES])
def test_no_dates(header: str) -> None:
    """What is no date is no condition (RFC 9110 section 13.1.3)."""
    assert request(if_modified_since=header).conditions.modified_since is None


date_parts = st.lists(
    st.one_of(
        st.sampled_from(["Sun,", "Nov", "Jan", "GMT", "-0000", "+0100", "08:49:37", ":", "::", ",", "-", "."]),
        st.integers(-(10**20), 10**20).map(str),
        st.integers(0, 99).map(str),
        st.text(max_size=3),
    ),
    max_size=7,
).map(" ".join)


@given(date_parts)
def test_no_date_fails(header: str) -> None:
    """A date is read, with its zone, or passed over."""
    since = request(if_modified_since=header).conditions.modified_since
    assert since is None or since.tzinfo is not None
