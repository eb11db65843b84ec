"""`width`, `height`, `fit` and what modifies them (docs/specification.md#section-3-fit). All arithmetic is exact."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, ClassVar, Self

from imagestack.geometry import Box, Size, round_half_up, scaled
from imagestack.operations.framing import Framing
from imagestack.operations.gravity import Anchor, Gravity
from imagestack.operations.operation import Operation, Settled
from imagestack.skips import WOULD_ENLARGE

_ONE = Fraction(1)
# How many times as long a side may become by `enlarge=true`.
_MOST_TIMES = 4
# The longest side in pixels that an enlarged picture or the canvas of a pad may have, unless the original's is longer.
_LONGEST_SIDE = 8_192


class Fit(StrEnum):
    """How width and height together determine a size."""

    FIT = "fit"
    BOUNDS = "bounds"
    COVER = "cover"
    FORCE = "force"
    CONTAIN = "contain"
    PAD = "pad"


class Enlarge(StrEnum):
    """What happens to a resize whose result would be larger than the original."""

    FALSE = "false"
    """It is skipped."""
    CLAMP = "clamp"
    """The result is the largest of the same shape that the original holds."""
    TRUE = "true"
    """The picture is enlarged within limits."""


@dataclass(frozen=True)
class Resized:
    """A settled resize: scale to `scaled`, then keep the box `kept`."""

    name: ClassVar[str] = "resize"
    scaled: Size
    kept: Box

    @property
    def size(self) -> Size:
        """The size after the resize."""
        return self.kept.size


@dataclass(frozen=True)
class Resize(Operation):
    """A requested resize. Sizes are in pixels, and at least one of them is given."""

    parameters: ClassVar[tuple[str, ...]] = ("width", "height", "fit")
    modifiers: ClassVar[tuple[str, ...]] = ("dpr", "enlarge", "gravity")
    width: int | None = None
    height: int | None = None
    fit: Fit = Fit.FIT
    dpr: Decimal = Decimal(1)
    enlarge: Enlarge = Enlarge.FALSE
    gravity: Gravity = Anchor.CENTER

    def __post_init__(self) -> None:
        if self.width is None and self.height is None:
            raise ValueError("a resize needs a width or a height")

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self | None:
        """As `Operation.from_values`, without a gravity where nothing is cut or placed."""
        resize = super().from_values(values)
        if resize is None or "gravity" not in values:
            return resize
        places = resize.width and resize.height and resize.fit in (Fit.FIT, Fit.PAD)
        return resize if places else replace(resize, gravity=Anchor.CENTER)

    def settle(self, framing: Framing) -> Settled:
        """The sizes to scale to and to keep; the reason if the picture would have to be enlarged."""
        size = framing.size
        factor = self._factor(size)
        if factor is None:
            return Settled(replace(framing, density=_ONE), reason=WOULD_ENLARGE)
        resize = self._times(factor)
        scaled_to, kept = resize.sizes(size)
        box = kept.box.moved(*Framing.of(scaled_to, framing.focus).corner(self.gravity, kept))
        after = replace(
            framing,
            size=kept,
            whole=scaled_to.box.moved(-box.left, -box.top),
            density=max(factor, _ONE),
            plain=self.sizes(size)[1] if factor > 1 else kept,
            canvas=resize.asked if self.fit is Fit.PAD else None,
        )
        return Settled(after, None if kept == size else Resized(scaled_to, box))

    @property
    def asked(self) -> Size:
        """Width and height; 1 for one that is not given."""
        return Size(self.width or 1, self.height or 1)

    def sizes(self, size: Size) -> tuple[Size, Size]:
        """The size to scale to and the size to keep of it, for a picture of this size and a factor of 1."""
        asked = self.asked
        scaled_to = _with_width(asked.width, size) if self._by_width(size) else _with_height(asked.height, size)
        if self._has_own_shape:
            return (asked if self.fit is Fit.FORCE else scaled_to), asked
        largest = self._largest(size)
        if not _holds(largest, scaled_to):
            scaled_to = replace(self, width=largest.width, height=largest.height, fit=Fit.CONTAIN).sizes(size)[0]
        return scaled_to, scaled_to

    def _by_width(self, size: Size) -> bool:
        """Whether the width decides about the scale, and not the height."""
        if not (self.width and self.height):
            return self.width is not None
        match self.fit:
            case Fit.BOUNDS:
                return self.width >= self.height
            case Fit.COVER:
                return self.width < self.height
            case Fit.CONTAIN | Fit.PAD:
                return self.width * size.height <= self.height * size.width
            case _:
                return self.width * size.height >= self.height * size.width

    def _factor(self, size: Size) -> Fraction | None:
        """The factor of width and height: that of `dpr`, lowered as far as necessary; None if the resize is skipped.

        It is below 1 only where `enlarge` allows a smaller result than the requested one.
        """
        if self.dpr == 1 and self.fit is not Fit.PAD and _holds(size, self.asked):
            # The usual case needs no fractions.
            return _ONE
        held = self._held(size)
        factor = max(min(Fraction(self.dpr), held), _ONE)
        if self.fit is Fit.PAD:
            longest = Size(max(size.width, _LONGEST_SIDE), max(size.height, _LONGEST_SIDE))
            factor = min(factor, _times_within(self.asked, longest))
            fits = factor >= 1
        else:
            fits = held >= 1
            if not fits and self._has_own_shape:
                factor = min(_times_within(self.asked, self._largest(size)), _ONE)
        return factor if fits or self.enlarge is not Enlarge.FALSE else None

    @property
    def _has_own_shape(self) -> bool:
        """Whether the result has the shape of width and height, and not that of the picture."""
        return self.width is not None and self.height is not None and self.fit in (Fit.FIT, Fit.FORCE)

    def _held(self, size: Size) -> Fraction:
        """The largest factor at which the result is not larger than the picture."""
        if self._has_own_shape:
            return _times_within(self.asked, size)
        return (
            Fraction(size.width, self.asked.width) if self._by_width(size) else Fraction(size.height, self.asked.height)
        )

    def _largest(self, size: Size) -> Size:
        """The largest size that a picture of this size may be scaled to."""
        if self.enlarge is not Enlarge.TRUE:
            return size
        return Size(*(max(side, min(side * _MOST_TIMES, _LONGEST_SIDE)) for side in (size.width, size.height)))

    def _times(self, factor: Fraction) -> "Resize":
        if factor == 1:
            return self
        width, height = (side and scaled(side, factor) for side in (self.width, self.height))
        return replace(self, width=width, height=height)


def _times_within(asked: Size, within: Size) -> Fraction:
    """The largest factor of both sides that keeps them within a size."""
    return min(Fraction(within.width, asked.width), Fraction(within.height, asked.height))


def _holds(outer: Size, inner: Size) -> bool:
    return inner.width <= outer.width and inner.height <= outer.height


def _with_width(width: int, size: Size) -> Size:
    return Size(width, max(1, round_half_up(width * size.height, size.width)))


def _with_height(height: int, size: Size) -> Size:
    return Size(max(1, round_half_up(height * size.width, size.height)), height)
