"""Loads the codecs ahead of the first request."""

from collections.abc import Callable

from PIL import Image

from imagestack.formats import FORMATS, JPEG
from imagestack.geometry import Box, Size
from imagestack.operations.resize import Resized
from imagestack.plan.work import Work
from imagestack.transform import Encoded, read_facts
from imagestack.transform.picture import Picture

_SIDE = 64


def warm(transform: Callable[[bytes, Work], Encoded]) -> None:
    """Load what the first transforms would load: decoders, encoders of all formats, and the scoring of trials."""
    body = Picture(Image.new("RGB", (_SIDE, _SIDE))).save(JPEG)
    half = Size(_SIDE // 2, _SIDE // 2)
    resized = Resized(half, Box(0, 0, half.width, half.height))
    for fmt in FORMATS.values():
        transform(body, Work(read_facts(body, JPEG), (resized,), fmt, quality=80, target=70))
