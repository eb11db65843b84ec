"""How long encoders may look for fewer bytes of the same quality, and what that costs."""

from dataclasses import dataclass
from enum import Enum, auto

from imagestack.formats import AVIF


class Effort(Enum):
    """Who waits for the result, and how long."""

    FIRST = auto()
    """Somebody waits for the answer."""
    HASTY = auto()
    """Somebody waits, and there is too little time for `FIRST`."""
    REFINED = auto()
    """Nobody waits."""


@dataclass(frozen=True)
class AvifSpeed:
    """A speed of aom, and the CPU nanoseconds that it takes for a pixel in the worst case (`bench/encoders.py`)."""

    speed: int
    nanoseconds: int


AVIF_FASTEST = AvifSpeed(9, AVIF.encode_nanoseconds)
# By the pixels of the result: slower, and so smaller, as long as it takes about a quarter of a second, at most four
# times as much.
_AVIF_FIRST = ((350_000, AvifSpeed(7, 2_600)), (800_000, AvifSpeed(8, 1_400)))


def avif_speed(effort: Effort, pixels: int) -> AvifSpeed:
    """The speed for a result of so many pixels that somebody waits for."""
    steps = _AVIF_FIRST if effort is Effort.FIRST else ()
    return next((speed for limit, speed in steps if pixels <= limit), AVIF_FASTEST)
