"""Scaling in linear light: a scaled picture looks like the original from afar (IEC 61966-2-1)."""

from collections.abc import Callable

import pytest
from PIL import Image

from imagestack.transform.linear import in_linear_light

WHITE, GREY, BLACK = 255, 188, 0
"""Half of the light of white is 188."""


def scaling(width: int, height: int) -> Callable[[Image.Image], Image.Image]:
    return lambda image: image.resize((width, height), Image.Resampling.LANCZOS)


def pattern(tile: str, side: int = 64) -> Image.Image:
    """White and black pixels in turn, by column, by row or by both."""
    image = Image.new("L", (side, side))
    places = [(x, y) for y in range(side) for x in range(side)]
    image.putdata([WHITE * ((x * ("x" in tile) + y * ("y" in tile)) % 2) for x, y in places])
    return image


@pytest.mark.parametrize("tile", ["x", "y", "xy"])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_half_of_the_light(tile: str, mode: str) -> None:
    """Black and white pixels, halved, become 188 everywhere but at the border. An average of values would be 128."""
    result = in_linear_light(pattern(tile).convert(mode), scaling(32, 32)).crop((4, 4, 28, 28))
    assert result.mode == mode
    for band in result.getbands():
        found = result.getchannel(band).tobytes()
        assert set(found) <= ({WHITE} if band == "A" else {GREY - 1, GREY, GREY + 1})


TILE, SCALED = (30, 20), (13, 7)


def tiles(mode: str, size: tuple[int, int]) -> Image.Image:
    """A column of 256 tiles, one for each number, with an alpha that lets it be seen."""
    image = Image.new(mode, (size[0], 256 * size[1]))
    for value in range(256):
        colour = tuple([value] * (len(mode) - 1) + [1 + value % 255]) if "A" in mode else tuple([value] * len(mode))
        tile = Image.new(mode, size, colour if len(mode) > 1 else value)
        image.paste(tile, (0, value * size[1]))
    return image


def scaled_by_tile(image: Image.Image) -> Image.Image:
    """Scale each tile by itself, so that no number mixes with another."""
    scale = scaling(*SCALED)
    result = Image.new(image.mode, (SCALED[0], 256 * SCALED[1]))
    for value in range(256):
        top = value * TILE[1]
        result.paste(scale(image.crop((0, top, TILE[0], top + TILE[1]))), (0, value * SCALED[1]))
    return result


@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA"])
def test_one_colour_stays(mode: str) -> None:
    """Each of the 256 numbers stays the same when an image of one colour is scaled, with any alpha but 0."""
    assert in_linear_light(tiles(mode, TILE), scaled_by_tile) == tiles(mode, SCALED)


def test_overshoot_is_clipped() -> None:
    """Light below black and above white, which Lanczos makes beside an edge, is clipped."""
    image = Image.new("L", (60, 8), BLACK)
    image.paste(WHITE, (30, 0, 60, 8))
    row = list(in_linear_light(image, scaling(25, 4)).crop((0, 2, 25, 3)).tobytes())
    left, right = row[:12], row[13:]
    assert max(left) < 64, "white would be what wraps around"
    assert min(right) > WHITE - 64
    assert (min(row), max(row)) == (BLACK, WHITE)


@pytest.mark.parametrize("colour", [(255, 100, 3), (1, 2, 254)])
def test_no_fringe(colour: tuple[int, int, int]) -> None:
    """Transparent pixels add no colour: visible pixels beside them keep their colour exactly."""
    image = Image.new("RGBA", (60, 60), (0, 255, 0, 0))
    for at in range(0, 60, 5):
        image.paste((*colour, 255), (at, 0, at + 2, 60))
        image.paste((*colour, 90), (0, at, 60, at + 1))
    found = in_linear_light(image, scaling(23, 41)).getcolors(23 * 41)
    assert found
    assert {pixel[:3] for _, pixel in found if isinstance(pixel, tuple) and pixel[3]} == {colour}
    assert len({pixel for _, pixel in found}) > 10, "there are edges"


def test_light_counts_as_its_alpha_says() -> None:
    """A white pixel that covers a third beside a black one that covers all: a quarter of the light is 137."""
    image = Image.new("LA", (64, 64))
    image.putdata([(WHITE, 85) if x % 2 else (BLACK, 255) for _ in range(64) for x in range(64)])
    light, alpha = in_linear_light(image, scaling(32, 64)).crop((4, 4, 28, 60)).split()
    assert light.getextrema() == (137, 137)
    assert alpha.getextrema() == (170, 170)
