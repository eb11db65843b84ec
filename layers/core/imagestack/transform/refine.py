"""A second, slower encode. It replaces the first one only if it has fewer bytes and looks as good."""

from dataclasses import replace
from functools import partial
from io import BytesIO

from PIL import Image

from imagestack.formats import FORMATS
from imagestack.geometry import Size
from imagestack.plan.work import Work
from imagestack.quality import HIGHEST_QUALITY
from imagestack.transform import Encoded, after_steps
from imagestack.transform.encode import encode
from imagestack.transform.palette import few_colours, lowest_score
from imagestack.transform.picture import Picture
from imagestack.transform.score import score, scored

# The score may be lower by this: half of what rounding to a whole number may change, and invisible.
NOISE = 0.25
# A slower encode at the same quality has another score: a higher one for AVIF, a lower one for WebP. The first of these
# changes wins that reaches the score of the first encode.
_CHANGED_BY = (-2, -1, 0, 1)
# Peak memory of a comparison for each scored pixel: three pictures, and the work of the score on two of them.
_SCORE_BYTES = 50
_EXACT = 100.0
# No part of a PNG with a palette may look different from the exact pixels.
LEAST_OF_FEW_COLOURS = 90.0


def score_bytes(size: Size) -> int:
    """Peak memory in bytes of the comparison of a result of this size."""
    width, height = scored((size.width, size.height))
    return width * height * _SCORE_BYTES


def refine(original: bytes, derived: bytes, work: Work) -> Encoded | None:
    """Do `work` once more with a slower encoder, and compare.

    Args:
        original: as stored.
        derived: the result of the first encode.
        work: with the effort of a refinement.

    Returns:
        A file with fewer bytes that is at least as near to the pixels before the encode as `derived`. None if it has
        no fewer bytes or looks worse. A PNG with a palette must look the same as those pixels.

    Raises:
        DamagedImageError: the original cannot be decoded strictly.
        EncodeError: anything failed after that.
        MemoryError: there is not enough memory.
    """
    unseen = _in_few_colours if work.tries_palette else _exact
    return after_steps(original, work, partial(unseen if work.lossless else _alike, derived))


def _in_few_colours(derived: bytes, picture: Picture, work: Work) -> Encoded | None:
    exact = _exact(derived, picture, work)
    few = few_colours(picture.image)
    if few is None:
        return exact
    body = encode(replace(picture, image=few), work)
    if len(body) >= len(exact.body if exact else derived):
        return exact
    found = lowest_score(picture.image, _opened(body))
    return Encoded(body, found) if found >= LEAST_OF_FEW_COLOURS else exact


def _exact(derived: bytes, picture: Picture, work: Work) -> Encoded | None:
    body = encode(picture, work)
    if len(body) >= len(derived) or _pixels(picture.image) != _pixels(_opened(body)):
        return None
    return Encoded(body, _EXACT)


def _alike(derived: bytes, picture: Picture, work: Work) -> Encoded | None:
    least = score(picture.image, _opened(derived)) - NOISE
    for change in _CHANGED_BY:
        quality = min(max(work.quality + change, 0), HIGHEST_QUALITY)
        body = encode(picture, replace(work, quality=quality))
        if len(body) >= len(derived):
            break
        found = score(picture.image, _opened(body))
        if found >= least:
            return Encoded(body, found)
    return None


def _opened(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body), formats=[fmt.codec for fmt in FORMATS.values()])


def _pixels(image: Image.Image) -> bytes:
    """All pixels, including transparent ones."""
    return image.convert("RGBA").tobytes()
