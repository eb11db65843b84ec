"""What operations know about the picture that they are settled for. All arithmetic is exact."""

from dataclasses import dataclass, replace
from fractions import Fraction
from math import floor

from imagestack.geometry import SWAPS_AXES, Box, Point, Size
from imagestack.operations.gravity import HALVES, Anchor, Gravity, Spot

_HALF = Fraction(1, 2)
_PERCENT = 100


@dataclass(frozen=True)
class Framing:
    """A picture between two operations.

    Attributes:
        size: size of the picture in pixels.
        whole: where the picture that enters the resize lies, in pixels of this one. It sticks out where it was cut.
        focus: the point that is stored with the original, in parts of `whole`; None if there is none.
        density: the factor of `dpr`, at least 1; None until an operation settles it.
        plain: the size that the picture would have with a factor of 1.
        canvas: the size to which `fit=pad` fills the picture; None without it.
    """

    size: Size
    whole: Box
    focus: Point | None = None
    density: Fraction | None = None
    plain: Size | None = None
    canvas: Size | None = None

    @classmethod
    def of(cls, size: Size, focus: Point | None = None) -> "Framing":
        """The picture that enters the resize, or one before it.

        Args:
            size: size of the picture in pixels.
            focus: the point of interest, in parts of its width and height.
        """
        return cls(size, size.box, focus)

    def turned(self, orientation: int) -> "Framing":
        """The picture after a turn, before the resize.

        Args:
            orientation: the EXIF orientation, 2 to 8, of a picture that the turn puts upright.
        """
        size = self.size.swapped if orientation in SWAPS_AXES else self.size
        return Framing.of(size, self.focus and self.focus.turned(orientation))

    def part(self, box: Box) -> "Framing":
        """A part of the picture, before the resize."""
        focus = self.focus and Point(
            (self.focus.x * self.size.width - box.left) / box.size.width,
            (self.focus.y * self.size.height - box.top) / box.size.height,
        )
        return Framing.of(box.size, focus)

    def cut(self, box: Box) -> "Framing":
        """What a cut leaves of the picture, after the resize."""
        return replace(self, size=box.size, whole=self.whole.moved(-box.left, -box.top))

    def corner(self, gravity: Gravity, window: Size) -> tuple[int, int]:
        """Left and top of a window on this picture, in its pixels.

        The window stays within the picture. On an axis on which it is longer, the picture stays within the window, and
        the coordinate is 0 or less.
        """
        across, down = self.size.width - window.width, self.size.height - window.height
        point = self._point(gravity)
        if point is None:
            left, top = HALVES.get(gravity, HALVES[Anchor.CENTER])
            return _within(Fraction(across * left, 2), across), _within(Fraction(down * top, 2), down)
        whole = self.whole
        x, y = whole.left + point.x * whole.size.width, whole.top + point.y * whole.size.height
        return _within(x - Fraction(window.width, 2), across), _within(y - Fraction(window.height, 2), down)

    def _point(self, gravity: Gravity) -> Point | None:
        """The point on which a window is centred, in parts of `whole`; None if gravity names a side or a corner."""
        if isinstance(gravity, Spot):
            return Point(Fraction(gravity.x, _PERCENT), Fraction(gravity.y, _PERCENT))
        return self.focus if gravity is Anchor.FOCUS else None


def _within(start: Fraction, free: int) -> int:
    """The start of a window on an axis, between 0 and `free`. Halves round up from the corner of the longer one."""
    if free >= 0:
        return min(max(floor(start + _HALF), 0), free)
    return -min(max(floor(-start + _HALF), 0), -free)
