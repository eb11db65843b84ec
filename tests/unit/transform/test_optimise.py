"""Fewer bytes of exactly the same pixels."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from imagestack.formats import AVIF, JPEG, PNG, WEBP, Format
from imagestack.transform.optimise import optimise
from tests.support.images import encoded, photograph


def opened(body: bytes) -> Image.Image:
    image = Image.open(BytesIO(body))
    image.load()
    return image


@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("settings", [{"progressive": True, "optimize": True}, {}], ids=["progressive", "baseline"])
def test_jpeg(mode: str, settings: dict[str, Any]) -> None:
    """A JPEG gets other scans of the same coefficients."""
    body = encoded(photograph().resize((200, 150)).convert(mode), quality=80, **settings)
    found = optimise(body, JPEG)
    assert len(found) < len(body)
    assert opened(found).mode == mode
    assert opened(found).tobytes() == opened(body).tobytes()


def transparent() -> Image.Image:
    """A picture with every alpha, zero included."""
    image = photograph().resize((128, 128)).convert("RGBA")
    image.putalpha(Image.linear_gradient("L").resize((128, 128)).point(lambda value: max(0, value - 100)))
    return image


PICTURES = {
    "photograph": photograph().resize((128, 96)),
    "transparent": transparent(),
    "invisible": Image.merge("RGBA", (*photograph().resize((64, 64)).split(), Image.new("L", (64, 64), 0))),
    "grey": photograph().resize((128, 96)).convert("L"),
    "grey with alpha": transparent().convert("LA"),
    "palette": photograph().resize((128, 96)).convert("P"),
    "one bit": photograph().resize((128, 96)).convert("1"),
    "flat": Image.new("RGB", (300, 200), (255, 128, 0)),
}


@pytest.mark.parametrize("picture", PICTURES.values(), ids=PICTURES)
def test_png(picture: Image.Image) -> None:
    """All pixels stay the same, transparent ones too."""
    body = encoded(picture, "PNG")
    found = optimise(body, PNG)
    assert len(found) <= len(body)
    assert opened(found).convert("RGBA").tobytes() == opened(body).convert("RGBA").tobytes()


@pytest.mark.parametrize("fmt", [AVIF, WEBP])
def test_others_stay(fmt: Format) -> None:
    """Files of other formats are returned unchanged."""
    assert optimise(b"bytes", fmt) == b"bytes"
