"""Pixels: decode, resize, crop, encode. The only package that imports PIL."""

from dataclasses import dataclass, replace

from imagestack.errors import EncodeError
from imagestack.transform.encode import ENGINE, encode
from imagestack.transform.original import decode, read_facts, read_size
from imagestack.transform.steps import STEPS
from imagestack.work import Work

__all__ = ["ENGINE", "Encoded", "read_facts", "read_size", "transform"]


@dataclass(frozen=True)
class Encoded:
    """What an encoder made.

    Attributes:
        body: its bytes.
        score: as `imagestack.ports.Transformed` has it, before it is rounded; None if nobody has looked.
        quality: on the JPEG scale, where it was chosen for this picture.
    """

    body: bytes
    score: float | None = None
    quality: int | None = None


def transform(body: bytes, work: Work) -> Encoded:
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
        if work.chooses:
            from imagestack.transform.auto import choose  # noqa: PLC0415 - few need it, and what scores the trials

            choice = choose(picture, work)
            return Encoded(encode(picture, replace(work, quality=choice.quality)), choice.score, choice.quality)
        return Encoded(encode(picture, work))
    except MemoryError:
        raise
    except Exception as error:  # whatever a codec raises, the viewer gets the original
        raise EncodeError(str(error)) from error
