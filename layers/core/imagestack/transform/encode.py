"""From pixels to the bytes of a result."""

import PIL
import pillow_avif

from imagestack.effort import Effort
from imagestack.plan.work import Work
from imagestack.transform.encoders import ENCODERS
from imagestack.transform.picture import Picture

# Raised whenever the same plan would give other bytes: settings of an encoder, the scales, the resampling.
_SETTINGS_VERSION = 3
ENGINE = f"{_SETTINGS_VERSION}-pillow{PIL.__version__}-avif{pillow_avif.__version__}"
"""The version of all that makes derived objects, for their keys. The wheels of both packages hold the encoders."""

_TRANSPARENT_COLOUR = "transparency"


def encode(picture: Picture, work: Work) -> bytes:
    """Encode as `work` says, without any metadata of the original."""
    # Pillow's writers take profiles, EXIF and comments from `info` unless they get other ones.
    image = picture.image
    image.info = {name: value for name, value in image.info.items() if name == _TRANSPARENT_COLOUR}
    body = ENCODERS[work.format](picture, work)
    if work.effort is not Effort.REFINED:
        return body
    from imagestack.transform.optimise import optimise  # noqa: PLC0415 - no cold start of a first answer loads it

    return optimise(body, work.format)
