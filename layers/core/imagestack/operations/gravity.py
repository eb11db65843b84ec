"""`gravity`: where a smaller picture stands on a larger one (docs/specification.md#section-10-gravity)."""

from dataclasses import dataclass
from enum import StrEnum


class Anchor(StrEnum):
    """A side, a corner or the centre of a picture, or the point that is stored with the original."""

    CENTER = "center"
    NORTH = "north"
    NORTHEAST = "northeast"
    EAST = "east"
    SOUTHEAST = "southeast"
    SOUTH = "south"
    SOUTHWEST = "southwest"
    WEST = "west"
    NORTHWEST = "northwest"
    FOCUS = "focus"


@dataclass(frozen=True)
class Spot:
    """A point of the picture that enters the resize, in percent of its width and height, 0 to 100."""

    x: int
    y: int


Gravity = Anchor | Spot

HALVES: dict[Gravity, tuple[int, int]] = {
    Anchor.CENTER: (1, 1),
    Anchor.NORTH: (1, 0),
    Anchor.NORTHEAST: (2, 0),
    Anchor.EAST: (2, 1),
    Anchor.SOUTHEAST: (2, 2),
    Anchor.SOUTH: (1, 2),
    Anchor.SOUTHWEST: (0, 2),
    Anchor.WEST: (0, 1),
    Anchor.NORTHWEST: (0, 0),
}
"""How many halves of the free length lie on the left and above."""
