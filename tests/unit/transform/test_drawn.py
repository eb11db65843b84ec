"""The distinction of drawings and photographs."""

import pytest
from PIL import Image, ImageDraw

from imagestack.transform.drawn import is_drawn
from tests.support.images import photograph


def drawing() -> Image.Image:
    """Lettering and lines on white."""
    image = Image.new("RGB", (600, 400), "white")
    draw = ImageDraw.Draw(image)
    for line in range(10):
        draw.text((20, 20 + 35 * line), "The quick brown fox jumps over the lazy dog", "black")
        draw.line((20, 35 + 35 * line, 580, 45 + 35 * line), "red")
    return image


@pytest.mark.parametrize("name", ["astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "retina.jpg"])
@pytest.mark.parametrize("width", [None, 300])
def test_photographs(name: str, width: int | None) -> None:
    """Whole and scaled, with dark backgrounds too."""
    image = photograph(name)
    if width:
        image = image.resize((width, image.height * width // image.width), Image.Resampling.LANCZOS)
    assert not is_drawn(image)


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA"])
@pytest.mark.parametrize("size", [(600, 400), (300, 200)])
def test_drawings(size: tuple[int, int], mode: str) -> None:
    """Whole and scaled, in colour and grey."""
    assert is_drawn(drawing().resize(size, Image.Resampling.LANCZOS).convert(mode))


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1)])
def test_thin_pictures(size: tuple[int, int]) -> None:
    """Pictures of any size have an answer."""
    is_drawn(Image.new("RGB", size))
