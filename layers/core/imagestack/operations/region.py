"""A part of a picture that `crop` or `area` asks for (docs/specification.md#section-3-crop)."""

from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from imagestack.geometry import Box, Size, round_half_up, scaled
from imagestack.skips import CROP_PERCENT_OUTSIDE, CROP_PIXELS_OUTSIDE, CROP_TOO_LARGE, SkipReason

_PERCENT = 100


class Unit(StrEnum):
    """The unit of the number in a `Position`."""

    PIXELS = "pixels"
    PERCENT = "percent"
    OFFSET = "offset"


@dataclass(frozen=True)
class Position:
    """Where a region starts on one axis.

    The value counts pixels, percent of the picture's side, or the percentage of the unwanted length that is cut off in
    front.
    """

    unit: Unit
    value: int


CENTRE = Position(Unit.OFFSET, 50)


@dataclass(frozen=True)
class Ratio:
    """The aspect ratio of a region; it is the largest one that fits."""

    width: int
    height: int


@dataclass(frozen=True)
class Cut:
    """A settled `crop` or `area`, which keeps `box`.

    Attributes:
        box: the kept part, in pixels of the picture that enters the operation.
        name: name of the operation.
    """

    box: Box
    name: str = "crop"

    @property
    def size(self) -> Size:
        """The size of the kept part."""
        return self.box.size


@dataclass(frozen=True)
class Region:
    """A part of a picture.

    Attributes:
        extent: its size or its aspect ratio.
        position: where it starts on each axis; None if the query does not say it.
    """

    extent: Size | Ratio
    position: tuple[Position, Position] | None = None

    @property
    def is_centred(self) -> bool:
        """Whether the query says that the region is in the centre, which is where it is if the query says nothing."""
        return self.position == (CENTRE, CENTRE)

    def box(self, size: Size) -> Box | SkipReason:
        """The region of a picture of this size; the reason if it does not lie within the picture."""
        extent = self._extent(size)
        if extent.width > size.width or extent.height > size.height:
            return CROP_TOO_LARGE
        x, y = self.position or (CENTRE, CENTRE)
        left, top = _start(x, extent.width, size.width), _start(y, extent.height, size.height)
        for position, outside in ((x, left + extent.width > size.width), (y, top + extent.height > size.height)):
            if outside:
                return CROP_PIXELS_OUTSIDE if position.unit is Unit.PIXELS else CROP_PERCENT_OUTSIDE
        return Box(left, top, left + extent.width, top + extent.height)

    def dense_box(self, size: Size, density: Fraction) -> Box:
        """The region with all pixels of the query multiplied. Rounding never moves it out of the picture.

        Args:
            size: size of the picture.
            density: the factor.
        """
        extent = self._extent(size)
        if isinstance(self.extent, Size):
            extent = Size(
                min(scaled(extent.width, density), size.width), min(scaled(extent.height, density), size.height)
            )
        x, y = (
            Position(one.unit, scaled(one.value, density)) if one.unit is Unit.PIXELS else one
            for one in self.position or (CENTRE, CENTRE)
        )
        left = min(_start(x, extent.width, size.width), size.width - extent.width)
        top = min(_start(y, extent.height, size.height), size.height - extent.height)
        return Box(left, top, left + extent.width, top + extent.height)

    def largest_density(self, size: Size) -> Fraction:
        """The largest factor at which the region still lies within a picture of this size; 1 for a ratio.

        It is below 1 only where the region does not lie within the picture as it is.
        """
        if isinstance(self.extent, Ratio):
            return Fraction(1)
        x, y = self.position or (CENTRE, CENTRE)
        return min(
            _largest_density(x, self.extent.width, size.width), _largest_density(y, self.extent.height, size.height)
        )

    def _extent(self, size: Size) -> Size:
        wanted = self.extent
        if isinstance(wanted, Size):
            return wanted
        if size.width * wanted.height <= size.height * wanted.width:
            return Size(size.width, max(1, round_half_up(size.width * wanted.height, wanted.width)))
        return Size(max(1, round_half_up(size.height * wanted.width, wanted.height)), size.height)


def _start(position: Position, wanted: int, side: int) -> int:
    match position.unit:
        case Unit.PIXELS:
            return position.value
        case Unit.PERCENT:
            return round_half_up(position.value * side, _PERCENT)
        case Unit.OFFSET:
            return round_half_up(position.value * (side - wanted), _PERCENT)


def _largest_density(position: Position, wanted: int, side: int) -> Fraction:
    match position.unit:
        case Unit.PIXELS:
            return Fraction(side, position.value + wanted)
        case Unit.PERCENT:
            return Fraction(side - _start(position, wanted, side), wanted)
        case Unit.OFFSET:
            return Fraction(side, wanted)
