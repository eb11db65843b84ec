"""The work on one original: what a plan comes to once the header of the original is known."""

from dataclasses import dataclass, field, replace

from imagestack.effort import Effort
from imagestack.formats import Format
from imagestack.geometry import SWAPS_AXES, Box, Size, turned
from imagestack.operations.crop import Cut
from imagestack.operations.operation import Step
from imagestack.operations.resize import Resized
from imagestack.operations.turn import Turned
from imagestack.rules.options import ImageStack
from imagestack.skips import SkipReason

# The quality where there is no time to choose one.
_UNCHOSEN = 80
# The decoder of JPEG can divide sides by these numbers. The resampling gets at least twice the wanted size: with less,
# and with eighths, SSIMULACRA2 against a full decode falls below 90 (`bench/decode.py`).
_REDUCTIONS = (4, 2)
_LEFT_TO_RESAMPLING = 2
# Smaller originals save little time, and the rounding of the decoder would show.
_LEAST_REDUCED_PIXELS = 1_000_000


@dataclass(frozen=True)
class Facts:
    """Facts from the header of an original.

    Attributes:
        format: format of the original.
        size: size of the upright picture in pixels.
        orientation: EXIF orientation, 1 to 8.
        quality: estimated quality of a JPEG, 1 to 100; None if it is unknown.
        progressive: a JPEG of several scans.
        components: of a JPEG; 1, 3 or 4.
    """

    format: Format
    size: Size
    orientation: int = 1
    quality: int | None = None
    progressive: bool = False
    components: int = 3

    @property
    def stored_size(self) -> Size:
        """The size of the picture in the file, before its orientation is applied."""
        return self.size.swapped if self.orientation in SWAPS_AXES else self.size


@dataclass(frozen=True)
class Work:
    """The steps, format and quality for one original. Sizes and boxes refer to the upright picture.

    Attributes:
        facts: of the original.
        steps: the steps of the operations, in their order.
        format: format of the result.
        quality: 0 to 100 on the JPEG scale. With a target it is the highest quality that may be chosen.
        options: the rule's options that change bytes.
        target: the score that the chosen quality must reach; None if no quality is chosen.
        reasons: why parts of the plan were skipped.
        transient: a better choice failed for lack of time or memory, so the result is not stored.
        effort: effort of the encoder.
    """

    facts: Facts
    steps: tuple[Step, ...]
    format: Format
    quality: int
    options: ImageStack = field(default_factory=ImageStack)
    target: int | None = None
    reasons: tuple[SkipReason, ...] = ()
    transient: bool = False
    effort: Effort = Effort.FIRST

    @property
    def operations(self) -> tuple[str, ...]:
        """The names of all operations in their order, as in `X-Img-Operations`."""
        return (*(step.name for step in self.steps), *(("convert",) if self.converted else ()))

    @property
    def orientation(self) -> int:
        """The EXIF orientation of the original combined with all turns, 1 to 8."""
        orientation = self.facts.orientation
        for step in self.steps:
            if isinstance(step, Turned):
                orientation = turned(orientation, step.orientation)
        return orientation

    @property
    def swaps_axes(self) -> bool:
        """Whether width and height in the file are height and width of the result."""
        return self.orientation in SWAPS_AXES

    @property
    def turned_size(self) -> Size:
        """The size of the picture that enters the resize: upright and turned."""
        return self.facts.stored_size.swapped if self.swaps_axes else self.facts.stored_size

    @property
    def resized(self) -> Resized | None:
        """The resize, if there is one."""
        return next((step for step in self.steps if isinstance(step, Resized)), None)

    @property
    def crop(self) -> Box | None:
        """The box that is cut out of the resized picture; None without a crop."""
        return next((step.box for step in self.steps if isinstance(step, Cut)), None)

    @property
    def converted(self) -> bool:
        """Whether the result has another format than the original."""
        return self.format is not self.facts.format

    @property
    def lossless(self) -> bool:
        """Whether the result keeps every pixel exactly. Then quality has no effect."""
        return self.facts.format.lossless and (self.options.png_lossless or self.format.lossless)

    @property
    def tries_palette(self) -> bool:
        """Whether a refinement may reduce the result to a palette."""
        return self.options.png_palette and not self.options.png_lossless and self.format.palette

    @property
    def chooses(self) -> bool:
        """Whether the quality is chosen for this picture."""
        return self.target is not None and not self.lossless

    def unchosen(self) -> "Work":
        """The same work with a fixed quality, which takes no time to choose."""
        return replace(self, quality=min(self.quality, _UNCHOSEN), target=None) if self.chooses else self

    def refined(self, quality: int | None) -> "Work":
        """The same work for a refinement, at this quality; None keeps that of the work."""
        return replace(self, effort=Effort.REFINED, quality=self.quality if quality is None else quality, target=None)

    @property
    def convert_only(self) -> bool:
        """Whether the conversion is the only operation. Its result must be smaller than the original."""
        return self.operations == ("convert",)

    @property
    def size(self) -> Size:
        """The size of the result."""
        return self.steps[-1].size if self.steps else self.facts.size

    @property
    def cut(self) -> Box | None:
        """The box that is kept of the scaled picture; None if all of it is kept."""
        scaled = self.resized.scaled if self.resized else self.turned_size
        kept = self.resized.kept if self.resized else Box(0, 0, scaled.width, scaled.height)
        box = self.crop.moved(kept.left, kept.top) if self.crop else kept
        return None if box.size == scaled else box

    @property
    def streams(self) -> bool:
        """Whether the picture is resized and cut while it is decoded, so that it is never whole in memory.

        A resize in linear light cannot be done this way.
        """
        if not self.facts.format.streams:
            return False
        return not self.options.linear if self.resized else self.crop is not None

    @property
    def reduction(self) -> int:
        """The number by which the decoder divides each side: 1, 2 or 4."""
        if self.resized is None or not self.streams or self.facts.size.pixels < _LEAST_REDUCED_PIXELS:
            return 1
        size, scaled = self.turned_size, self.resized.scaled
        spare = min(size.width // scaled.width, size.height // scaled.height) // _LEFT_TO_RESAMPLING
        return next((reduction for reduction in _REDUCTIONS if spare >= reduction), 1)


@dataclass(frozen=True)
class Skip:
    """Nothing is done, and the original is returned.

    Attributes:
        reasons: why. None of them if there was nothing to do.
        transient: another invocation may decide otherwise.
        remember: the reasons are expensive to recompute, so they are stored.
    """

    reasons: tuple[SkipReason, ...]
    transient: bool = False
    remember: bool = False
