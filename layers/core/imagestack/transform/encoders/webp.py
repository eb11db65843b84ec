"""WebP by libwebp."""

from PIL import WebPImagePlugin  # noqa: F401 - registers itself; else Pillow's first WebP loads the plugins of all formats

from imagestack.effort import Effort
from imagestack.formats import WEBP
from imagestack.plan.work import Work
from imagestack.transform.picture import Picture
from imagestack.transform.scales import encoder_number

_METHODS = {Effort.FIRST: 4, Effort.REFINED: 6}
# The quality of a lossless encode is effort.
_LOSSLESS_EFFORT = 50


def encode_webp(picture: Picture, work: Work) -> bytes:
    """Encode with loss, or without where `work` is lossless."""
    method = _METHODS[work.effort]
    if work.lossless:
        # `exact` keeps the colours of transparent pixels too.
        return picture.save(WEBP, lossless=True, exact=True, quality=_LOSSLESS_EFFORT, method=method)
    quality = encoder_number(f"webp-{method}", work.quality, work.size.pixels)
    return picture.save(WEBP, quality=quality, method=method)
