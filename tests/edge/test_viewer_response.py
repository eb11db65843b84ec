"""What differs between viewers of one cached answer: CORS and referrers."""

import json
from typing import Any

import pytest

from tests.support.edge import Function, viewer_response

PICTURE = {
    "content-type": "image/avif",
    "content-length": "1000",
    "content-disposition": "inline",
    "content-encoding": "gzip",
    "content-language": "en",
    "content-range": "bytes 0-999/2000",
    "cache-control": "public, max-age=86400",
    "etag": '"a"',
    "last-modified": "Tue, 01 Jul 2025 10:00:00 GMT",
    "expires": "Tue, 01 Jul 2025 10:00:00 GMT",
    "accept-ranges": "bytes",
    "location": "/_derived/a",
    "vary": "Accept",
    "img-skip-reason": "original image is damaged",
    "x-img-operations": "resize",
    "x-img-origin-size": "2000",
    "x-amz-meta-camera": "x",
}
ALWAYS = {"x-img-server": "imagestack/1", "x-content-type-options": "nosniff", "content-security-policy": "sandbox"}
PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, OPTIONS",
    "access-control-allow-headers": "*",
    "access-control-max-age": "86400",
}


def respond(
    function: Function,
    rules: Any,
    sent: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    status: int = 200,
    method: str = "GET",
) -> dict[str, Any]:
    """The response for a request with the headers `sent`, and its headers' values by name."""
    told = {"x-img-edge": rules if isinstance(rules, str) else json.dumps(rules)} if rules is not None else {}
    response = function(viewer_response({**PICTURE, **ALWAYS, **(headers or {}), **told}, sent or {}, status, method))
    response["headers"] = {name: item["value"] for name, item in response["headers"].items()}
    return response


def cors(*value: str) -> dict[str, Any]:
    return {"cors": {"value": value}}


def referrers(policy: str, *values: str) -> dict[str, Any]:
    return {"referrers": {"policy": policy, "values": values}}


@pytest.mark.parametrize("rules", [None, "", "{", "null", "[]", "1", {}, {"cors": None, "referrers": None}])
@pytest.mark.parametrize("status", [200, 206, 302, 304])
def test_without_rules_the_answer_stays(viewer_response_function: Function, rules: Any, status: int) -> None:
    """Nothing is changed but that the rules, even broken ones, are not shown."""
    response = respond(
        viewer_response_function, rules, {"origin": "https://a.example", "referer": "https://b.example"}, status=status
    )
    assert response["headers"] == PICTURE | ALWAYS
    assert response["statusCode"] == status
    assert "body" not in response


@pytest.mark.parametrize("rules", [cors("*"), referrers("deny"), "{"])
def test_rules_are_not_shown(viewer_response_function: Function, rules: Any) -> None:
    """No viewer gets to see the rules."""
    assert "x-img-edge" not in respond(viewer_response_function, rules)["headers"]


@pytest.mark.parametrize(
    ("value", "origin", "allowed", "vary"),
    [
        (["*"], "https://site.example", "*", "Accept"),
        (["*"], None, "*", "Accept"),
        (["$http_origin"], "https://site.example", "https://site.example", "Accept, Origin"),
        (["$http_origin"], "null", "null", "Accept, Origin"),
        (["$http_origin"], None, None, "Accept, Origin"),
        (["site.example"], "https://site.example", "https://site.example", "Accept, Origin"),
        (["site.example"], "http://site.example:8080", "http://site.example:8080", "Accept, Origin"),
        (["site.example"], "app://site.example", "app://site.example", "Accept, Origin"),
        (["site.example"], "https://SITE.example", "https://SITE.example", "Accept, Origin"),
        (["a.example", "site.example"], "https://site.example", "https://site.example", "Accept, Origin"),
        (["site.example"], "https://www.site.example", None, "Accept, Origin"),
        (["site.example"], "https://site.example.evil.example", None, "Accept, Origin"),
        (["site.example"], "https://notsite.example", None, "Accept, Origin"),
        (["site.example"], "null", None, "Accept, Origin"),
        (["site.example"], "site.example", None, "Accept, Origin"),
        (["site.example"], None, None, "Accept, Origin"),
        (["*.site.example"], "https://www.site.example", "https://www.site.example", "Accept, Origin"),
        (["*.site.example"], "https://a.b.site.example:1", "https://a.b.site.example:1", "Accept, Origin"),
        (["*.site.example"], "https://site.example", None, "Accept, Origin"),
        (["*.site.example"], "https://evilsite.example", None, "Accept, Origin"),
        ([], "https://site.example", None, "Accept, Origin"),
    ],
)
def test_cors(
    viewer_response_function: Function, value: list[str], origin: str | None, allowed: str | None, vary: str
) -> None:
    """All pages may read, or those of listed domains; Vary says whether the answer depends on the page."""
    headers = respond(viewer_response_function, cors(*value), {"origin": origin} if origin else {})["headers"]
    assert headers.get("access-control-allow-origin") == allowed
    assert headers["vary"] == vary


def test_rule_goes_before_the_headers_policy(viewer_response_function: Function) -> None:
    """What CloudFront has added for all is taken back where the rule does not allow it."""
    added = {"access-control-allow-origin": "https://other.example"}
    response = respond(viewer_response_function, cors("site.example"), {"origin": "https://other.example"}, added)
    assert "access-control-allow-origin" not in response["headers"]


@pytest.mark.parametrize(
    ("vary", "expected"),
    [
        ("", "Origin"),
        ("Origin", "Origin"),
        ("accept, origin", "accept, origin"),
        ("*", "*"),
        ("X-Origin", "X-Origin, Origin"),
    ],
)
def test_vary_names_origin_once(viewer_response_function: Function, vary: str, expected: str) -> None:
    """Origin is added to what the answer varies by, unless it is there."""
    response = respond(viewer_response_function, cors("$http_origin"), headers={"vary": vary})
    assert response["headers"]["vary"] == expected


def test_vary_of_several_lines_is_kept(viewer_response_function: Function) -> None:
    """No line of Vary is lost."""
    event = viewer_response({"x-img-edge": json.dumps(cors("$http_origin"))}, {})
    event["response"]["headers"]["vary"] = {"value": "A", "multiValue": [{"value": "A"}, {"value": "B"}]}
    assert viewer_response_function(event)["headers"]["vary"] == {"value": "A, B, Origin"}


@pytest.mark.parametrize(("origin", "allowed"), [("https://site.example", True), ("https://other.example", False)])
def test_preflight(viewer_response_function: Function, origin: str, allowed: bool) -> None:  # noqa: FBT001 - a column
    """A page that may not read the picture gets no list of allowed headers either."""
    response = respond(viewer_response_function, cors("site.example"), {"origin": origin}, PREFLIGHT, 204, "OPTIONS")
    assert response["statusCode"] == 204
    assert ("access-control-allow-origin" in response["headers"]) is allowed
    assert (PREFLIGHT.keys() <= response["headers"].keys()) is allowed
    assert bool(PREFLIGHT.keys() & response["headers"].keys()) is allowed


LISTED = ["shop.example", "*.partner.example"]


@pytest.mark.parametrize(
    ("referrer", "listed"),
    [
        ("https://shop.example/", True),
        ("https://shop.example", True),
        ("http://shop.example:8080/page?a=b#c", True),
        ("HTTPS://Shop.Example/page", True),
        ("https://shop.example./", True),
        # pragma: allowlist nextline secret
        ("https://user:secret@shop.example/", True),
        ("https://a.b.partner.example/x", True),
        ("https://partner.example/", False),
        ("https://www.shop.example/", False),
        ("https://shop.example.evil.example/", False),
        ("https://evil.example/?https://shop.example/", False),
        ("https://evil.example/@shop.example", False),
        ("https://evil.example#@shop.example/", False),
        ("https://shop.example@evil.example/", False),
        ("https://evil.example\\@shop.example/", False),
        ("https://[2001:db8::1]:80/", False),
    ],
)
def test_referrers(viewer_response_function: Function, referrer: str, listed: bool) -> None:  # noqa: FBT001 - a column
    """Policy `deny` denies all but the hosts listed, policy `allow` allows all but these."""
    deny = respond(viewer_response_function, referrers("deny", *LISTED), {"referer": referrer})
    allow = respond(viewer_response_function, referrers("allow", *LISTED), {"referer": referrer})
    assert (deny["statusCode"], allow["statusCode"]) == ((200, 403) if listed else (403, 200))


@pytest.mark.parametrize(
    "sent", [{}, *({"referer": text} for text in ["", "about:blank", "app://x", "nonsense", "https:", "https://"])]
)
@pytest.mark.parametrize("policy", ["allow", "deny"])
def test_who_names_no_page_is_let_in(viewer_response_function: Function, sent: dict[str, str], policy: str) -> None:
    """Browsers leave Referer out on purpose; without the URL of a page there is nothing to deny."""
    assert respond(viewer_response_function, referrers(policy, "x"), sent)["statusCode"] == 200


@pytest.mark.parametrize("status", [200, 206, 302, 304])
def test_denied(viewer_response_function: Function, status: int) -> None:
    """A refusal in JSON that nobody keeps, with nothing that belongs to the picture."""
    response = respond(viewer_response_function, referrers("deny"), {"referer": "https://site.example/"}, status=status)
    assert response["statusCode"] == 403
    assert response["headers"] == ALWAYS | {"content-type": "application/json", "cache-control": "private, no-store"}
    assert response["body"] == {"encoding": "text", "data": '{"error": "referrer is not allowed"}'}


def test_denied_head(viewer_response_function: Function) -> None:
    """HEAD is denied too, without a body."""
    response = respond(viewer_response_function, referrers("deny"), {"referer": "https://site.example/"}, method="HEAD")
    assert response["statusCode"] == 403
    assert "body" not in response


def test_preflight_has_no_referrer_rule(viewer_response_function: Function) -> None:
    """Referrer rules are for GET and HEAD."""
    response = respond(
        viewer_response_function, referrers("deny"), {"referer": "https://site.example/"}, {}, 204, "OPTIONS"
    )
    assert response["statusCode"] == 204


def test_denied_answer_is_readable_by_its_page(viewer_response_function: Function) -> None:
    """A refusal has CORS headers too, so that a script can distinguish it from a broken network."""
    rules = referrers("deny") | cors("site.example")
    sent = {"referer": "https://site.example/", "origin": "https://site.example"}
    headers = respond(viewer_response_function, rules, sent)["headers"]
    assert headers["access-control-allow-origin"] == "https://site.example"
    assert headers["vary"] == "Origin"


def test_what_an_answer_varies_by(viewer_response_function: Function) -> None:
    """CloudFront drops it, since Accept itself is not forwarded: the function's word is put back, on 304 too."""
    for status in (200, 206, 304, 302):
        dropped = viewer_response({"x-img-edge": '{"vary": "Accept"}', "etag": '"a"'}, {}, status)
        assert viewer_response_function(dropped)["headers"]["vary"] == {"value": "Accept"}
    both = viewer_response({"x-img-edge": json.dumps({"vary": "Accept", **cors("a.example")})}, {})
    assert viewer_response_function(both)["headers"]["vary"] == {"value": "Accept, Origin"}
    denied = viewer_response(
        {"x-img-edge": json.dumps({"vary": "Accept", **referrers("allow", "a.example")})},
        {"referer": "https://a.example"},
    )
    assert "vary" not in viewer_response_function(denied)["headers"]
