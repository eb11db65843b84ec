"""Pixels: decode, resize, crop, encode. The only package that imports Pillow, libvips and other codecs."""

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
    """An encoded result with its score and quality.

    Attributes:
        body: the file.
        score: as in `imagestack.ports.Transformed`, but not rounded; None if it was not measured.
        quality: on the JPEG scale, if it was chosen for this picture.
    """

    body: bytes
    score: float | None = None
    quality: int | None = None


def transform(body: bytes, work: Work) -> Encoded:
    """Do `work` with the original `body`.

    Raises:
        DamagedImageError: the original cannot be decoded strictly.
        EncodeError: anything failed after that.
        MemoryError: there is not enough memory.
    """
    return after_steps(body, work, _encoded)


def in_this_process(body: bytes, work: Work, _seconds: float) -> Encoded:
    """`transform` for images that are trusted: nothing stops it when the time is up."""
    return transform(body, work)


def after_steps(body: bytes, work: Work, do: Callable[[Picture, Work], _Result]) -> _Result:
    """Decode, take all steps, and call `do` with the pixels to encode.

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
    except Exception as error:  # codecs raise many kinds; the viewer then gets the original
        raise EncodeError(str(error)) from error


def _encoded(picture: Picture, work: Work) -> Encoded:
    if work.chooses:
        from imagestack.transform.auto import choose  # noqa: PLC0415 - few results need it and its scores

        choice = choose(picture, work)
        return Encoded(encode(picture, replace(work, quality=choice.quality)), choice.score, choice.quality)
    return Encoded(encode(picture, work))
