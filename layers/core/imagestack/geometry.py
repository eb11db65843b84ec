"""Sizes and boxes in whole pixels, points, and the EXIF orientations. All arithmetic is exact."""

from dataclasses import dataclass
from fractions import Fraction
from math import floor

# EXIF orientations: those that exchange width and height, and those that mirror an axis.
SWAPS_AXES = (5, 6, 7, 8)
_LEFT_IS_RIGHT = (2, 3, 7, 8)
_TOP_IS_BOTTOM = (3, 4, 6, 7)
# Where each orientation takes the point (x, y) of a file's picture, both from its middle: x' = ax + by, y' = cx + dy.
_MATRICES = {
    1: (1, 0, 0, 1),
    2: (-1, 0, 0, 1),
    3: (-1, 0, 0, -1),
    4: (1, 0, 0, -1),
    5: (0, 1, 1, 0),
    6: (0, -1, 1, 0),
    7: (0, -1, -1, 0),
    8: (0, 1, -1, 0),
}
_ORIENTATIONS = {matrix: orientation for orientation, matrix in _MATRICES.items()}


@dataclass(frozen=True)
class Size:
    """Width and height in pixels, each at least 1."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """The area in pixels."""
        return self.width * self.height

    @property
    def box(self) -> "Box":
        """The box of the whole picture."""
        return Box(0, 0, self.width, self.height)

    @property
    def swapped(self) -> "Size":
        """The size with width and height exchanged."""
        return Size(self.height, self.width)


@dataclass(frozen=True)
class Box:
    """A part of an image; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> Size:
        """The width and height of the box in pixels."""
        return Size(self.right - self.left, self.bottom - self.top)

    def moved(self, left: int, top: int) -> "Box":
        """The same box, seen from an origin that lies `left` and `top` further out."""
        return Box(self.left + left, self.top + top, self.right + left, self.bottom + top)

    def stored(self, orientation: int, size: Size) -> "Box":
        """The same part of the picture, in the coordinates of its file.

        Args:
            orientation: EXIF orientation of the file, 1 to 8.
            size: size of the picture in the file.
        """
        left, top, right, bottom = self.left, self.top, self.right, self.bottom
        if orientation in SWAPS_AXES:
            left, top, right, bottom = top, left, bottom, right
        if orientation in _LEFT_IS_RIGHT:
            left, right = size.width - right, size.width - left
        if orientation in _TOP_IS_BOTTOM:
            top, bottom = size.height - bottom, size.height - top
        return Box(left, top, right, bottom)


@dataclass(frozen=True)
class Point:
    """A point of a picture, in parts of its width and height. From 0 to 1 it lies within the picture."""

    x: Fraction
    y: Fraction

    def turned(self, orientation: int) -> "Point":
        """The same point after a turn.

        Args:
            orientation: the EXIF orientation, 1 to 8, of a picture that the turn puts upright.
        """
        a, b, c, d = _MATRICES[orientation]
        half = Fraction(1, 2)
        x, y = self.x - half, self.y - half
        return Point(a * x + b * y + half, c * x + d * y + half)


def turned(orientation: int, turn: int) -> int:
    """The EXIF orientation of a picture that is put upright and then turned, both at once.

    Args:
        orientation: EXIF orientation of the picture, 1 to 8.
        turn: the orientation of a picture that the turn puts upright, 1 to 8.
    """
    (a, b, c, d), (e, f, g, h) = _MATRICES[turn], _MATRICES[orientation]
    return _ORIENTATIONS[a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h]


def round_half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator`, halves upwards; both not negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def scaled(length: int, factor: Fraction) -> int:
    """A length times a factor, halves rounded up, at least 1 for a length of at least 1."""
    return max(floor(length * factor + Fraction(1, 2)), min(length, 1))
