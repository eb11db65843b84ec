"""Drawings with a palette, and how similar they look to all colours."""

import pytest
from PIL import Image, ImageDraw

from imagestack.transform.palette import few_colours, lowest_score
from imagestack.transform.score import score
from tests.support.images import drawing, photograph

SIZE = (200, 150)


def drawn(mode: str = "RGB", *, clear: bool = False) -> Image.Image:
    return drawing(colours=12, clear=clear).resize(SIZE, Image.Resampling.LANCZOS).convert(mode)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_few_colours(mode: str) -> None:
    """A drawing gets 256 colours at most, near to its own."""
    image = drawn(mode, clear=mode == "RGBA")
    assert image.getcolors(256) is None
    few = few_colours(image)
    assert few is not None
    assert (few.mode, few.size) == ("P", SIZE)
    assert few.convert(mode).getcolors(256) is not None
    assert lowest_score(image, few) > 70


def test_transparency_survives() -> None:
    """Transparent pixels stay transparent, and opaque ones nearly opaque."""
    image = drawn("RGBA", clear=True)
    few = few_colours(image)
    assert few is not None
    before, after = image.getchannel("A").tobytes(), few.convert("RGBA").getchannel("A").tobytes()
    assert 0 in before
    pairs = set(zip(before, after, strict=True))
    assert {now for was, now in pairs if was == 0} == {0}
    assert min(now for was, now in pairs if was == 255) > 255 - 16


def test_transparent_key_colour_survives() -> None:
    """The one transparent colour of a PNG without alpha stays transparent."""
    image = drawn()
    image.info["transparency"] = (255, 255, 255)
    white = image.convert("RGBA").getchannel("A").histogram()[0]
    assert white > 1000
    few = few_colours(image)
    assert few is not None
    assert few.convert("RGBA").getchannel("A").histogram()[0] == white


@pytest.mark.parametrize(
    "image",
    [
        photograph().resize(SIZE),
        drawn("L"),
        drawn().quantize(200),
        drawn().quantize(200).convert("RGB"),
        Image.new("RGB", SIZE),
    ],
    ids=["photograph", "grey", "palette", "few already", "one colour"],
)
def test_nothing_to_gain(image: Image.Image) -> None:
    """Photographs get no palette, since they would look different. Grey, palettes and few colours need none."""
    assert few_colours(image) is None


def test_grey_with_alpha() -> None:
    """Grey with alpha may have more than 256 pairs of both."""
    image = Image.merge("LA", (drawn("L"), drawn("RGBA", clear=True).getchannel("A")))
    assert image.getcolors(256) is None
    few = few_colours(image)
    assert few is not None
    assert few.mode == "P"


def test_the_same() -> None:
    """The same pixels have 100, at any size."""
    for size in ((1, 1), (3, 700), (127, 128), (129, 256), (385, 400)):
        image = photograph().resize(size)
        assert lowest_score(image, image.copy()) == 100


@pytest.mark.parametrize("band", [0, 1, 2])
def test_sees_every_band(band: int) -> None:
    """A difference in one colour only counts in full."""
    bands = list(drawing(colours=40).split())
    image = Image.merge("RGB", bands)
    bands[band] = Image.blend(bands[band], Image.effect_noise(image.size, 40), 0.3)
    assert lowest_score(image, Image.merge("RGB", bands)) < 90


def test_sees_every_part() -> None:
    """A small photograph without its colours in flat areas scores as low as by itself, though the whole scores high."""
    image, other = (Image.new("RGB", (1200, 900), (240, 240, 240)) for _ in range(2))
    photo = photograph().resize((64, 64))
    image.paste(photo, (900, 700))
    other.paste(photo.quantize(24).convert("RGB"), (900, 700))
    assert score(image, other) > 90
    assert lowest_score(image, other) < 90


@pytest.mark.parametrize("colour", [0, 255])
def test_sees_alpha(colour: int) -> None:
    """Black on black looks the same with any alpha, and so does white on white. The other background shows the loss."""
    image = Image.new("RGBA", (200, 200), (colour, colour, colour, 255))
    other = image.copy()
    mask = Image.new("L", image.size, 255)
    ImageDraw.Draw(mask).ellipse((20, 20, 180, 180), fill=150)
    other.putalpha(mask)
    assert lowest_score(image, other) < 90


def test_colour_of_what_cannot_be_seen() -> None:
    """Colours of transparent pixels do not count."""
    one, other = (Image.new("RGBA", (200, 200), (*colour, 0)) for colour in ((0, 0, 0), (255, 0, 9)))
    assert lowest_score(one, other) == 100
