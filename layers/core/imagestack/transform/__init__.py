"""Pixels: decode, resize, crop, encode. The only package that imports PIL."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from imagestack.errors import EncodeError
from imagestack.plan.work import Work
from imagestack.transform.decode import decode, read_facts, read_size
from imagestack.transform.encode import ENGINE, encode
from imagestack.transform.picture import Picture
from imagestack.transform.steps import STEPS

_Result = TypeVar("_Result")

__all__ = ["ENGINE", "Encoded", "after_steps", "in_this_process", "read_facts", "read_size", "transform"]


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
    return after_steps(body, work, _encoded)


def in_this_process(body: bytes, work: Work, _seconds: float) -> Encoded:
    """`transform` where the image may be trusted: nothing stops it before it is done."""
    return transform(body, work)


def after_steps(body: bytes, work: Work, do: Callable[[Picture, Work], _Result]) -> _Result:
    """Decode, take the steps, and do the rest with the pixels that are to be encoded.

    Raises:
        DamagedImageError, EncodeError, MemoryError: as `transform`.
    """
    picture = decode(body, work)
    try:
        for step in STEPS:
            picture = step(picture, work)
        return do(picture, work)
    except MemoryError:
        raise
    except Exception as error:  # whatever a codec raises, the viewer keeps what there was
        raise EncodeError(str(error)) from error


def _encoded(picture: Picture, work: Work) -> Encoded:
    if work.chooses:
        from imagestack.transform.auto import choose  # noqa: PLC0415 - few need it, and what scores the trials

        choice = choose(picture, work)
        return Encoded(encode(picture, replace(work, quality=choice.quality)), choice.score, choice.quality)
    return Encoded(encode(picture, work))
