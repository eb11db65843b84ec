"""Whose pages may show an image (referrers) and read it (CORS)."""

import pytest

from imagestack.errors import ForbiddenError
from imagestack.response import cors
from imagestack.rules.domains import among, host_of
from imagestack.rules.options import Cors, Referrers
from imagestack.serving.access import check_referrer

LISTED = ("example.com", "*.example.net")


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Example.com/a?b#c", "example.com"),
        ("http://example.com:8080", "example.com"),
        # pragma: allowlist nextline secret
        ("https://user:word@example.com/", "example.com"),
        ("https://example.com./", "example.com"),
        ("https://evil.example\\@example.com/", "evil.example"),
        ("https://evil.example#@example.com/", "evil.example"),
        ("https://[::1]:80/", "::1"),
        ("capacitor://localhost", "localhost"),
        ("https://", None),
        ("https://[", None),
        ("example.com", None),
        ("//example.com/", None),
        ("https://.", None),
        ("/a", None),
        ("null", None),
        ("", None),
    ],
)
def test_hosts(url: str, host: str | None) -> None:
    """The host as a browser reads it: no port, no user, no case."""
    assert host_of(url) == host


@pytest.mark.parametrize(
    ("host", "listed"),
    [
        ("example.com", True),
        ("www.example.com", False),
        ("example.net", False),
        ("a.example.net", True),
        ("a.b.example.net", True),
        ("badexample.net", False),
        ("example.com.evil.example", False),
    ],
)
def test_lists(host: str, listed: bool) -> None:  # noqa: FBT001 - a column of the table
    """A name is itself only; with `*.` it is everything below, and not itself."""
    assert among(host, LISTED) is listed


REFERRERS = {
    "listed": ("https://example.com/page", True),
    "listed below": ("https://a.example.net/", True),
    "another": ("https://other.example/", False),
}


@pytest.mark.parametrize(("referrer", "listed"), REFERRERS.values(), ids=REFERRERS)
@pytest.mark.parametrize("policy", ["allow", "deny"])
def test_referrers(policy: str, referrer: str, listed: bool) -> None:  # noqa: FBT001 - a column of the table
    """`deny` denies all but those listed, `allow` allows all but those listed."""
    option = Referrers(enabled=True, policy=policy, excepted=LISTED)
    if listed == (policy == "deny"):
        check_referrer(option, referrer)
        return
    with pytest.raises(ForbiddenError) as refused:
        check_referrer(option, referrer)
    assert (refused.value.status, refused.value.headers) == (403, {"Cache-Control": "private, no-store"})


@pytest.mark.parametrize("referrer", [None, "", "about:blank", "android-app://com.example/", "https://"])
@pytest.mark.parametrize("policy", ["allow", "deny"])
def test_no_referrer(policy: str, referrer: str | None) -> None:
    """Who names no page of the web is let in."""
    check_referrer(Referrers(enabled=True, policy=policy, excepted=LISTED), referrer)


EVERYBODY, MIRRORED, SOME = (
    Cors(enabled=True, value=("*",)),
    Cors(enabled=True, value=("$http_origin",)),
    Cors(enabled=True, value=LISTED),
)
ALLOWED = "Access-Control-Allow-Origin"
PAGE = "https://a.example.net:8443"
CORS = {
    "everybody": (EVERYBODY, PAGE, {ALLOWED: "*"}),
    "everybody, no page": (EVERYBODY, None, {ALLOWED: "*"}),
    "mirrored": (MIRRORED, PAGE, {ALLOWED: PAGE, "Vary": "Origin"}),
    "mirrored, no page": (MIRRORED, None, {"Vary": "Origin"}),
    "mirrored, splitting": (MIRRORED, "https://a.example\r\nX: y", {"Vary": "Origin"}),
    "some": (SOME, PAGE, {ALLOWED: PAGE, "Vary": "Origin"}),
    "some, another": (SOME, "https://example.net", {"Vary": "Origin"}),
    "some, none": (SOME, "null", {"Vary": "Origin"}),
}


@pytest.mark.parametrize(("option", "page", "expected"), CORS.values(), ids=CORS)
def test_cors(option: Cors, page: str | None, expected: dict[str, str]) -> None:
    """`*`, or the page's own origin if it is allowed; what depends on the page says so."""
    assert cors.headers(option, page) == expected
    asked = cors.preflight(option, page)
    assert ("Access-Control-Allow-Methods" in asked) is (ALLOWED in expected)


def test_preflight() -> None:
    """An allowed page may send GET and HEAD with any header."""
    assert cors.preflight(EVERYBODY, PAGE) == {
        ALLOWED: "*",
        "Access-Control-Allow-Methods": "GET, HEAD, OPTIONS",
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Max-Age": "86400",
    }
