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

# The quality that is taken where there is no time to choose one.
_UNCHOSEN = 80
# The decoder of JPEG can divide sides by these. It leaves at least twice the wanted size to the resampling, and never
# an eighth, or the loss would show: SSIMULACRA2 below 90 against a full decode (`bench/decode.py`).
_REDUCTIONS = (4, 2)
_LEFT_TO_RESAMPLING = 2
# Below this there is little to save, and what the decoder rounds up would show.
_LEAST_REDUCED_PIXELS = 1_000_000


@dataclass(frozen=True)
class Facts:
    """What the header of an original tells.

    Attributes:
        format: JPEG or PNG.
        size: of the upright picture.
        orientation: EXIF orientation, 1 to 8.
        quality: estimated quality of a JPEG, 1 to 100; None if it cannot be told.
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
        """The size of the picture as it lies in the file."""
        return self.size.swapped if self.orientation in SWAPS_AXES else self.size


@dataclass(frozen=True)
class Work:
    """What to do with the pixels of an original; sizes and boxes speak of the upright picture.

    Attributes:
        steps: what the operations come to, in their order.
        format: what to encode.
        quality: 0 to 100 on the JPEG scale; the highest that may be chosen where there is a target.
        options: those of the rule that decide about bytes.
        target: the score that the lowest quality is chosen for; None where it is not to be chosen.
        reasons: what was skipped on the way here.
        transient: an earlier choice failed only for want of time, so that the result should not be kept.
        effort: of the encoder.
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
        """What is performed, in order, in the words of `X-Img-Operations`."""
        return (*(step.name for step in self.steps), *(("convert",) if self.converted else ()))

    @property
    def orientation(self) -> int:
        """The EXIF orientation of the original with all turns that are performed, 1 to 8."""
        orientation = self.facts.orientation
        for step in self.steps:
            if isinstance(step, Turned):
                orientation = turned(orientation, step.orientation)
        return orientation

    @property
    def swaps_axes(self) -> bool:
        """Whether the stored picture lies on its side, seen from the result."""
        return self.orientation in SWAPS_AXES

    @property
    def turned_size(self) -> Size:
        """The size of the picture that enters the resize: upright, with all turns."""
        return self.facts.stored_size.swapped if self.swaps_axes else self.facts.stored_size

    @property
    def resized(self) -> Resized | None:
        """The resize, if there is one."""
        return next((step for step in self.steps if isinstance(step, Resized)), None)

    @property
    def crop(self) -> Box | None:
        """What is cut out of the resized picture, if anything is."""
        return next((step.box for step in self.steps if isinstance(step, Cut)), None)

    @property
    def converted(self) -> bool:
        """Whether the format is another than the original's."""
        return self.format is not self.facts.format

    @property
    def lossless(self) -> bool:
        """Whether the result must be exact, so that quality does not matter."""
        return self.facts.format.lossless and (self.options.png_lossless or self.format.lossless)

    @property
    def tries_palette(self) -> bool:
        """Whether a second encode may be a PNG of few colours."""
        return self.options.png_palette and not self.options.png_lossless and self.format.palette

    @property
    def chooses(self) -> bool:
        """Whether the quality is to be chosen."""
        return self.target is not None and not self.lossless

    def unchosen(self) -> "Work":
        """The same with a quality that takes no time to choose."""
        return replace(self, quality=min(self.quality, _UNCHOSEN), target=None) if self.chooses else self

    @property
    def convert_only(self) -> bool:
        """Whether the result must be smaller than the original to be worth anything."""
        return self.operations == ("convert",)

    @property
    def size(self) -> Size:
        """Of the result."""
        return self.steps[-1].size if self.steps else self.facts.size

    @property
    def cut(self) -> Box | None:
        """What is kept of the scaled picture; None if all of it."""
        scaled = self.resized.scaled if self.resized else self.turned_size
        kept = self.resized.kept if self.resized else Box(0, 0, scaled.width, scaled.height)
        box = self.crop.moved(kept.left, kept.top) if self.crop else kept
        return None if box.size == scaled else box

    @property
    def streams(self) -> bool:
        """Whether the picture is resized and cut while it is decoded, so that it is never whole in memory.

        That averages numbers, not light.
        """
        if not self.facts.format.streams:
            return False
        return not self.options.linear if self.resized else self.crop is not None

    @property
    def reduction(self) -> int:
        """How many times smaller each side may be decoded: 1, 2 or 4."""
        if self.resized is None or not self.streams or self.facts.size.pixels < _LEAST_REDUCED_PIXELS:
            return 1
        size, scaled = self.turned_size, self.resized.scaled
        spare = min(size.width // scaled.width, size.height // scaled.height) // _LEFT_TO_RESAMPLING
        return next((reduction for reduction in _REDUCTIONS if spare >= reduction), 1)


@dataclass(frozen=True)
class Skip:
    """Nothing is done: the original is returned.

    Attributes:
        reasons: why, none if nothing was to do.
        transient: true for this invocation only.
        remember: dear to find out again.
    """

    reasons: tuple[SkipReason, ...]
    transient: bool = False
    remember: bool = False
