"""Encoders and their settings: data per format, chosen for work on demand."""

from bisect import bisect_left
from collections.abc import Callable
from io import BytesIO
from itertools import pairwise
from typing import Any

import PIL
import pillow_avif  # also registers its encoder with Pillow
from PIL import Image

from imagestack.formats import AVIF, JPEG, PNG, WEBP
from imagestack.transform.picture import Picture
from imagestack.work import Effort, Work

# Raised whenever the same plan would give other bytes: settings of an encoder, the scales, the resampling.
_SETTINGS_VERSION = 2
ENGINE = f"{_SETTINGS_VERSION}-pillow{PIL.__version__}-avif{pillow_avif.__version__}"
"""What makes derived objects, as their keys have it: the wheels of both packages hold the encoders."""

# `quality` means what it means for JPEG (spec section 3). Each row: JPEG's number, and the encoder's own number whose
# SSIMULACRA2 score over photographs is the same; in between, straight lines. Made by `bench/quality.py`.
_Scale = tuple[tuple[int, int], ...]
_SMALL: dict[str, _Scale] = {
    WEBP.name: ((0, 0), (30, 31), (40, 45), (50, 57), (60, 67), (70, 77), (80, 83), (90, 91), (95, 96), (100, 100)),
    AVIF.name: ((0, 0), (30, 40), (40, 46), (50, 50), (60, 54), (70, 59), (80, 68), (90, 82), (95, 92), (100, 100)),
}
# From here on photographs have less detail a pixel, which JPEG and AVIF turn into a better score and WebP does not.
_LARGE_PIXELS = 1_500_000
_LARGE: dict[str, _Scale] = {
    WEBP.name: ((0, 0), (30, 39), (40, 56), (50, 70), (60, 77), (70, 82), (80, 87), (90, 93), (95, 98), (100, 100)),
    AVIF.name: ((0, 0), (30, 37), (40, 44), (50, 49), (60, 53), (70, 60), (80, 70), (90, 84), (95, 93), (100, 100)),
}
# aom's speed by the pixels of the result: slower, and so smaller, as long as it takes about a quarter of a second. Much
# detail at a high quality takes several times as long, so that this goes one speed faster.
_AVIF_SPEEDS = ((350_000, 7), (800_000, 8))
_AVIF_FASTEST = 9
_AVIF_DETAILED_QUALITY = 90
_AVIF_REFINED = 6
_WEBP_METHODS = {Effort.FIRST: 4, Effort.REFINED: 6}
# From here on an encode of JPEG keeps colour at full resolution, unless the original had less.
_FULL_COLOUR_QUALITY = 90
_FULL_COLOUR, _HALVED_COLOUR = 0, 2
_TRANSPARENT_COLOUR = "transparency"


def encode(picture: Picture, work: Work) -> bytes:
    """Encode as `work` says; without any metadata of the original."""
    image = picture.image
    # Pillow's writers take profiles, EXIF and comments from here when they are not told otherwise.
    image.info = {name: value for name, value in image.info.items() if name == _TRANSPARENT_COLOUR}
    settings = _SETTINGS[work.format.name](picture, work)
    try:
        body = _saved(image, work, settings)
    except OSError:
        if work.format is not JPEG:
            raise
        # Pillow's buffer for a progressive JPEG is too small for noise in full colour; a baseline one needs none.
        body = _saved(image, work, settings | {"progressive": False, "optimize": False})
    if work.effort is Effort.FIRST:
        return body
    from imagestack.transform.optimise import optimise  # noqa: PLC0415 - no cold start of a first answer loads it

    return optimise(body, work.format)


def _saved(image: Image.Image, work: Work, settings: dict[str, Any]) -> bytes:
    output = BytesIO()
    image.save(output, work.format.encoder, **settings)
    return output.getvalue()


def encoder_quality(name: str, quality: int, pixels: int) -> int:
    """An encoder's own number for a quality on the JPEG scale, both 0 to 100, for a result of so many pixels."""
    scale = (_LARGE if pixels >= _LARGE_PIXELS else _SMALL)[name]
    at = bisect_left(scale, (quality,))
    (low, low_value), (high, high_value) = list(pairwise(scale))[max(at - 1, 0)]
    return round(low_value + (quality - low) * (high_value - low_value) / (high - low))


def _jpeg(picture: Picture, work: Work) -> dict[str, Any]:
    full = work.quality >= _FULL_COLOUR_QUALITY and picture.subsampling != _HALVED_COLOUR
    return {
        # To libjpeg 0 means 1.
        "quality": max(work.quality, 1),
        "subsampling": _FULL_COLOUR if full else _HALVED_COLOUR,
        "progressive": True,
        "optimize": True,
    }


def _png(_picture: Picture, _work: Work) -> dict[str, Any]:
    return {}


def _webp(_picture: Picture, work: Work) -> dict[str, Any]:
    method = _WEBP_METHODS[work.effort]
    if work.lossless:
        # Here quality is effort. Exact keeps the colours of transparent pixels too.
        return {"lossless": True, "exact": True, "quality": 50, "method": method}
    return {"quality": encoder_quality(WEBP.name, work.quality, work.size.pixels), "method": method}


def _avif(_picture: Picture, work: Work) -> dict[str, Any]:
    pixels = work.size.pixels
    speed = next((speed for limit, speed in _AVIF_SPEEDS if pixels <= limit), _AVIF_FASTEST)
    if work.quality >= _AVIF_DETAILED_QUALITY:
        speed = min(speed + 1, _AVIF_FASTEST)
    if work.effort is Effort.REFINED:
        speed = _AVIF_REFINED
    return {"quality": encoder_quality(AVIF.name, work.quality, pixels), "codec": "aom", "speed": speed}


_SETTINGS: dict[str, Callable[[Picture, Work], dict[str, Any]]] = {
    JPEG.name: _jpeg,
    PNG.name: _png,
    WEBP.name: _webp,
    AVIF.name: _avif,
}
