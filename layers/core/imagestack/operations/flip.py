"""`flip`: docs/specification.md#section-3-rotate."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from imagestack.geometry import Size
from imagestack.operations.operation import Operation
from imagestack.operations.turn import Turned


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

    def settle(self, size: Size) -> Turned:
        """A turn, which is always possible."""
        return Turned("flip", _ORIENTATIONS[self.axes], size)
