"""What a rule says about delivery, as viewers meet it behind the front: decided for each, from one kept answer."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from imagestack.request.signed_url import signature
from imagestack_local.aws import event_sources
from tests.local.scripted import x_cache
from tests.support.images import jpeg
from tests.support.serving import Serving, originals, serving, until

pytestmark = pytest.mark.xdist_group("edge-options")

SHOP, THIEF = "https://shop.example", "https://thief.example"
FORBIDDEN = {"error": "referrer is not allowed"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = originals(tmp_path_factory.mktemp("originals"), {"a.jpg": jpeg(), "b.jpg": jpeg(80, 60)})
    with serving("--originals", str(folder)) as found:
        yield found


def options(stack: Serving, word: str, **found: Any) -> None:
    """Set the options of all paths. Their answers have a header with this word, which shows the options in use."""
    header = {"name": "X-Rules", "value": [word], "always": True}
    every = {"static_response_headers": {"enabled": True, "value": [header]}, "image_stack": {"enabled": True}, **found}
    rule(stack, {"pk": "RESOURCE#*", "sk": "RULE#0", "rule": "/", "weight": -5, "options": every})
    assert stack.get("/a.jpg").headers["x-rules"] == word


def rule(stack: Serving, item: dict[str, Any]) -> None:
    """Put an item, and wait until nothing is kept that was made before."""
    stack.rules().put_item(Item=item)
    time.sleep(10 * event_sources.LOOK_SECONDS)


def test_referrers(stack: Serving) -> None:
    """A page of another site gets 403, from a kept answer too, and takes nothing from those who may have it."""
    acl = {"enabled": True, "policy_type": "deny", "excepted_values": ["shop.example", "*.shop.example"]}
    options(stack, "referrers", referrer_acl=acl)
    for page, status in ((SHOP, 200), (THIEF, 403), ("https://www.shop.example", 200), (THIEF, 403), (None, 200)):
        response = stack.get("/a.jpg?width=90", **({"referer": f"{page}/page"} if page else {}))
        assert response.status_code == status
        assert "x-img-edge" not in response.headers
        if status == 403:
            assert response.json() == FORBIDDEN
            assert response.headers["cache-control"] == "private, no-store"
            assert "etag" not in response.headers
    denied = stack.request("HEAD", "/a.jpg?width=90", referer=THIEF)
    assert (denied.status_code, denied.content) == (403, b"")
    assert stack.get("/a.jpg?width=90", referer=THIEF, range="bytes=0-9").status_code == 403


def test_cors(stack: Serving) -> None:
    """Each page is answered for itself out of one kept answer, which varies by Origin and by Accept."""
    options(stack, "cors", cors={"enabled": True, "value": ["shop.example"]})
    kept = []
    for origin, allowed in ((SHOP, SHOP), (THIEF, None), (SHOP, SHOP), (None, None)):
        response = stack.get("/a.jpg?width=91&fmt=webp", accept="image/webp", **({"origin": origin} if origin else {}))
        assert response.headers.get("access-control-allow-origin") == allowed
        assert response.headers["vary"] == "Accept, Origin"
        kept.append(x_cache(response))
    assert kept == ["Miss", "Hit", "Hit", "Hit"]
    asked = {"origin": SHOP, "access-control-request-method": "GET"}
    preflight = stack.request("OPTIONS", "/a.jpg", **asked)
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (204, SHOP)
    assert preflight.headers["access-control-allow-methods"] == "GET, HEAD, OPTIONS"
    refused = stack.request("OPTIONS", "/a.jpg", **asked | {"origin": THIEF})
    assert not {"access-control-allow-origin", "access-control-allow-methods"} & set(refused.headers)


def test_caching(stack: Serving) -> None:
    """Browsers get one cache time and the front uses the other. Where that is 0, the edge keeps nothing."""
    browser = {"enabled": True, "value": "0s"}
    options(stack, "kept", edge_cache_settings={"enabled": True, "value": "1h"}, browser_cache_settings=browser)
    responses = [stack.get("/a.jpg?width=92") for _ in range(2)]
    assert [x_cache(response) for response in responses] == ["Miss", "Hit"]
    assert {response.headers["cache-control"] for response in responses} == {"public, max-age=0, s-maxage=3600"}
    options(stack, "never", edge_cache_settings={"enabled": True, "value": "0s"})
    assert [x_cache(stack.get("/a.jpg?width=92")) for _ in range(2)] == ["Miss", "RefreshHit"]


def signed(path: str, seconds: int, viewer: str = "") -> str:
    expires = int(time.time()) + seconds
    return f"md5={signature(path, expires, 'secretkey', viewer)}&expires={expires}"


def test_signed_addresses(stack: Serving) -> None:
    """A signed address is answered, also from the edge, until it expires; any other is 403, kept answers or not."""
    key = {"enabled": True, "key": "secretkey", "type": 2}
    rule(stack, {"pk": "RESOURCE#*", "sk": "RULE#9", "rule": "/b", "weight": -9, "options": {"secure_key": key}})
    assert stack.get("/b.jpg").status_code == 403
    query = signed("/b.jpg", 3)
    first, second = stack.get(f"/b.jpg?{query}"), stack.get(f"/b.jpg?{query}")
    assert (first.status_code, second.status_code, x_cache(second)) == (200, 200, "Hit")
    for other in ("", signed("/a.jpg", 60), query.replace("md5=", "md5=x"), f"md5=&{query}"):
        assert stack.get(f"/b.jpg?{other}").status_code == 403
    until(lambda: stack.get(f"/b.jpg?{query}").status_code == 403)


def test_signed_for_one_viewer(stack: Serving) -> None:
    """With the viewer's address in the signature nothing is kept at the edge, and nobody can claim an address."""
    key = {"enabled": True, "key": "secretkey", "type": 0}
    rule(stack, {"pk": "RESOURCE#*", "sk": "RULE#9", "rule": "/b", "weight": -9, "options": {"secure_key": key}})
    right, wrong = signed("/b.jpg", 60, "127.0.0.1"), signed("/b.jpg", 60, "198.51.100.7")

    def ask(query: str) -> httpx.Response:
        return stack.get(f"/b.jpg?{query}", **{"x-img-viewer": "198.51.100.7", "x-forwarded-for": "198.51.100.7"})

    assert ask(right).status_code == 200
    assert [x_cache(ask(right)) for _ in range(2)] == ["Miss", "Miss"]
    assert ask(wrong).status_code == 403
