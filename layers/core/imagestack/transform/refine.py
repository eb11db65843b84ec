"""A second encode, measured against the first: kept only where nobody loses anything by it."""

from collections.abc import Iterable
from io import BytesIO

from PIL import Image

from imagestack.errors import EncodeError
from imagestack.formats import FORMATS
from imagestack.transform import Encoded
from imagestack.transform.encode import encode
from imagestack.transform.original import decode
from imagestack.transform.score import score
from imagestack.transform.steps import STEPS
from imagestack.work import Work

# The score may be so much lower: less than half of what rounds it to a whole number, and far less than anybody sees.
NOISE = 0.25
SCORE_BYTES = 50
"""Peak memory of a comparison per pixel: three pictures, and what the score makes of two of them."""
_EXACT = 100.0


def refine(original: bytes, derived: bytes, work: Work) -> Encoded | None:
    """Do `work` once more, and see whether it was worth it.

    Args:
        original: as stored.
        derived: what was made of it before.
        work: with the effort of a refinement.

    Returns:
        Fewer bytes that look like the pixels that were encoded at least as well as `derived` does; None if they are not
        fewer, or look worse.

    Raises:
        DamagedImageError: the original cannot be decoded strictly.
        EncodeError: anything failed after that.
        MemoryError: there was not enough of it.
    """
    picture = decode(original, work)
    try:
        for step in STEPS:
            picture = step(picture, work)
        body = encode(picture, work)
        if len(body) >= len(derived):
            return None
        if work.lossless:
            return Encoded(body, _EXACT) if _same([picture.image, _opened(body)]) else None
        before, after = (score(picture.image, _opened(result)) for result in (derived, body))
    except MemoryError:
        raise
    except Exception as error:  # whatever a codec raises, the first result stays
        raise EncodeError(str(error)) from error
    return Encoded(body, after) if after >= before - NOISE else None


def _opened(body: bytes) -> Image.Image:
    return Image.open(BytesIO(body), formats=[fmt.encoder for fmt in FORMATS.values()])


def _same(images: Iterable[Image.Image]) -> bool:
    """Whether all pixels are equal, those that cannot be seen too."""
    return len({image.convert("RGBA").tobytes() for image in images}) == 1
