"""The options that decide about delivery, through the handler."""

import json
from collections.abc import Callable
from time import time
from typing import Any

import pytest

from imagestack.errors import StoreError
from imagestack.request.signed_url import signature
from imagestack.rules.cache import CachedRules
from imagestack.serving.origin_secret import OriginSecretCheck
from tests.conftest import BOTH, Site
from tests.support.images import jpeg

PAGE = "https://shop.example"
HOUR = 3_600


class OneSecret:
    """A store of secrets with one."""

    def values(self) -> list[str]:
        return ["secret"]


@pytest.fixture
def behind_the_edge(site: Site, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Headers that prove a request to come from the edge."""
    monkeypatch.setattr(site.module, "ORIGIN_SECRET_CHECK", OriginSecretCheck(OneSecret(), 300, time))
    return {"x_origin_secret": "secret", "x_forwarded_host": "site.example"}


def options(site: Site, **found: Any) -> None:
    """Put a resource with these options, and an original."""
    site.put("a.jpg", jpeg())
    site.item({"pk": "RESOURCE#*", "sk": "SETTINGS", "options": {"image_stack": {"enabled": True}, **found}})


def caching(**fields: Any) -> dict[str, Any]:
    return {"edge_cache_settings": {"enabled": True, **fields}}


def test_caching(site: Site) -> None:
    """Browsers and the edge keep images as a rule says: transformed ones, originals, and unchanged ones."""
    options(site, **caching(value="600s"), browser_cache_settings={"enabled": True, "value": "1m"})
    for query in ("", "width=100&fmt=webp", "width=100000"):
        reply = site.get("a.jpg", query, BOTH)
        assert reply.headers["Cache-Control"] == "public, max-age=60, s-maxage=600", query
        again = site.get("a.jpg", query, BOTH, if_none_match=reply.headers["ETag"])
        assert (again.status, again.headers["Cache-Control"]) == (304, reply.headers["Cache-Control"])


def test_caching_of_errors(site: Site) -> None:
    """Errors are cached for seconds. A rule can extend the time of 4xx responses only."""
    options(site, **caching(value="1y"))
    assert site.get("b.jpg").headers["Cache-Control"] == "public, max-age=5"
    options(site, **caching(value="1y", custom_values={"404": "1m"}))
    assert site.get("b.jpg").headers["Cache-Control"] == "public, max-age=5, s-maxage=60"


def test_rule_over_resource(site: Site) -> None:
    """A rule's option replaces the resource's option, even if it is disabled. Other options stay in effect."""
    options(site, browser_cache_settings={"enabled": True, "value": "1m"}, cors={"enabled": True, "value": ["*"]})
    off = {"browser_cache_settings": {"enabled": False, "value": "1m"}}
    site.item({"pk": "RESOURCE#*", "sk": "RULE#1", "rule": "/a", "options": off})
    site.put("b.jpg", jpeg())
    assert site.get("a.jpg").headers["Cache-Control"] == "public, max-age=86400"
    assert site.get("b.jpg").headers["Cache-Control"] == "public, max-age=60, s-maxage=86400"
    for key in ("a.jpg", "b.jpg"):
        assert site.get(key).headers["Access-Control-Allow-Origin"] == "*"


def test_static_headers(site: Site) -> None:
    """They go before what the original brings along."""
    value = [
        {"name": "Content-Language", "value": ["en"]},
        {"name": "X-Robots-Tag", "value": ["noindex"], "always": True},
    ]
    options(site, static_response_headers={"enabled": True, "value": value})
    site.put("a.jpg", jpeg(), ContentLanguage="de")
    found = site.get("a.jpg").headers
    assert [text for name, text in found.items() if name.lower() == "content-language"] == ["en"]
    assert found["X-Robots-Tag"] == "noindex"
    assert site.get("b.jpg").headers["X-Robots-Tag"] == "noindex"
    assert "Content-Language" not in site.get("b.jpg").headers


def test_preflight(site: Site) -> None:
    """If CORS is enabled, OPTIONS gets 204 with the allowed methods. Otherwise the response is 405."""
    assert site.ask("/a.jpg", method="OPTIONS", origin=PAGE).status == 405
    options(site, cors={"enabled": True, "value": ["shop.example"]})
    reply = site.ask("/missing.jpg", method="OPTIONS", origin=PAGE, access_control_request_method="GET")
    assert (reply.status, reply.body) == (204, b"")
    assert reply.headers["Access-Control-Allow-Origin"] == PAGE
    assert reply.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    refused = site.ask("/a.jpg", method="OPTIONS", origin="https://other.example")
    assert "Access-Control-Allow-Origin" not in refused.headers
    assert site.get("a.jpg", origin=PAGE).headers["Access-Control-Allow-Origin"] == PAGE


def test_referrers(site: Site) -> None:
    """A page of another site gets a 403 that is not cached. Allowed responses vary by `Referer`."""
    options(site, referrer_acl={"enabled": True, "policy_type": "deny", "excepted_values": ["shop.example"]})
    denied = site.get("a.jpg", "width=50", referer="https://thief.example/page")
    assert (denied.status, denied.headers["Cache-Control"]) == (403, "private, no-store")
    assert json.loads(denied.body) == {"error": "referrer is not allowed"}
    assert site.derived() == []
    allowed = site.get("a.jpg", referer=f"{PAGE}/page")
    assert (allowed.status, allowed.headers["Vary"]) == (200, "Referer")
    assert site.get("a.jpg").status == 200


def test_rules_for_the_edge(site: Site, behind_the_edge: dict[str, str]) -> None:
    """Behind the edge the answer is the same for all pages, and has the rules by which the edge decides for each."""
    referrers = {"enabled": True, "policy_type": "allow", "excepted_values": ["thief.example"]}
    options(site, cors={"enabled": True, "value": ["*"]}, referrer_acl=referrers)
    reply = site.get("a.jpg", referer="https://thief.example/", origin=PAGE, **behind_the_edge)
    assert reply.status == 200
    assert json.loads(reply.headers["X-Img-Edge"]) == {
        "cors": {"value": ["*"]},
        "referrers": {"policy": "allow", "values": ["thief.example"]},
    }
    assert "Access-Control-Allow-Origin" not in reply.headers
    assert "X-Img-Edge" not in site.get("b.jpg", **behind_the_edge).headers


def address(path: str, seconds: int = HOUR, key: str = "secretkey", viewer: str = "") -> str:
    expires = int(time()) + seconds
    return f"md5={signature(path, expires, key, viewer)}&expires={expires}"


SECURED = {"secure_key": {"enabled": True, "key": "secretkey", "type": 2}}


@pytest.mark.parametrize("query", ["", "width=50", "fmt=webp&quality=70"])
def test_signed(site: Site, query: str) -> None:
    """A signed URL returns its image until it expires, and the signature does not change the derived key."""
    options(site, **SECURED)
    assert site.get("a.jpg", query, BOTH).status == 403
    assert site.derived() == []
    reply = site.get("a.jpg", f"{query}&{address('/a.jpg')}", BOTH)
    assert reply.status == 200
    age = int(reply.headers["Cache-Control"].removeprefix("public, max-age=").partition(",")[0])
    assert HOUR - 5 <= age <= HOUR
    assert site.get("a.jpg", f"{address('/a.jpg', 2 * HOUR)}&{query}", BOTH).status == 200
    assert len(site.derived()) == (query != "")
    assert not any("md5" in name or "expires" in name for name in site.derived())


def test_path_is_signed_decoded(site: Site) -> None:
    """The signature covers the decoded path that rules match, however the URL encodes it."""
    options(site, **SECURED)
    site.put("a b/é.jpg", jpeg())
    for path in ("/a%20b/%C3%A9.jpg", "/%61%20b%2f%c3%a9.jpg"):
        assert site.ask(path, address("/a b/é.jpg")).status == 200


TRICKS: dict[str, Callable[[], str]] = {
    "stripped": lambda: "",
    "other key": lambda: address("/a.jpg", key="otherkey"),
    "other path": lambda: address("/b.jpg"),
    "expired": lambda: address("/a.jpg", seconds=-1),
    "empty first": lambda: f"md5=&expires=&{address('/a.jpg')}",
    "wrong first": lambda: f"md5={'a' * 22}&{address('/a.jpg')}",
    "longer": lambda: address("/a.jpg").replace("expires=", "expires=9"),
    "encoded once more": lambda: address("/a.jpg").replace("md5=", "md5=%25"),
}


@pytest.mark.parametrize("trick", TRICKS.values(), ids=TRICKS)
def test_tricks_with_signatures(site: Site, trick: Callable[[], str]) -> None:
    """A request with a manipulated signature gets a 403 that is cached for 5 seconds."""
    options(site, **SECURED)
    reply = site.get("a.jpg", trick(), BOTH)
    assert (reply.status, reply.headers["Cache-Control"]) == (403, "public, max-age=5")
    assert list(json.loads(reply.body)) == ["error"]


def test_signed_for_one_viewer(site: Site, behind_the_edge: dict[str, str]) -> None:
    """A signature of type 0 contains the viewer's IP address, and the edge does not share the response."""
    options(site, secure_key={"enabled": True, "key": "secretkey", "type": 0})
    query = address("/a.jpg", viewer="198.51.100.7")
    reply = site.get("a.jpg", query, x_img_viewer="198.51.100.7", **behind_the_edge)
    assert reply.status == 200
    assert reply.headers["Cache-Control"].startswith("private, max-age=")
    assert site.get("a.jpg", query, x_img_viewer="198.51.100.8", **behind_the_edge).status == 403
    assert site.get("a.jpg", address("/a.jpg"), x_img_viewer="198.51.100.7", **behind_the_edge).status == 403


def test_signed_without_the_edge(site: Site) -> None:
    """Without the edge the address is the one that API Gateway sees, whatever a header says."""
    options(site, secure_key={"enabled": True, "key": "secretkey", "type": 0})
    assert site.get("a.jpg", address("/a.jpg", viewer="127.0.0.1")).status == 200
    forged = {"x_img_viewer": "198.51.100.7", "x_forwarded_for": "198.51.100.7"}
    assert site.get("a.jpg", address("/a.jpg", viewer="198.51.100.7"), **forged).status == 403


@pytest.mark.parametrize(
    "guard",
    [
        {"secure_key": {"enabled": True, "key": "x"}},
        {"secure_key": "secretkey"},
        {"referrer_acl": {"enabled": True, "policy_type": "nobody"}},
        {**SECURED, "image_stack": {"enabled": "yes"}},
    ],
)
def test_broken_guards_lock(site: Site, guard: dict[str, Any]) -> None:
    """If an option that restricts access is invalid, all requests for its images are denied."""
    site.put("a.jpg", jpeg())
    site.item({"pk": "RESOURCE#*", "sk": "RULE#1", "rule": "/a", "options": guard})
    site.put("b.jpg", jpeg())
    assert site.get("a.jpg", address("/a.jpg", key="")).status == 403
    assert site.get("b.jpg").status == 200
    site.item({"pk": "RESOURCE#*", "sk": "SETTINGS", "options": guard})
    assert site.get("b.jpg").status == 403


def test_without_rules(site: Site) -> None:
    """If no rules can be read and the deployment requires them, the response is 503 with Retry-After."""
    site.put("a.jpg", jpeg())
    broken = CachedRules(NoTable(), "originals", 0, time, print)
    with site.pipeline(rules=broken, passes_without_rules=False):
        reply = site.get("a.jpg")
        assert (reply.status, reply.headers["Cache-Control"]) == (503, "public, max-age=5")
        assert "Retry-After" in reply.headers
    with site.pipeline(rules=broken):
        assert site.get("a.jpg").body == jpeg()


class NoTable:
    """A rules table that fails."""

    def items(self, host: str) -> list[dict[str, Any]]:
        raise StoreError(host)
