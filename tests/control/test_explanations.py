"""Explanations of addresses, in the rule tester and in previews."""

from time import time
from typing import Any

import httpx
import pytest
from PIL import Image

from imagestack.request.signed_url import signature
from imagestack.transform import ENGINE
from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, Deployment
from tests.support.images import encoded, jpeg, png

ON = {"image_stack": {"enabled": True, "webp_enabled": True, "avif_enabled": True}}
CHROME = "image/avif,image/webp,*/*"
KEY = "a-secret-key"


class Site:
    """A resource with originals of 400 by 300 pixels."""

    def __init__(self, client: httpx.Client, number: int) -> None:
        self.client = client
        self.resource = f"/cdn/resources/{number}"

    def explain(self, address: str, accept: str = CHROME) -> Any:
        """The explanation of an address."""
        query = {"url": f"https://{HOST}{address}", "accept": accept}
        answer = self.client.get("/cdn/answering_rule", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["explanation"]


@pytest.fixture
def site(deployment: Deployment) -> Any:
    deployment.original("shop/cat.jpg", jpeg())
    deployment.original("shop/cat.png", png())
    deployment.original("shop/words.jpg", b"words")
    deployment.original("shop/broken.jpg", jpeg()[:100])
    with deployment.http(deployment.token("admin")) as client:
        resource = {"cname": HOST, "origin": f"{ORIGINALS}/shop", "options": ON}
        number = client.post("/cdn/resources", json=resource).json()["id"]
        yield Site(client, number)


def test_parameters(site: Site) -> None:
    """Known parameters are shown as they are understood, and unknown ones with the nearest that exists."""
    found = site.explain("/cat.jpg?width=0200&quality=low&dpr=7&w=5&format=webp&utm_source=a")
    assert [(one["name"], one["sent"], one["value"]) for one in found["parameters"]] == [
        ("width", "0200", "200"),
        ("dpr", "7", None),
        ("quality", "low", "65"),
    ]
    assert found["parameters"][1]["problem"] == "resizing: bad dpr parameter"
    assert found["unknown"] == [
        {"name": "w", "nearest": "width"},
        {"name": "format", "nearest": "fmt"},
        {"name": "utm_source", "nearest": None},
    ]


def test_result(site: Site) -> None:
    """The result is what docs/specification.md#section-10 says for this original."""
    found = site.explain("/cat.jpg?width=100&height=100&fit=pad&dpr=2&crop=500,10")
    assert found["original"] == {
        "bytes": len(jpeg()),
        "content_type": "image/jpeg",
        "width": 400,
        "height": 300,
    }
    assert found["result"] == {
        "operations": ["resize", "pad", "convert"],
        "content_type": "image/avif",
        "width": 200,
        "height": 200,
        "reasons": ["cropping: output height and width cannot be bigger than the original image size"],
        "only_if_smaller": False,
    }


def test_keys_and_browsers(site: Site) -> None:
    """Each class of browsers has its format and derived key; the cache key has the canonical query."""
    found = site.explain("/cat.jpg?b=1&width=0100", "image/webp")
    plan = f"{HOST}/cat.jpg/@/width=100"
    keys = {
        "avif": f"{plan}&auto=avif,webp&preset=95&v={ENGINE}.avif",
        "webp": f"{plan}&auto=webp&preset=95&v={ENGINE}.webp",
        "none": f"{plan}&preset=95&v={ENGINE}.original",
    }
    types = {"avif": "image/avif", "webp": "image/webp", "none": "image/jpeg"}
    shown = {one["decodes"]: (one["content_type"], one["derived_key"]) for one in found["browsers"]}
    assert shown == {name: (types[name], key) for name, key in keys.items()}
    assert found["derived_key"] == keys["webp"]
    assert found["cache_key"] == {"host": HOST, "path": "/cat.jpg", "query": "width=100", "accept": "webp"}


@pytest.mark.parametrize(("query", "accept"), [("fmt=jpg", "none"), ("fmt=webp,jpeg", "avif,webp"), ("", "avif,webp")])
def test_formats_of_the_cache_key(site: Site, query: str, accept: str) -> None:
    """The formats in the key are those that the edge passes on."""
    assert site.explain(f"/a%20(b)!.jpg?{query}")["cache_key"]["accept"] == accept
    assert site.explain(f"/a%20(b)!.jpg?{query}")["cache_key"]["path"] == "/a%20%28b%29%21.jpg"


def test_signed(site: Site) -> None:
    """A signature is part of the cache key and is no unknown parameter."""
    found = site.explain("/cat.jpg?md5=DNLH5wjbX7_k-1u_-pn5oA&expires=05&width=5")
    assert found["cache_key"]["query"] == "width=5&md5=DNLH5wjbX7_k-1u_-pn5oA&expires=5"
    assert found["unknown"] == []


def test_conversion_alone(site: Site) -> None:
    """A conversion alone is delivered only if it is smaller; JPEG from `fmt` always."""
    assert site.explain("/cat.png")["result"]["only_if_smaller"] is True
    assert site.explain("/cat.png?fmt=jpeg")["result"]["only_if_smaller"] is False


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/words.jpg?width=5", "detected content type image/jpeg is not supported"),
        ("/broken.jpg?width=5", "original image is damaged"),
        ("/cat.jpg?width=500&fmt=gif", "resizing: destination image width or height parameter is more than"),
    ],
)
def test_skipped(site: Site, path: str, reason: str) -> None:
    """What cannot be done is reported with its reason, and has no derived key."""
    found = site.explain(path)
    assert found["result"]["operations"] == []
    assert any(one.startswith(reason) for one in found["result"]["reasons"])
    assert found["derived_key"] is None


def test_no_original(site: Site) -> None:
    """A missing original is reported; parameters and cache key are explained all the same."""
    found = site.explain("/dog.jpg?w=5&width=6")
    assert found["original"] is None
    assert found["original_problem"] == "not valid response code from the origin; response code - 404"
    assert (found["result"], found["browsers"], found["derived_key"]) == (None, [], None)
    assert found["unknown"] == [{"name": "w", "nearest": "width"}]
    assert found["cache_key"]["query"] == "width=6"


@pytest.mark.parametrize("path", ["", "/", "/?width=5", "//", f"/{'a' * 2_000}.jpg"])
def test_no_key(site: Site, path: str) -> None:
    """An address that can have no original has none, as for viewers."""
    assert site.explain(path)["original_problem"] == "not valid response code from the origin; response code - 404"


@pytest.mark.parametrize("path", ["/é b.jpg", "/%C3%A9%20b.jpg", "/é%20b.jpg", "/%c3%a9 b.jpg"])
def test_typed_paths(site: Site, deployment: Deployment, path: str) -> None:
    """A path means what it means in a browser, with all, some or none of its characters encoded."""
    deployment.original("shop/é b.jpg", jpeg())
    found = site.explain(path)
    assert (found["original"]["width"], found["cache_key"]["path"]) == (400, "/%C3%A9%20b.jpg")
    made = site.client.post(f"{site.resource}/preview", json={"path": path, "accept": CHROME}).json()
    assert made["explanation"] == found


def test_switched_off(site: Site) -> None:
    """Where Image Stack is off the original is the result; where the resource is off there is none."""
    off = {"image_stack": {"enabled": False}}
    assert site.client.patch(site.resource, json={"options": off}).is_success
    found = site.explain("/cat.jpg?width=100")
    assert (found["result"]["operations"], found["result"]["content_type"]) == ([], "image/jpeg")
    assert found["derived_key"] is None
    assert site.client.patch(site.resource, json={"active": False}).is_success
    assert "switched off" in site.explain("/cat.jpg?width=100")["original_problem"]


@pytest.mark.parametrize(
    ("path", "accept"),
    [
        ("/cat.jpg", CHROME),
        ("/cat.jpg?width=100&height=80&gravity=north&dpr=2", CHROME),
        ("/cat.jpg?crop=5&width=900&rotate=1&gravity=smart&fmt=gif&quality=x", ""),
        ("/cat.jpg?area=4:0&flip=h&fit=pad&width=500&height=500&background=fff", "image/webp"),
        ("/cat.jpg?quality=80", ""),
        ("/cat.jpg?fmt=avif&width=0", "image/webp"),
        ("/cat.png?fmt=auto&rotate=90", "image/webp"),
        ("/words.jpg?dpr=9&crop=&width=5", CHROME),
        ("/broken.jpg?width=5&enlarge=yes&flip=x", CHROME),
    ],
)
def test_explained_as_served(site: Site, path: str, accept: str) -> None:
    """Operations, type, size and the order of skip reasons are those of the response."""
    made = site.client.post(f"{site.resource}/preview", json={"path": path, "accept": accept}).json()
    result, headers = made["explanation"]["result"], made["headers"]
    assert " ".join(result["operations"]) == headers.get("X-Img-Operations", "")
    assert "; ".join(result["reasons"]) == headers.get("Img-Skip-Reason", "")
    assert (result["width"], result["height"]) == (made["width"], made["height"])
    if result["operations"]:
        assert result["content_type"] == headers["Content-Type"]


def test_more_than_memory_holds(site: Site, deployment: Deployment) -> None:
    """A conversion for which a function has not enough memory is explained as it is served: skipped."""
    deployment.original("shop/wall.jpg", encoded(Image.new("RGB", (8_000, 7_900))))
    found = site.explain("/wall.jpg?fmt=avif")
    assert found["result"]["reasons"] == ["compression: rate limit is exceeded"]
    assert site.explain("/wall.jpg?fmt=avif&width=400")["result"]["operations"] == ["resize", "convert"]


def test_access(site: Site) -> None:
    """An address without access says why, and so does one whose signature has expired."""
    assert site.explain("/cat.jpg")["refusal"] is None
    secure = {"enabled": True, "key": KEY, "type": 2}
    assert site.client.patch(site.resource, json={"options": {**ON, "secure_key": secure}}).is_success
    now = int(time())
    signed = {left: f"/cat.jpg?md5={signature('/cat.jpg', now + left, KEY)}&expires={now + left}" for left in (-9, 99)}
    assert site.explain("/cat.jpg?width=5")["refusal"] == "the address is not signed"
    assert site.explain(signed[-9])["refusal"] == "the address has expired"
    assert site.explain(signed[99])["refusal"] is None
    assert site.explain(signed[99].replace("cat.jpg", "cat.png"))["refusal"] == "the signature is wrong"
    by_address = {**ON, "secure_key": {**secure, "type": 0}}
    assert site.client.patch(site.resource, json={"options": by_address}).is_success
    assert site.explain(signed[99])["refusal"] is None
    assert site.explain("/cat.jpg")["refusal"] == "the address is not signed"


def test_previews(site: Site) -> None:
    """A preview has the same explanation, under the drafted rule."""
    body = {"path": "/cat.jpg?w=1&width=100", "accept": CHROME}
    made = site.client.post(f"{site.resource}/preview", json=body).json()
    assert made["explanation"] == site.explain("/cat.jpg?w=1&width=100")
    assert (made["width"], made["height"]) == (100, 75)
    draft = {"rule": "/.*", "options": {"image_stack": {"enabled": True}}}
    drafted = site.client.post(f"{site.resource}/preview", json={**body, "rule": draft}).json()
    assert drafted["explanation"]["result"]["content_type"] == "image/jpeg"
