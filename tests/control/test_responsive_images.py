"""Responsive images: the HTML that the API writes, and its refusals."""

from typing import Any

import httpx
import pytest

from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, Deployment
from tests.support.images import encoded, jpeg, photograph, png
from tests.support.responsive import elements

ON = {"image_stack": {"enabled": True}}
LOSSLESS = {"image_stack": {"enabled": True, "png_lossless": True}}
# EXIF orientation 6: the picture stands upright after a turn by 90 degrees.
_TURNED = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00"


class Site:
    """A resource with originals of 400 by 300 pixels, and a viewer's token."""

    def __init__(self, deployment: Deployment, client: httpx.Client, number: int) -> None:
        self.deployment = deployment
        self._client = client
        self._path = f"/cdn/resources/{number}/responsive_image"
        self.resource = f"/cdn/resources/{number}"

    def ask(self, address: object = "/cat.jpg", widths: object = (200, 100), **body: object) -> httpx.Response:
        """Send a request."""
        return self._client.post(self._path, json={"address": address, "widths": widths, **body})

    def made(self, *args: object, **body: object) -> dict[str, Any]:
        """The answer of a request that is not refused."""
        answer = self.ask(*args, **body)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    def offered(self, *args: object) -> dict[str, tuple[int, int]]:
        """Sizes of the candidates by address."""
        return {one["url"]: (one["width"], one["height"]) for one in self.made(*args)["candidates"]}

    def refusal(self, *args: object, **body: object) -> Any:
        """The answer of a request that is refused with messages by field."""
        answer = self.ask(*args, **body)
        assert answer.status_code == 400
        return answer.json()

    def admin(self, method: str, path: str, body: object) -> None:
        """Send a request as an admin."""
        with self.deployment.http(self.deployment.token("admin")) as client:
            assert client.request(method, path, json=body).is_success


@pytest.fixture
def site(deployment: Deployment) -> Any:
    deployment.original("shop/cat.jpg", jpeg())
    deployment.original("shop/cat.png", png())
    deployment.original("shop/turned.jpg", encoded(photograph().resize((400, 300)), exif=_TURNED))
    deployment.original("shop/notes.jpg", b"words")
    deployment.original("shop/broken.jpg", jpeg()[:100])
    with deployment.http(deployment.token("admin")) as admin:
        resource = {"cname": HOST, "origin": f"{ORIGINALS}/shop", "options": ON}
        number = admin.post("/cdn/resources", json=resource).json()["id"]
    with deployment.http(deployment.token("viewer")) as client:
        yield Site(deployment, client, number)


def test_html(site: Site) -> None:
    """Candidates are sorted by width, each once; `fmt` names the formats of the sources."""
    found = site.made("/cat.jpg", [200, 100, 200], sizes="50vw", alt="A cat")
    assert found["notes"] == []
    (image,) = elements(found["img"])
    assert image.candidates == {"/cat.jpg?width=100": 100, "/cat.jpg?width=200": 200}
    assert (image.attributes["width"], image.attributes["height"]) == ("200", "150")
    assert (image.attributes["sizes"], image.attributes["alt"]) == ("50vw", "A cat")
    _, avif, webp, fallback = elements(found["picture"])
    assert (avif.attributes["type"], webp.attributes["type"]) == ("image/avif", "image/webp")
    assert avif.candidates == {"/cat.jpg?width=100&fmt=avif": 100, "/cat.jpg?width=200&fmt=avif": 200}
    assert webp.candidates == {"/cat.jpg?width=100&fmt=webp": 100, "/cat.jpg?width=200&fmt=webp": 200}
    assert fallback == image


@pytest.mark.parametrize(
    ("address", "widths", "sizes"),
    [
        # The sizes are those of docs/specification.md#section-3 for 400 by 300 pixels.
        ("/cat.jpg", [100, 400], {"width=100": (100, 75), "width=400": (400, 300)}),
        ("/cat.jpg", [100, 401, 9000], {"width=100": (100, 75), "width=400": (400, 300)}),
        ("/cat.jpg", [9000], {"width=400": (400, 300)}),
        ("/cat.jpg", [10**30], {"width=400": (400, 300)}),
        ("/cat.jpg?width=50&dpr=2", [100], {"width=100": (100, 75)}),
        ("/cat.jpg?height=90", [100], {"width=100": (100, 75)}),
        ("/cat.jpg?crop=4:5", [200], {"crop=4:5&width=200": (120, 150)}),
        ("/cat.jpg?crop=4:5", [200, 500], {"crop=4:5&width=200": (120, 150), "crop=4:5&width=400": (240, 300)}),
        # Width and height are a ratio; the largest square of the original has 300 pixels a side.
        ("/cat.jpg?width=50&height=50", [100], {"width=100&height=100": (100, 100)}),
        ("/cat.jpg?width=50&height=50", [400], {"width=300&height=300": (300, 300)}),
        ("/cat.jpg?width=3&height=2&fit=force", [100], {"fit=force&width=100&height=67": (100, 67)}),
        ("/cat.jpg?width=100&height=200&fit=bounds", [90], {"fit=bounds&width=90&height=180": (240, 180)}),
        (
            "/cat.jpg?width=4&height=3&fit=contain&enlarge=true",
            [9000],
            {"fit=contain&width=400&height=300": (400, 300)},
        ),
        # The canvas of a pad is no larger than the original on either side.
        (
            "/cat.jpg?width=1&height=1&fit=pad&background=ff0000",
            [100, 400],
            {
                "fit=pad&background=ff0000&width=100&height=100": (100, 100),
                "fit=pad&background=ff0000&width=300&height=300": (300, 300),
            },
        ),
        # `area` is cut out before the resize: 240 by 300 pixels enter it.
        ("/cat.jpg?area=4:5", [120, 400], {"area=4:5&width=120": (120, 150), "area=4:5&width=240": (240, 300)}),
        ("/cat.jpg?rotate=90", [100, 400], {"rotate=90&width=100": (100, 133), "rotate=90&width=300": (300, 400)}),
        # The original is upright after its EXIF orientation: 300 by 400 pixels.
        ("/turned.jpg", [150, 400], {"width=150": (150, 200), "width=300": (300, 400)}),
        # A crop of fixed size has one width, where the picture holds it.
        ("/cat.jpg?crop=90,60", [50, 120, 200], {"crop=90,60&width=120": (90, 60)}),
        ("/cat.jpg?fmt=webp&v=7", [100], {"fmt=webp&v=7&width=100": (100, 75)}),
    ],
)
def test_sizes(site: Site, address: str, widths: list[int], sizes: dict[str, tuple[int, int]]) -> None:
    """Each candidate keeps the address's own parameters, and none is larger than the original."""
    path = address.partition("?")[0]
    assert site.offered(address, widths) == {f"{path}?{query}": size for query, size in sizes.items()}


def test_notes(site: Site) -> None:
    """The answer says what is left out of the address and of the widths."""
    dpr, enlarge, larger, crop = site.made("/cat.jpg?crop=4:5&enlarge=true&dpr=2", [100, 500])["notes"]
    assert dpr.startswith("dpr is left out")
    assert enlarge.startswith("enlarge is left out")
    assert larger.startswith("width 400 takes the place of larger ones")
    assert crop.startswith("crop or fit changes the widths")


def test_unknown_parameters(site: Site) -> None:
    """Parameters that do not exist are named, with the nearest one; the candidates keep them."""
    made = site.made("/cat.jpg?w=300&v=7", [100])
    assert made["notes"] == ["'w' has no effect (do you mean width?)", "'v' has no effect"]
    assert [one["url"] for one in made["candidates"]] == ["/cat.jpg?w=300&v=7&width=100"]


def test_formats_that_are_not_made(site: Site) -> None:
    """Under `png_lossless` a PNG is never converted to AVIF (docs/specification.md#section-4), so no source says so."""
    site.admin("PATCH", site.resource, {"options": LOSSLESS})
    types = [one.attributes.get("type") for one in elements(site.made("/cat.png")["picture"])]
    assert types == [None, "image/webp", None]


def test_whole_addresses(site: Site) -> None:
    """A whole URL keeps its host in the HTML, and a path stays a path."""
    (image,) = elements(site.made(f"https://{HOST}/cat.jpg", [100])["img"])
    assert image.attributes["src"] == f"https://{HOST}/cat.jpg?width=100"


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("cat.jpg", "is neither a path like /cat.jpg?crop=4:5 nor an address like https://host/cat.jpg"),
        ("/../cat.jpg", "the path holds a segment . or .."),
        ("/%ff.jpg", "the path is not UTF-8"),
        ("/cat.jpg?crop=x", "cropping: bad width parameter"),
        ("/cat.jpg?width=x", "resizing: bad width parameter"),
        ("/cat.jpg?quality=101", "compression: bad quality parameter"),
        ("/cat.jpg?fmt=gif", "compression: unsupported format of the fmt query parameter"),
        ("/cat.jpg?crop=500,500", "cropping: output height and width cannot be bigger than the original image size"),
        (
            "/cat.jpg?width=1&height=301",
            "resizing: destination image width or height parameter is more than the original image size",
        ),
        ("/notes.jpg", "detected content type image/jpeg is not supported"),
        ("/broken.jpg", "original image is damaged"),
    ],
)
def test_no_candidates(site: Site, address: str, reason: str) -> None:
    """An address that gives no responsive image is refused, with the reason of the data plane (section 6)."""
    assert site.refusal(address) == {"address": [reason]}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"widths": []}, "widths"),
        ({"widths": [0]}, "widths"),
        ({"widths": [100, -1]}, "widths"),
        ({"widths": [1.5]}, "widths"),
        ({"widths": "100"}, "widths"),
        ({"widths": list(range(1, 52))}, "widths"),
        ({"sizes": ""}, "sizes"),
        ({"sizes": "50vw\n"}, "sizes"),
        ({"alt": "a\x00b"}, "alt"),
        ({"address": "/" + "a" * 3_000}, "address"),
        ({"width": 5}, "width"),
    ],
)
def test_bad_bodies(site: Site, body: dict[str, Any], field: str) -> None:
    """Bad fields are refused by name."""
    assert list(site.refusal(**body)) == [field]


def test_off(site: Site) -> None:
    """Where Image Stack is off, every width gives the original."""
    site.admin("PATCH", site.resource, {"options": {"image_stack": None}})
    assert site.refusal() == {"address": ["Image Stack is off for this path: every width would give the original"]}
    site.admin("PATCH", site.resource, {"active": False})
    assert site.refusal() == {"address": [f"nothing is served: the resource {HOST} is switched off"]}


def test_missing(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing original or resource is a 404; without a backend for originals the answer is a 503."""
    missing = site.ask("/none.jpg")
    assert (missing.status_code, missing.json()) == (404, {"error": "there is no such original"})
    monkeypatch.setattr(site.deployment.module.BACKENDS, "originals", None)
    assert site.ask().status_code == 503
