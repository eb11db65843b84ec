"""AVIF by aom."""

import pillow_avif  # noqa: F401 - registers its encoder with Pillow
from PIL import Image

from imagestack.effort import Effort
from imagestack.formats import AVIF
from imagestack.plan.work import Work
from imagestack.transform.drawn import is_drawn
from imagestack.transform.picture import Picture
from imagestack.transform.scales import encoder_number

# Much detail at a high quality takes aom several times as long, so that this goes one speed faster.
_DETAILED_QUALITY = 90
# Up to this speed aom looks for patterns that repeat, as in drawings: half to a fifth of the bytes.
_DRAWN = 8
# Nobody waits for a refinement, but a large one takes a minute all the same.
_REFINED_PIXELS = 600_000
_REFINED, _REFINED_LARGE = 4, 6


def encode_avif(picture: Picture, work: Work) -> bytes:
    """Encode at a speed that depends on effort, size, quality and kind of the picture."""
    speed = _speed(picture.image, work)
    quality = encoder_number(f"aom-{speed}", work.quality, work.size.pixels)
    return picture.save(AVIF, quality=quality, codec="aom", speed=speed)


def _speed(image: Image.Image, work: Work) -> int:
    pixels = work.size.pixels
    if work.effort is Effort.REFINED:
        return _REFINED if pixels <= _REFINED_PIXELS else _REFINED_LARGE
    speed = AVIF.speed(work.effort, pixels).setting
    if work.quality >= _DETAILED_QUALITY:
        speed = min(speed + 1, AVIF.speed(Effort.HASTY, pixels).setting)
    if work.effort is Effort.HASTY:
        return speed
    return _DRAWN if speed > _DRAWN and is_drawn(image) else speed
