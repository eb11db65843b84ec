"""The handler applies `rotate` and `flip` exactly (docs/specification.md#section-3-rotate)."""

from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.conftest import Site
from tests.support.images import encoded, jpeg, near, photograph, positions

ORIENTATION = 0x0112
BOTH = "image/avif,image/webp"

TURNS = {
    "rotate=90": lambda pixels: np.rot90(pixels, -1),
    "rotate=180": lambda pixels: np.rot90(pixels, 2),
    "rotate=270": lambda pixels: np.rot90(pixels, 1),
    "rotate=090": lambda pixels: np.rot90(pixels, -1),
    "flip=h": np.fliplr,
    "flip=v": np.flipud,
    "flip=hv": lambda pixels: np.rot90(pixels, 2),
    # The rotation comes first, wherever it stands in the query.
    "flip=h&rotate=90": lambda pixels: np.fliplr(np.rot90(pixels, -1)),
    "rotate=270&flip=v": lambda pixels: np.flipud(np.rot90(pixels, 1)),
}
turns = pytest.mark.parametrize("query", TURNS)
# The pixels of a file, from those of the upright picture, by the orientation that the file says.
STORED = {
    1: lambda pixels: pixels,
    2: np.fliplr,
    3: lambda pixels: np.rot90(pixels, 2),
    4: np.flipud,
    5: lambda pixels: pixels.transpose(1, 0, 2),
    6: lambda pixels: np.rot90(pixels, 1),
    7: lambda pixels: np.rot90(pixels, 2).transpose(1, 0, 2),
    8: lambda pixels: np.rot90(pixels, -1),
}


def pixels(image: Image.Image) -> Any:
    return np.asarray(image.convert("RGB"))


def file_of(picture: Image.Image, orientation: int, form: str = "PNG") -> bytes:
    """A picture that its orientation puts upright."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(Image.fromarray(np.ascontiguousarray(STORED[orientation](pixels(picture)))), form, exif=exif)


@turns
@pytest.mark.parametrize("orientation", STORED)
def test_every_pixel_has_its_place(site: Site, query: str, orientation: int) -> None:
    """A turn applies to the upright picture, whatever its orientation tag says, and loses no pixel."""
    picture = positions(41, 30)
    site.put("a.png", file_of(picture, orientation), "image/png")
    site.rule()
    reply = site.get("a.png", query)
    names = [name for name in ("rotate", "flip") if f"{name}=" in query]
    assert (reply.reason, reply.operations, reply.type) == (None, " ".join(names), "image/png")
    assert np.array_equal(pixels(reply.image), TURNS[query](pixels(picture)))
    assert ORIENTATION not in reply.image.getexif()


@turns
@pytest.mark.parametrize("orientation", [1, 6, 7])
def test_before_resize_and_crop(site: Site, query: str, orientation: int) -> None:
    """Resize and crop refer to the turned picture, including a JPEG that is scaled while it is decoded."""
    picture = photograph().resize((400, 300))
    site.put("turned", file_of(picture, orientation, "JPEG"))
    site.put("before", encoded(Image.fromarray(np.ascontiguousarray(TURNS[query](pixels(picture)))), quality=75))
    site.rule()
    then = "width=150&height=180&crop=100,120,x10,y20"
    found, expected = site.get("turned", f"{query}&{then}"), site.get("before", then)
    names = [name for name in ("rotate", "flip") if f"{name}=" in query]
    assert found.operations == " ".join([*names, "resize", "crop"])
    assert found.image.size == expected.image.size == (100, 120)
    assert np.abs(pixels(found.image).astype(int) - pixels(expected.image)).mean() < 4


def test_sizes_are_those_of_the_turned_picture(site: Site) -> None:
    """The limit against enlargement uses the turned picture: 400x300 rotated is 300x400."""
    site.put("a.jpg", jpeg())
    site.rule()
    assert site.get("a.jpg", "rotate=90").image.size == (300, 400)
    assert site.get("a.jpg", "rotate=90&height=400").operations == "rotate"
    assert site.get("a.jpg", "rotate=90&height=350&width=100").image.size == (100, 350)
    skipped = site.get("a.jpg", "rotate=90&width=301")
    reason = "resizing: destination image width or height parameter is more than the original image size"
    assert (skipped.operations, skipped.reason) == ("rotate", reason)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("rotate=", "rotation: bad rotate parameter"),
        ("rotate=0", "rotation: bad rotate parameter"),
        ("rotate=360", "rotation: bad rotate parameter"),
        ("rotate=-90", "rotation: bad rotate parameter"),
        ("rotate=90.0", "rotation: bad rotate parameter"),
        ("flip=", "rotation: bad flip parameter"),
        ("flip=vh", "rotation: bad flip parameter"),
        ("flip=H", "rotation: bad flip parameter"),
        ("flip=hh", "rotation: bad flip parameter"),
    ],
)
def test_bad_values(site: Site, query: str, reason: str) -> None:
    """A bad value is skipped. Other operations are performed; without any, the original is returned."""
    site.put("a.jpg", jpeg())
    site.rule()
    alone = site.get("a.jpg", query)
    assert (alone.status, alone.body, alone.reason) == (200, jpeg(), reason)
    beside = site.get("a.jpg", f"{query}&width=200&fmt=webp", BOTH)
    assert (beside.operations, beside.reason) == ("resize convert", reason)
    other = "flip=h" if "rotate" in query else "rotate=180"
    assert site.get("a.jpg", f"{query}&{other}").operations == other.partition("=")[0]


def test_reasons_stand_in_their_order(site: Site) -> None:
    """The reason for a rotation is listed between compression and resizing."""
    site.put("a.jpg", jpeg())
    site.rule()
    reply = site.get("a.jpg", "crop=0,1&width=0&rotate=1&flip=x&fmt=gif")
    assert reply.reason == (
        "compression: unsupported format of the fmt query parameter; rotation: bad rotate parameter; "
        "rotation: bad flip parameter; resizing: bad width parameter; cropping: bad width parameter"
    )


def test_it_carries_quality(site: Site) -> None:
    """Quality rides on a turn, capped at the original's, and a result may be larger than the original."""
    site.put("a.jpg", jpeg(quality=50))
    site.rule()
    low, high = site.get("a.jpg", "rotate=90&quality=20"), site.get("a.jpg", "rotate=90&quality=95")
    assert (low.operations, low.reason) == ("rotate", None)
    assert len(low.body) < len(high.body)
    assert high.body == site.get("a.jpg", "rotate=90&quality=50").body
    site.put("tiny.png", encoded(Image.new("RGB", (1, 1)), "PNG", optimize=True), "image/png")
    larger = site.get("tiny.png", "flip=h&fmt=avif", BOTH)
    assert (larger.operations, larger.type, larger.reason) == ("flip convert", "image/avif", None)
    assert int(larger.headers["X-Img-Saved-Bytes"]) < 0


def test_it_is_kept_and_served_again(site: Site) -> None:
    """The derived key spells the turns, and equal requests share one object."""
    site.put("a.jpg", jpeg())
    site.rule()
    first = site.get("a.jpg", "flip=v&rotate=0270")
    again = site.get("a.jpg", "rotate=270&flip=v")
    (key,) = site.derived()
    assert key.startswith("_default/a.jpg/@/rotate=270&flip=v&preset=95&v=")
    assert (again.body, again.headers["ETag"]) == (first.body, first.headers["ETag"])


@pytest.mark.parametrize("mode", ["P", "RGBA", "LA", "L", "1", "I;16"])
def test_modes_of_png(site: Site, mode: str) -> None:
    """Palettes, alpha and sixteen bits survive a turn."""
    picture = Image.new("RGBA", (40, 20), (200, 30, 60, 255))
    picture.paste((20, 30, 220, 128), (0, 0, 20, 20))
    stored = Image.new("I;16", (40, 20), 65_535) if mode == "I;16" else picture.convert(mode)
    if mode == "I;16":
        stored.paste(257 * 100, (0, 0, 20, 20))
    site.put("a.png", encoded(stored, "PNG"), "image/png")
    site.rule()
    found = site.get("a.png", "rotate=90").image
    assert found.size == (20, 40)
    if mode == "I;16":
        assert [found.convert("L").getpixel(at) for at in ((10, 5), (10, 35))] == [100, 255]
    else:
        expected = stored.convert("RGBA").transpose(Image.Transpose.ROTATE_270)
        assert found.convert("RGBA").tobytes() == expected.tobytes()


def test_a_conversion_beside_it(site: Site) -> None:
    """Automatic conversion takes the turned picture, without its orientation."""
    site.put("a.jpg", file_of(Image.new("RGB", (40, 20), (200, 30, 60)), 6, "JPEG"))
    site.rule(avif_enabled=True, webp_enabled=True)
    reply = site.get("a.jpg", "rotate=90", "image/webp")
    assert (reply.operations, reply.type, reply.image.size) == ("rotate convert", "image/webp", (20, 40))
    assert near(reply.image.convert("RGB").getpixel((10, 20)), (200, 30, 60))
