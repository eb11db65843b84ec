"""Encoders and their settings: data per format, chosen for work on demand."""

from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import PIL
import pillow_avif  # also registers its encoder with Pillow
from PIL import Image

from imagestack.formats import AVIF, JPEG, PNG, WEBP
from imagestack.transform.drawn import is_drawn
from imagestack.transform.picture import Picture
from imagestack.transform.scales import encoder_number
from imagestack.work import Effort, Work

# Raised whenever the same plan would give other bytes: settings of an encoder, the scales, the resampling.
_SETTINGS_VERSION = 2
ENGINE = f"{_SETTINGS_VERSION}-pillow{PIL.__version__}-avif{pillow_avif.__version__}"
"""What makes derived objects, as their keys have it: the wheels of both packages hold the encoders."""


@dataclass(frozen=True)
class _Avif:
    """A codec of AVIF at a speed: 0 is the slowest."""

    codec: str
    speed: int

    @property
    def scale(self) -> str:
        return f"{self.codec}-{self.speed}"


# At equal scores and for about the same time, SVT's pictures are smaller than those of aom at its highest speed
# (docs/measurements.md). It never returns from pictures whose sides have a few pixels, and knows colour only.
_SVT_SIDE = 64
_SVT_TUNE = {"tune": "3"}  # for still pictures
_SVT_SMALL, _SVT = _Avif("svt", 6), _Avif("svt", 8)
_SMALL_PIXELS = 150_000
# Beyond this quality aom's are smaller; its speed depends on the pixels, lest it takes half a second.
_SVT_QUALITY = 90
_AOM_DETAILED, _AOM_FAST = _Avif("aom", 8), _Avif("aom", 9)
# What repeats itself, as drawings do, aom looks for up to this speed: a half to a fifth of the bytes of SVT.
_AOM_DRAWN = _AOM_DETAILED
_DETAILED_PIXELS = 350_000
# Nobody waits, but what is large takes a minute all the same.
_AOM_SLOWEST, _AOM_SLOW = _Avif("aom", 4), _Avif("aom", 6)
_SLOWEST_PIXELS = 600_000
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
    encoder = _avif_encoder(picture.image, work)
    settings: dict[str, Any] = {"codec": encoder.codec, "speed": encoder.speed}
    if encoder.codec == "svt":
        settings["advanced"] = _SVT_TUNE
    return settings | {"quality": encoder_number(encoder.scale, work.quality, work.size.pixels)}


def _avif_encoder(image: Image.Image, work: Work) -> _Avif:
    pixels = work.size.pixels
    if work.effort is Effort.REFINED:
        return _AOM_SLOWEST if pixels <= _SLOWEST_PIXELS else _AOM_SLOW
    if is_drawn(image):
        return _AOM_DRAWN
    if work.quality > _SVT_QUALITY:
        return _AOM_DETAILED if pixels <= _DETAILED_PIXELS else _AOM_FAST
    if image.mode == "RGB" and min(image.size) >= _SVT_SIDE:
        return _SVT_SMALL if pixels <= _SMALL_PIXELS else _SVT
    return _AOM_FAST


_SETTINGS: dict[str, Callable[[Picture, Work], dict[str, Any]]] = {
    JPEG.name: _jpeg,
    PNG.name: _png,
    WEBP.name: _webp,
    AVIF.name: _avif,
}
