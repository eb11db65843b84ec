"""`rotate`: docs/specification.md#section-3-rotate."""

from dataclasses import dataclass
from typing import ClassVar

from imagestack.operations.framing import Framing
from imagestack.operations.operation import Operation, Settled
from imagestack.operations.turn import settle_turn

# The EXIF orientation that the same turn puts upright.
_ORIENTATIONS = {90: 6, 180: 3, 270: 8}
ROTATIONS = tuple(_ORIENTATIONS)


@dataclass(frozen=True)
class Rotate(Operation):
    """A requested rotation: 90, 180 or 270 degrees clockwise."""

    parameters: ClassVar[tuple[str, ...]] = ("rotate",)
    degrees: int

    def settle(self, framing: Framing) -> Settled:
        """A turn, which is always possible."""
        return settle_turn("rotate", _ORIENTATIONS[self.degrees], framing)
