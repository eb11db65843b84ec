"""Depths, palettes and transparent colours of PNG, through the handler (docs/specification.md#section-8)."""

import struct

import pytest
from PIL import Image

from tests.conftest import BOTH, Site
from tests.support.images import GREEN, RED, encoded, near, photograph
from tests.support.raw_png import chunk, raw_png


@pytest.mark.parametrize("query", ["fmt=webp", "crop=4,1,x0,y0", "width=4&height=1&fit=force"])
def test_sixteen_bit_grey(site: Site, query: str) -> None:
    """Sixteen bits become eight by scaling: 0x8000 is 128 and does not wrap or clip."""
    values = [0x0000, 0x00FF, 0x8000, 0xFFFF]
    row = b"\0" + struct.pack(">4H", *values)
    site.put("a.png", raw_png(4, 2, 16, 0, row * 2), "image/png")
    site.rule(png_lossless=True)
    reply = site.get("a.png", query, BOTH)
    assert reply.operations
    image = reply.image.convert("L")
    assert [image.getpixel((x, 0)) for x in range(4)] == [0, 1, 128, 255]


def test_sixteen_bit_colour(site: Site) -> None:
    """Colour of sixteen bits keeps its high bits."""
    row = b"\0" + struct.pack(">6H", 0xFFFF, 0x8000, 0x0100, 0x0000, 0x4000, 0xC0FF)
    site.put("a.png", raw_png(2, 2, 16, 2, row * 2), "image/png")
    site.rule(png_lossless=True)
    image = site.get("a.png", "crop=2,1", BOTH).image.convert("RGB")
    assert image.getpixel((0, 0)) == (255, 128, 1)
    assert image.getpixel((1, 0)) == (0, 64, 192)


def test_sixteen_bit_grey_with_transparent_key(site: Site) -> None:
    """Of sixteen-bit grey with one transparent value only that value becomes transparent."""
    row = b"\0" + struct.pack(">4H", 0x8000, 0x8001, 0x1234, 0xFFFF)
    body = raw_png(4, 2, 16, 0, row * 2, chunk(b"tRNS", struct.pack(">H", 0x8001)))
    site.put("a.png", body, "image/png")
    site.rule(png_lossless=True)
    image = site.get("a.png", "crop=4,1", BOTH).image.convert("LA")
    assert [image.getpixel((x, 0))[1] for x in range(4)] == [255, 0, 255, 255]  # type: ignore[index] # LA gives tuples


@pytest.mark.parametrize("key", [None, 0x8001])
def test_sixteen_bit_grey_of_many_rows(site: Site, key: int | None) -> None:
    """The reduction to eight bits, a few rows at a time, rounds equally everywhere and loses no row."""
    width, height = 900, 700
    values = [(x * 73 + y * 4099) % 65_536 for y in range(height) for x in range(width)]
    values[5], values[-7] = 0x8001, 0x8001
    rows = b"".join(b"\0" + struct.pack(f">{width}H", *values[y * width : (y + 1) * width]) for y in range(height))
    extra = b"" if key is None else chunk(b"tRNS", struct.pack(">H", key))
    site.put("a.png", raw_png(width, height, 16, 0, rows, extra), "image/png")
    site.rule(png_lossless=True)
    image = site.get("a.png", f"crop={width},{height - 1},x0,y1").image.convert("LA")
    seen = values[width:]
    assert image.getchannel("L").tobytes() == bytes(int(value / 257 + 0.5) for value in seen)
    assert image.getchannel("A").tobytes() == bytes(0 if value == key else 255 for value in seen)


@pytest.mark.parametrize("query", ["fmt=webp", "fmt=avif", "width=32", "crop=60,60"])
def test_palette_transparency_survives(site: Site, query: str) -> None:
    """If a palette image becomes true colour, its transparent colour stays transparent."""
    image = Image.new("P", (64, 64), 0)
    image.putpalette([0, 0, 0, 255, 0, 0])
    image.paste(1, (0, 0, 64, 32))
    site.put("a.png", encoded(image, "PNG", transparency=0), "image/png")
    site.rule(quality=90)
    result = site.get("a.png", query, BOTH).image.convert("RGBA")
    width, height = result.size
    top, bottom = result.getpixel((width // 2, height // 4)), result.getpixel((width // 2, height * 3 // 4))
    assert near(top, (255, 0, 0, 255), 20)
    assert isinstance(bottom, tuple)
    assert bottom[3] == 0


@pytest.mark.parametrize("query", ["crop=3,1", "fmt=webp", "width=3&height=1&fit=force"])
@pytest.mark.parametrize(("depth", "form"), [(8, "B"), (16, "H")])
def test_transparent_key_colour_survives(site: Site, depth: int, form: str, query: str) -> None:
    """The one transparent colour of a true-colour PNG stays transparent, whatever is done."""
    wide = 257 if depth == 16 else 1
    key = (255 * wide, 0, 0)
    row = b"\0" + struct.pack(f">9{form}", *key, 0, 255 * wide, 0, *key)
    body = raw_png(3, 2, depth, 2, row * 2, chunk(b"tRNS", struct.pack(">3H", *key)))
    site.put("a.png", body, "image/png")
    site.rule(png_lossless=True)
    image = site.get("a.png", query, BOTH).image.convert("RGBA")
    assert [image.getpixel((x, 0))[3] for x in range(3)] == [0, 255, 0]  # type: ignore[index] # RGBA gives tuples


def test_palette_stays_when_only_cut(site: Site) -> None:
    """A crop of a palette PNG needs no true colour, which would be larger."""
    image = Image.new("P", (64, 64), 3)
    site.put("a.png", encoded(image, "PNG"), "image/png")
    site.rule()
    assert site.get("a.png", "crop=32,32").image.mode == "P"


def test_png_lossless_is_exact(site: Site) -> None:
    """With `png_lossless`, a conversion changes no pixel, even under full transparency, whatever the quality is."""
    image = photograph().resize((120, 90)).convert("RGBA")
    image.putalpha(Image.radial_gradient("L").resize((120, 90)))
    site.put("a.png", encoded(image, "PNG"), "image/png")
    site.rule(png_lossless=True, webp_enabled=True, avif_enabled=True, quality=10)
    for query in ("", "quality=5"):
        reply = site.get("a.png", query, BOTH)
        assert reply.type == "image/webp"
        assert reply.image.tobytes() == image.tobytes()


def test_png_that_stays_png_is_lossless(site: Site) -> None:
    """A cut PNG ignores quality."""
    image = photograph().resize((120, 90))
    site.put("a.png", encoded(image, "PNG"), "image/png")
    site.rule(quality=1)
    reply = site.get("a.png", "crop=100,50,x3,y4&quality=1")
    assert reply.image.tobytes() == image.crop((3, 4, 103, 54)).tobytes()


def test_png_without_the_option_is_compressed_with_loss(site: Site) -> None:
    """Without png_lossless quality matters for the conversion of a PNG."""
    site.put("a.png", encoded(photograph(), "PNG"), "image/png")
    site.rule(webp_enabled=True)
    sizes = [len(site.get("a.png", f"quality={quality}", "image/webp").body) for quality in (30, 60, 90)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2] / 2


def test_animated_png_is_never_flattened(site: Site) -> None:
    """An animated PNG passes through whole."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, GREEN)]
    body = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100)
    site.put("a.png", body, "image/png")
    site.rule(webp_enabled=True)
    reply = site.get("a.png", "width=10", BOTH)
    assert reply.reason == "detected content type image/apng is not supported"
    assert reply.body == body
