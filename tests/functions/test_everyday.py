"""The parameters of docs/specification.md#section-10 through the handler: headers, keys, second requests."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.conftest import BOTH, Reply, Site
from tests.support.images import corners, encoded, jpeg, png, positions

ALL_BAD = "crop=0,1&area=1&rotate=1&width=100&enlarge=x&gravity=x&background=x&quality=x&fmt=x"
ALL_REASONS = (
    "compression: bad quality parameter; compression: unsupported format of the fmt query parameter; "
    "rotation: bad rotate parameter; resizing: bad enlarge parameter; resizing: bad gravity parameter; "
    "resizing: bad background parameter; cropping: bad area parameter; cropping: bad width parameter"
)
ENLARGE = "resizing: destination image width or height parameter is more than the original image size"


@pytest.mark.parametrize(
    ("query", "operations", "size", "reason"),
    [
        ("width=100&dpr=2", "resize", (200, 150), None),
        ("width=300&dpr=2&crop=100,100", "crop", (133, 133), None),
        ("width=100&height=100&fit=contain", "resize", (100, 75), None),
        ("width=100&height=100&fit=pad", "resize pad", (100, 100), None),
        ("width=800&height=600&fit=pad", "pad", (800, 600), None),
        ("width=8193&height=600&fit=pad", None, (400, 300), ENLARGE),
        ("width=600&height=600&enlarge=clamp", "resize", (300, 300), None),
        ("width=800&enlarge=true", "resize", (800, 600), None),
        ("width=800", None, (400, 300), ENLARGE),
        ("rotate=90&area=200,200&width=100&crop=50,40", "rotate area resize crop", (50, 40), None),
        ("width=100&dpr=0", "resize", (100, 75), "resizing: bad dpr parameter"),
        ("dpr=0", None, (400, 300), "resizing: bad dpr parameter"),
        (ALL_BAD, "resize", (100, 75), ALL_REASONS),
    ],
)
def test_headers(site: Site, query: str, operations: str | None, size: tuple[int, int], reason: str | None) -> None:
    """Operations and reasons are named in their order, and the second answer is that of the first."""
    site.put("a.jpg", jpeg())
    site.rule(enabled=True)
    first, second = site.get("a.jpg", query), site.get("a.jpg", query)
    assert (first.status, first.operations, first.reason) == (200, operations, reason)
    assert first.image.size == size
    assert (second.body, second.headers["ETag"], second.operations) == (first.body, first.headers["ETag"], operations)
    assert len(site.derived()) == (1 if operations else 0)


@pytest.mark.parametrize(
    ("query", "accept", "content_type", "operations", "reason"),
    [
        ("fmt=jpeg", None, "image/jpeg", "convert", None),
        ("fmt=jpg", BOTH, "image/jpeg", "convert", None),
        ("fmt=avif,webp,jpeg", "image/webp", "image/webp", "convert", None),
        ("fmt=avif,webp,jpeg", "*/*", "image/jpeg", "convert", None),
        ("fmt=auto", BOTH, "image/avif", "convert", None),
        ("fmt=auto", "image/avif;q=0.5,image/webp", "image/webp", "convert", None),
        ("fmt=auto", "*/*", "image/png", None, "compression: webp/avif format is not supported by the client"),
        ("fmt=png", BOTH, "image/png", None, None),
        ("fmt=png&quality=50", BOTH, "image/png", None, "quality: cannot be performed without another operation"),
        ("fmt=auto,webp", BOTH, "image/png", None, "compression: unsupported format of the fmt query parameter"),
    ],
)
def test_formats(
    site: Site, query: str, accept: str | None, content_type: str, operations: str | None, reason: str | None
) -> None:
    """`fmt` gives JPEG without proof, and the answer varies by Accept in any case."""
    site.put("a.png", png(), "image/png")
    site.rule(enabled=True)
    reply = site.get("a.png", query, accept)
    assert (reply.type, reply.operations, reply.reason) == (content_type, operations, reason)
    assert reply.headers["Vary"] == "Accept"


def test_larger_than_the_original(site: Site) -> None:
    """PNG of a photograph is larger and sent all the same; a larger AVIF is not."""
    site.put("a.jpg", jpeg(quality=30))
    site.rule(enabled=True)
    reply = site.get("a.jpg", "fmt=png")
    assert (reply.type, reply.operations) == ("image/png", "convert")
    assert int(reply.headers["X-Img-Saved-Bytes"]) < 0
    with Image.open(BytesIO(jpeg(quality=30))) as original:
        assert np.array_equal(np.asarray(reply.image.convert("RGB")), np.asarray(original.convert("RGB")))


def test_focus(site: Site) -> None:
    """The point in the original's metadata decides, and a replaced original with another point is another image."""
    site.rule(enabled=True)
    seen = []
    for level, focus in enumerate(("0,0", "100,100", "nonsense"), 1):
        # Other bytes each time: a version is an ETag and a time in whole seconds.
        body = encoded(corners(400, 300), "PNG", compress_level=level)
        site.put("a.png", body, "image/png", Metadata={"focus": focus})
        reply = site.get("a.png", "crop=100,100&gravity=focus")
        assert reply.headers["x-amz-meta-focus"] == focus
        seen.append(reply.image.convert("RGB").getpixel((50, 50)))
    with Image.open(BytesIO(body)) as original:
        expected = [original.convert("RGB").getpixel(at) for at in ((50, 50), (350, 250), (200, 150))]
    assert seen == expected


def test_levels(site: Site) -> None:
    """A word for a quality is its number: one derived object."""
    site.put("a.jpg", jpeg())
    site.rule(enabled=True)
    assert site.get("a.jpg", "width=100&quality=low").body == site.get("a.jpg", "width=100&quality=65").body
    assert len(site.derived()) == 1


def test_image_stack_off(site: Site) -> None:
    """Where Image Stack is off no parameter is read, not even a bad one."""
    site.put("a.jpg", jpeg())
    reply = site.get("a.jpg", "width=100&dpr=0&fit=pad&height=5")
    assert (reply.operations, reply.reason, reply.image.size) == (None, None, (400, 300))


def top(reply: Reply) -> Any:
    """A pixel of the canvas above the picture, as red, green, blue and alpha."""
    return np.asarray(reply.image.convert("RGBA"))[2, 50].astype(int)


def test_canvas_of_a_lossy_result(site: Site) -> None:
    """The canvas of a JPEG is white without a background; that of a WebP is transparent."""
    site.put("a.jpg", encoded(positions(120, 40), quality=95))
    site.rule(enabled=True)
    query = "width=100&height=100&fit=pad"
    assert min(top(site.get("a.jpg", query))) >= 250
    assert top(site.get("a.jpg", f"{query}&fmt=webp", BOTH))[3] == 0
    red = top(site.get("a.jpg", f"{query}&fmt=webp&background=ff0000", BOTH))
    assert np.abs(red - (255, 0, 0, 255)).max() < 20
