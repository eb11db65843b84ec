"""How much time an encoder may take, and what each of its speeds costs."""

from dataclasses import dataclass
from enum import Enum, auto


class Effort(Enum):
    """Who waits for the result, and how long."""

    FIRST = auto()
    """A viewer waits for the answer."""
    HASTY = auto()
    """A viewer waits, and there is too little time for `FIRST`."""
    REFINED = auto()
    """No request waits for the result."""


@dataclass(frozen=True)
class Speed:
    """A speed of an encoder. `bench/encoders.py` measures the time.

    Attributes:
        nanoseconds: CPU time for each pixel in the worst case, for the estimate before the work.
        setting: the encoder's own number for this speed; 0 if it has one speed only.
        most_pixels: the largest result that a waiting viewer gets at this speed; None for any size.
    """

    nanoseconds: int
    setting: int = 0
    most_pixels: int | None = None
