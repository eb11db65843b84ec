"""The work on one original: what a plan comes to once the header of the original is known."""

from dataclasses import dataclass, field, replace

from imagestack.effort import Effort
from imagestack.formats import Format
from imagestack.geometry import SWAPS_AXES, Box, Point, Size, turned
from imagestack.operations.area import Area
from imagestack.operations.crop import Crop
from imagestack.operations.operation import Step
from imagestack.operations.pad import Padded
from imagestack.operations.region import Cut
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
        focus: the point of interest, in parts of the upright picture; None if none is stored with the original.
    """

    format: Format
    size: Size
    orientation: int = 1
    quality: int | None = None
    progressive: bool = False
    components: int = 3
    focus: Point | None = None

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
        background: the colour behind the picture, as six or eight hexadecimal digits; None for the default.
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
    background: str | None = None

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
        """The size of the picture that is upright and turned."""
        return self.facts.stored_size.swapped if self.swaps_axes else self.facts.stored_size

    @property
    def area(self) -> Box | None:
        """The box that is cut out of the turned picture before the resize; None without an area."""
        return self._cut(Area.name)

    @property
    def entering_size(self) -> Size:
        """The size of the picture that enters the resize."""
        return self.area.size if self.area else self.turned_size

    @property
    def resized(self) -> Resized | None:
        """The resize, if there is one."""
        return next((step for step in self.steps if isinstance(step, Resized)), None)

    @property
    def enlarges(self) -> bool:
        """Whether the resize makes a side longer."""
        if self.resized is None:
            return False
        scaled, size = self.resized.scaled, self.entering_size
        return scaled.width > size.width or scaled.height > size.height

    @property
    def crop(self) -> Box | None:
        """The box that is cut out of the resized picture; None without a crop."""
        return self._cut(Crop.name)

    @property
    def padded(self) -> Padded | None:
        """The pad, if there is one."""
        return next((step for step in self.steps if isinstance(step, Padded)), None)

    @property
    def flattens(self) -> bool:
        """Whether transparent pixels get a background."""
        return self.facts.format.alpha and (self.background is not None or not self.format.alpha)

    @property
    def converted(self) -> bool:
        """Whether the result has another format than the original."""
        return self.format is not self.facts.format

    @property
    def lossless(self) -> bool:
        """Whether the result keeps every pixel exactly. Then quality has no effect."""
        return self.format.lossless or (self.facts.format.lossless and self.options.png_lossless)

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
        """The box that is kept of the picture after area and scaling; None if all of it is kept."""
        scaled = self.resized.scaled if self.resized else self.entering_size
        kept = self.resized.kept if self.resized else scaled.box
        box = self.crop.moved(kept.left, kept.top) if self.crop else kept
        return None if box.size == scaled else box

    @property
    def streams(self) -> bool:
        """Whether the picture is resized and cut while it is decoded, so that it is never whole in memory.

        A resize in linear light cannot be done this way, and libvips does not enlarge by Lanczos.
        """
        if not self.facts.format.streams:
            return False
        if self.resized:
            return not (self.options.linear or self.enlarges)
        return self.crop is not None or self.area is not None

    @property
    def reduction(self) -> int:
        """The number by which the decoder divides each side: 1, 2 or 4."""
        if self.resized is None or not self.streams or self.facts.size.pixels < _LEAST_REDUCED_PIXELS:
            return 1
        if self.area:
            # Its edges would lie between the pixels of the reduced picture.
            return 1
        size, scaled = self.turned_size, self.resized.scaled
        spare = min(size.width // scaled.width, size.height // scaled.height) // _LEFT_TO_RESAMPLING
        return next((reduction for reduction in _REDUCTIONS if spare >= reduction), 1)

    def _cut(self, name: str) -> Box | None:
        return next((step.box for step in self.steps if isinstance(step, Cut) and step.name == name), None)


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
