"""`crop`: docs/specification.md#section-3-crop."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import ClassVar

from imagestack.geometry import Box
from imagestack.operations.framing import Framing
from imagestack.operations.gravity import Anchor, Gravity
from imagestack.operations.operation import Operation, Settled
from imagestack.operations.region import Cut, Region


@dataclass(frozen=True)
class Crop(Operation):
    """A crop that a request asks for."""

    name: ClassVar[str] = "crop"
    parameters: ClassVar[tuple[str, ...]] = ("crop",)
    modifiers: ClassVar[tuple[str, ...]] = ("dpr", "gravity")
    region: Region
    dpr: Decimal = Decimal(1)
    gravity: Gravity = Anchor.CENTER

    def settle(self, framing: Framing) -> Settled:
        """The part to keep; the reason if it does not lie within the picture."""
        density, plain = framing.density, framing.plain or framing.size
        if density is None:
            density = min(Fraction(self.dpr), self.region.largest_density(framing.size))
        found = self.region.box(plain)
        if not isinstance(found, Box):
            return Settled(framing, reason=found)
        box = self._placed(self.region.dense_box(framing.size, density), framing)
        if box == framing.size.box:
            return Settled(framing)
        return Settled(framing.cut(box), Cut(box, self.name))

    def _placed(self, box: Box, framing: Framing) -> Box:
        """The box where gravity puts it, unless the query says where it starts."""
        if self.region.position:
            return box
        return box.size.box.moved(*framing.corner(self.gravity, box.size))
