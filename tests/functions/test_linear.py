"""Resizing in linear light, through the handler."""

from typing import Any

import pytest
from PIL import Image

from tests.conftest import BOTH, Site
from tests.functions.test_pixels import grey_profile
from tests.support.images import encoded, jpeg, near, photograph

# Half of the light of white in sRGB (IEC 61966-2-1), and half of its number.
LIGHT, NUMBER = 188, 128


def stripes(side: int, mode: str = "L") -> Image.Image:
    """White and black columns of one pixel."""
    pair = Image.new("L", (2, 1))
    pair.putpixel((1, 0), 255)
    row = Image.new("L", (side, 1))
    for x in range(0, side, 2):
        row.paste(pair, (x, 0))
    return row.resize((side, side), Image.Resampling.NEAREST).convert(mode)


def middle(image: Image.Image) -> tuple[int, int]:
    """The lowest and the highest number in the middle, where no border counts."""
    side = image.width // 4
    low, high = image.convert("L").crop((side, side, 3 * side, 3 * side)).getextrema()
    return int(low), int(high)  # type: ignore[arg-type] # one band has two numbers


@pytest.mark.parametrize(("linear", "expected"), [(True, LIGHT), (False, NUMBER), (None, NUMBER)])
@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
@pytest.mark.parametrize("width", [64, 12])
def test_stripes(site: Site, width: int, mode: str, linear: Any, expected: int) -> None:
    """Black and white stripes, made smaller, have half of the light with the option, and half of the number without."""
    image = stripes(128, mode)
    if mode == "RGBA":
        image.putpixel((0, 0), (0, 0, 0, 0))
    site.put("a.png", encoded(image, "PNG"), "image/png")
    site.rule(linear=linear)
    low, high = middle(site.get("a.png", f"width={width}").image)
    assert expected - 1 <= low <= high <= expected + 1


@pytest.mark.parametrize("width", [320, 80, 40, 20])
@pytest.mark.parametrize("fmt", ["", "&fmt=webp", "&fmt=avif"])
def test_jpeg_at_every_size(site: Site, width: int, fmt: str) -> None:
    """So does a JPEG, however small it becomes: no decoder averages its numbers before."""
    site.put("a.jpg", encoded(stripes(640), quality=100))
    site.rule(linear=True, quality=95)
    low, high = middle(site.get("a.jpg", f"width={width}{fmt}", BOTH).image)
    assert LIGHT - 3 <= low <= high <= LIGHT + 3


@pytest.mark.parametrize(("linear", "expected"), [(True, LIGHT), (False, 99)])
def test_profile_comes_first(site: Site, linear: Any, expected: int) -> None:
    """Only numbers of sRGB are made linear: a profile is applied before the resize. Without the option it is after."""
    # In a profile of gamma 3 the number 128 is 0.126 of the light, which is 99 in sRGB.
    site.put("a.jpg", encoded(stripes(128), quality=100, icc_profile=grey_profile(3.0)))
    site.rule(linear=linear, quality=95)
    image = site.get("a.jpg", "width=64").image
    low, high = middle(image)
    assert expected - 3 <= low <= high <= expected + 3
    assert image.mode == "L"


def test_cmyk(site: Site) -> None:
    """CMYK is made sRGB first too."""
    image = stripes(128).convert("CMYK")
    site.put("a.jpg", encoded(image, quality=100))
    site.rule(linear=True, quality=95)
    low, high = middle(site.get("a.jpg", "width=64").image)
    assert LIGHT - 3 <= low <= high <= LIGHT + 3


@pytest.mark.parametrize("query", ["width=50", "width=50&fmt=webp", "width=50&fmt=avif"])
def test_no_dark_fringe(site: Site, query: str) -> None:
    """Beside transparent black, white stays white."""
    image = Image.new("RGBA", (100, 100), (0, 0, 0, 0))
    image.paste((255, 255, 255, 255), (0, 0, 51, 100))
    site.put("a.png", encoded(image, "PNG"), "image/png")
    site.rule(quality=95, linear=True)
    result = site.get("a.png", query, BOTH).image.convert("RGBA")
    edge = [pixel for x in range(50) if isinstance(pixel := result.getpixel((x, 25)), tuple) and 40 < pixel[3] < 250]
    assert edge, "the edge lies between two pixels"
    assert all(min(pixel[:3]) >= (255 if "fmt" not in query else 250) for pixel in edge), edge


@pytest.mark.parametrize("orientation", [1, 6])
def test_upright_and_cut(site: Site, orientation: int) -> None:
    """Orientation, `fit` and a crop are as they are without the option."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    site.put("a.jpg", encoded(photograph(), quality=95, exif=exif))
    found = []
    for linear in (False, True):
        site.rule(quality=95, linear=linear)
        reply = site.get("a.jpg", "width=200&height=100&crop=120,90,x30,y5")
        assert reply.operations == "resize crop"
        found.append(reply.image.convert("RGB").resize((4, 3), Image.Resampling.BOX))
    assert found[0].size == found[1].size
    pairs = zip(*(image.get_flattened_data() for image in found), strict=True)
    assert all(near(one, other, 25) for one, other in pairs)


@pytest.mark.parametrize(
    ("query", "option", "key"),
    [
        ("width=300", {"linear": True}, "width=300&preset=95&linear"),
        ("width=300&fmt=webp", {"linear": True, "png_lossless": True}, "width=300&fmt=webp&preset=95&lossless&linear"),
        ("width=300", {"linear": False}, "width=300&preset=95"),
        ("width=300", {}, "width=300&preset=95"),
        # Nothing is resized, so that the option decides about no byte.
        ("crop=100,100", {"linear": True}, "crop=100,100&preset=95"),
    ],
)
def test_keys(site: Site, query: str, option: dict[str, Any], key: str) -> None:
    """The derived key names linear light where there is a resize, and is unchanged without one."""
    site.put("a.jpg", jpeg())
    site.rule(**option)
    assert site.get("a.jpg", query, BOTH).operations
    assert [name.partition("/@/")[2].partition("&v=")[0] for name in site.derived()] == [key]


def test_switched(site: Site) -> None:
    """Switched on and off again, each answer is what the option of the moment means."""
    site.put("a.png", encoded(stripes(64), "PNG"), "image/png")
    found = []
    for linear in (False, True, False, True):
        site.rule(linear=linear)
        found.append(round(sum(middle(site.get("a.png", "width=32").image)) / 2))
    assert found == [pytest.approx(number, abs=1) for number in (NUMBER, LIGHT, NUMBER, LIGHT)]
