"""Encoders and their settings: data per format, chosen for work on demand."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import PIL
import pillow_avif  # also registers its encoder with Pillow
from PIL import (
    Image,
    WebPImagePlugin,  # noqa: F401 - registers itself; left to Pillow, the first WebP loads the plugins of all formats
)

from imagestack.effort import AVIF_FASTEST, Effort, avif_speed
from imagestack.formats import AVIF, JPEG, PNG, WEBP
from imagestack.plan.work import Work
from imagestack.transform.drawn import is_drawn
from imagestack.transform.picture import Picture
from imagestack.transform.scales import encoder_number

# Raised whenever the same plan would give other bytes: settings of an encoder, the scales, the resampling.
_SETTINGS_VERSION = 3
ENGINE = f"{_SETTINGS_VERSION}-pillow{PIL.__version__}-avif{pillow_avif.__version__}"
"""What makes derived objects, as their keys have it: the wheels of both packages hold the encoders."""

# Much detail at a high quality takes aom several times as long, so that this goes one speed faster.
_AVIF_DETAILED_QUALITY = 90
# What repeats itself, as drawings do, aom looks for up to this speed: half to a fifth of the bytes.
_AVIF_DRAWN = 8
# Nobody waits, but what is large takes a minute all the same.
_AVIF_REFINED_PIXELS = 600_000
_AVIF_REFINED_SPEED, _AVIF_REFINED_LARGE_SPEED = 4, 6
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
    if work.effort is not Effort.REFINED:
        return body
    from imagestack.transform.optimise import optimise  # noqa: PLC0415 - no cold start of a first answer loads it

    return optimise(body, work.format)


def _saved(image: Image.Image, work: Work, settings: dict[str, Any]) -> bytes:
    output = BytesIO()
    image.save(output, work.format.encoder, **settings)
    return output.getvalue()


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
    return {"quality": encoder_number(f"webp-{method}", work.quality, work.size.pixels), "method": method}


def _avif(picture: Picture, work: Work) -> dict[str, Any]:
    speed = _avif_speed(picture.image, work)
    quality = encoder_number(f"aom-{speed}", work.quality, work.size.pixels)
    return {"quality": quality, "codec": "aom", "speed": speed}


def _avif_speed(image: Image.Image, work: Work) -> int:
    pixels = work.size.pixels
    if work.effort is Effort.REFINED:
        return _AVIF_REFINED_SPEED if pixels <= _AVIF_REFINED_PIXELS else _AVIF_REFINED_LARGE_SPEED
    speed = avif_speed(work.effort, pixels).speed
    if work.quality >= _AVIF_DETAILED_QUALITY:
        speed = min(speed + 1, AVIF_FASTEST.speed)
    if work.effort is Effort.HASTY:
        return speed
    return _AVIF_DRAWN if speed > _AVIF_DRAWN and is_drawn(image) else speed


_SETTINGS: dict[str, Callable[[Picture, Work], dict[str, Any]]] = {
    JPEG.name: _jpeg,
    PNG.name: _png,
    WEBP.name: _webp,
    AVIF.name: _avif,
}
