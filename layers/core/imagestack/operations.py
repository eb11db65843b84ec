from dataclasses import dataclass
from enum import StrEnum


class Fit(StrEnum):
    """How width and height together determine a size (spec section 3)."""

    FIT = "fit"
    BOUNDS = "bounds"
    COVER = "cover"
    FORCE = "force"


@dataclass(frozen=True)
class Resize:
    """A resize as asked for; sizes in pixels, at least one of them given."""

    width: int | None
    height: int | None
    fit: Fit = Fit.FIT


class Unit(StrEnum):
    """What the number of a `Position` counts."""

    PIXELS = "pixels"
    PERCENT = "percent"
    OFFSET = "offset"


@dataclass(frozen=True)
class Position:
    """Where a crop starts on one axis.

    In pixels, in percent of the image's side, or as the percentage of the unwanted length that is cut off in front.
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
class Crop:
    """A crop as asked for."""

    size: Area | Ratio
    x: Position = CENTRE
    y: Position = CENTRE
