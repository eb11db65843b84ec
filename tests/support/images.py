"""Images for tests: photographs from scikit-image, and drawings that are made here."""

from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


@cache
def photograph(name: str = "astronaut.png") -> Image.Image:
    """A photograph of scikit-image, read without an import of that package."""
    spec = find_spec("skimage")
    assert spec
    assert spec.submodule_search_locations
    with Image.open(Path(spec.submodule_search_locations[0], "data", name)) as image:
        return image.convert("RGB")


def encoded(image: Image.Image, form: str = "JPEG", **settings: Any) -> bytes:
    """An image as a file."""
    output = BytesIO()
    image.save(output, form, **settings)
    return output.getvalue()


@cache
def jpeg(width: int = 400, height: int = 300, quality: int = 90) -> bytes:
    """A photograph of this size."""
    return encoded(photograph().resize((width, height)), quality=quality)


@cache
def png(width: int = 400, height: int = 300) -> bytes:
    """A photograph of this size."""
    return encoded(photograph().resize((width, height)), "PNG")


@cache
def drawing(width: int = 400, height: int = 300, *, colours: int = 6, clear: bool = False) -> Image.Image:
    """Coloured discs on white, or on transparency. Their smooth edges add many more colours."""
    image = Image.new("RGBA", (4 * width, 4 * height), (255, 255, 255, 0 if clear else 255))
    draw = ImageDraw.Draw(image)
    for at in range(colours):
        x, y = at * 37 % 100 * image.width // 110, at * 61 % 100 * image.height // 110
        draw.ellipse((x, y, x + height // 2, y + height // 2), fill=(at * 83 % 256, at * 47 % 256, at * 29 % 256, 255))
    image = image.resize((width, height), Image.Resampling.BOX)
    return image if clear else image.convert("RGB")


def positions(width: int, height: int) -> Image.Image:
    """An image whose pixels encode their place: red is x modulo 256, green is y modulo 256, blue counts both."""
    image = Image.new("RGB", (width, height))
    image.putdata([(x % 256, y % 256, x // 256 * 16 + y // 256) for y in range(height) for x in range(width)])
    return image


def corners(width: int, height: int) -> Image.Image:
    """Four coloured quarters: red, green above blue, white."""
    image = Image.new("RGB", (width, height), WHITE)
    for left, top, colour in ((0, 0, RED), (1, 0, GREEN), (0, 1, BLUE)):
        box = (left * width // 2, top * height // 2, (left + 1) * width // 2, (top + 1) * height // 2)
        image.paste(colour, box)
    return image


def near(pixel: Any, colour: tuple[int, ...], within: int = 12) -> bool:
    """Whether a pixel has a colour, within the error of compression."""
    return len(pixel) == len(colour) and all(abs(a - b) <= within for a, b in zip(pixel, colour, strict=True))
