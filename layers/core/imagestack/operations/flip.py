"""`flip`: docs/specification.md#section-3-rotate."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from imagestack.operations.framing import Framing
from imagestack.operations.operation import Operation, Settled
from imagestack.operations.turn import settle_turn


class Axes(StrEnum):
    """Which sides change places: left and right, top and bottom, or both pairs."""

    HORIZONTAL = "h"
    VERTICAL = "v"
    BOTH = "hv"


# The EXIF orientation that the same turn puts upright.
_ORIENTATIONS = {Axes.HORIZONTAL: 2, Axes.VERTICAL: 4, Axes.BOTH: 3}


@dataclass(frozen=True)
class Flip(Operation):
    """A flip that a request asks for."""

    parameters: ClassVar[tuple[str, ...]] = ("flip",)
    axes: Axes

    def settle(self, framing: Framing) -> Settled:
        """A turn, which is always possible."""
        return settle_turn("flip", _ORIENTATIONS[self.axes], framing)
