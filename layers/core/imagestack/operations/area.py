"""`area`: docs/specification.md#section-10-area."""

from dataclasses import dataclass
from typing import ClassVar

from imagestack.geometry import Box
from imagestack.operations.framing import Framing
from imagestack.operations.operation import Operation, Settled
from imagestack.operations.region import Cut, Region


@dataclass(frozen=True)
class Area(Operation):
    """A part of the picture that is cut out before the resize."""

    name: ClassVar[str] = "area"
    parameters: ClassVar[tuple[str, ...]] = ("area",)
    region: Region

    def settle(self, framing: Framing) -> Settled:
        """The part to keep; the reason if it does not lie within the picture."""
        box = self.region.box(framing.size)
        if not isinstance(box, Box):
            return Settled(framing, reason=box)
        if box == framing.size.box:
            return Settled(framing)
        return Settled(framing.part(box), Cut(box, self.name))
