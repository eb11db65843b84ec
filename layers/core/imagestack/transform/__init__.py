"""Pixels: decode, resize, crop, encode. The only package that imports PIL."""

from imagestack.errors import EncodeError
from imagestack.transform.encode import encode
from imagestack.transform.original import decode, read_facts, read_size
from imagestack.transform.steps import STEPS
from imagestack.work import Work

__all__ = ["read_facts", "read_size", "transform"]


def transform(body: bytes, work: Work) -> bytes:
    """Do `work` with the original `body`.

    Raises:
        DamagedImageError: the original cannot be decoded strictly.
        EncodeError: anything failed after that.
        MemoryError: there was not enough of it.
    """
    picture = decode(body, work)
    try:
        for step in STEPS:
            picture = step(picture, work)
        return encode(picture, work)
    except MemoryError:
        raise
    except Exception as error:  # whatever a codec raises, the viewer gets the original
        raise EncodeError(str(error)) from error
