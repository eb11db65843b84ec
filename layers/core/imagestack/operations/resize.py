"""`width`, `height` and `fit`: docs/specification.md#section-3-fit. All arithmetic is exact, in integers."""

from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

from imagestack.geometry import Box, Size, round_half_up
from imagestack.operations.operation import Operation
from imagestack.skips import WOULD_ENLARGE, SkipReason


class Fit(StrEnum):
    """How width and height together determine a size."""

    FIT = "fit"
    BOUNDS = "bounds"
    COVER = "cover"
    FORCE = "force"


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
    width: int | None = None
    height: int | None = None
    fit: Fit = Fit.FIT

    def settle(self, size: Size) -> Resized | SkipReason | None:
        """The sizes to scale to and to keep; the reason if the picture would have to be enlarged."""
        scaled, kept = self._scale(size)
        if kept.width > size.width or kept.height > size.height:
            return WOULD_ENLARGE
        if kept == size:
            return None
        left = round_half_up(scaled.width - kept.width, 2)
        top = round_half_up(scaled.height - kept.height, 2)
        return Resized(scaled, Box(0, 0, kept.width, kept.height).moved(left, top))

    def _scale(self, size: Size) -> tuple[Size, Size]:
        """The size to scale to and the size to keep of it."""
        match self:
            case Resize(width=int(width), height=int(height), fit=Fit.FORCE):
                return Size(width, height), Size(width, height)
            case Resize(width=int(width), height=int(height), fit=Fit.FIT):
                wide = width * size.height >= height * size.width
                scaled = _by_width(width, size) if wide else _by_height(height, size)
                return scaled, Size(width, height)
            case Resize(width=int(width), height=int(height), fit=fit):
                by_width = width >= height if fit is Fit.BOUNDS else width < height
                scaled = _by_width(width, size) if by_width else _by_height(height, size)
            case Resize(width=int(width)):
                scaled = _by_width(width, size)
            case Resize(height=int(height)):
                scaled = _by_height(height, size)
            case _:
                raise ValueError("a resize needs a width or a height")
        return scaled, scaled


def _by_width(width: int, size: Size) -> Size:
    return Size(width, max(1, round_half_up(width * size.height, size.width)))


def _by_height(height: int, size: Size) -> Size:
    return Size(max(1, round_half_up(height * size.width, size.height)), height)
