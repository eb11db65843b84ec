"""A second encode, measured against the first: kept only where nobody loses anything by it."""

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

# The score may be so much lower: less than half of what rounds it to a whole number, and far less than anybody sees.
NOISE = 0.25
# At the same number for quality an encoder that looks longer comes to another score: that of AVIF is higher, which is
# worth more as bytes, that of WebP lower. The lowest of these that has the score of the first encode is taken.
_CHANGED_BY = (-2, -1, 0, 1)
# Peak memory of a comparison per scored pixel: three pictures, and what the score makes of two of them.
_SCORE_BYTES = 50
_EXACT = 100.0
# A PNG of few colours must not be told apart by eye, in any part.
LEAST_OF_FEW_COLOURS = 90.0


def score_bytes(size: Size) -> int:
    """Peak memory of the comparison of a result of this size."""
    width, height = scored((size.width, size.height))
    return width * height * _SCORE_BYTES


def refine(original: bytes, derived: bytes, work: Work) -> Encoded | None:
    """Do `work` once more, and see whether it was worth it.

    Args:
        original: as stored.
        derived: what was made of it before.
        work: with the effort of a refinement.

    Returns:
        Fewer bytes that look like the pixels that were encoded at least as well as `derived` does; None if they are not
        fewer, or look worse. A PNG that may have few colours must look like those pixels so well that nobody sees it.

    Raises:
        DamagedImageError: the original cannot be decoded strictly.
        EncodeError: anything failed after that.
        MemoryError: there was not enough of it.
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
    return Image.open(BytesIO(body), formats=[fmt.encoder for fmt in FORMATS.values()])


def _pixels(image: Image.Image) -> bytes:
    """All pixels, those that cannot be seen too."""
    return image.convert("RGBA").tobytes()
