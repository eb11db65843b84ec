"""`crop`: docs/specification.md#section-3-crop. All arithmetic is exact, in integers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, ClassVar, Self

from imagestack.geometry import Box, Size, round_half_up
from imagestack.operations.operation import Operation
from imagestack.skips import CROP_PERCENT_OUTSIDE, CROP_PIXELS_OUTSIDE, CROP_TOO_LARGE, SkipReason


class Unit(StrEnum):
    """The unit of the number in a `Position`."""

    PIXELS = "pixels"
    PERCENT = "percent"
    OFFSET = "offset"


@dataclass(frozen=True)
class Position:
    """Where a crop starts on one axis.

    The value counts pixels, percent of the picture's side, or the percentage of the unwanted length that is cut off in
    front.
    """

    unit: Unit
    value: int


CENTRE = Position(Unit.OFFSET, 50)


@dataclass(frozen=True)
class Area:
    """A crop's size in pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Ratio:
    """A crop's aspect ratio; the area is the largest one that fits."""

    width: int
    height: int


@dataclass(frozen=True)
class Cut:
    """A settled crop, which keeps `box`."""

    name: ClassVar[str] = "crop"
    box: Box

    @property
    def size(self) -> Size:
        """The size after the crop."""
        return self.box.size


@dataclass(frozen=True)
class Crop(Operation):
    """A crop that a request asks for."""

    parameters: ClassVar[tuple[str, ...]] = ("crop",)
    area: Area | Ratio
    x: Position = CENTRE
    y: Position = CENTRE

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """The only parameter has the whole crop as its value."""
        crop: Self = values["crop"]
        return crop

    def values(self) -> Mapping[str, object]:
        """The only parameter has the whole crop as its value."""
        return {"crop": self}

    def settle(self, size: Size) -> Cut | SkipReason | None:
        """The part to keep; the reason if it does not lie within the picture."""
        area = _largest(self.area, size) if isinstance(self.area, Ratio) else self.area
        if area.width > size.width or area.height > size.height:
            return CROP_TOO_LARGE
        left = _corner(self.x, area.width, size.width)
        top = _corner(self.y, area.height, size.height)
        for position, outside in (
            (self.x, left + area.width > size.width),
            (self.y, top + area.height > size.height),
        ):
            if outside:
                return CROP_PIXELS_OUTSIDE if position.unit is Unit.PIXELS else CROP_PERCENT_OUTSIDE
        if (area.width, area.height) == (size.width, size.height):
            return None
        return Cut(Box(left, top, left + area.width, top + area.height))


def _largest(ratio: Ratio, size: Size) -> Area:
    if size.width * ratio.height <= size.height * ratio.width:
        return Area(size.width, max(1, round_half_up(size.width * ratio.height, ratio.width)))
    return Area(max(1, round_half_up(size.height * ratio.width, ratio.height)), size.height)


def _corner(position: Position, wanted: int, side: int) -> int:
    match position.unit:
        case Unit.PIXELS:
            return position.value
        case Unit.PERCENT:
            return round_half_up(position.value * side, 100)
        case Unit.OFFSET:
            return round_half_up(position.value * (side - wanted), 100)
