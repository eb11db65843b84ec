"""What a plan comes to for one original, once its header is known and before a pixel is decoded."""

from dataclasses import dataclass, replace
from enum import Enum, auto

from imagestack import geometry, skips
from imagestack.effort import Effort, avif_speed
from imagestack.formats import AVIF, FORMATS, JPEG, PNG, Format
from imagestack.geometry import LYING, Box, Resized, Size
from imagestack.limits import Budget, Limits
from imagestack.plan import Plan
from imagestack.quality import Target
from imagestack.skips import SkipReason

# Pillow keeps a colour image in four bytes a pixel, and decoders need something besides; a progressive JPEG is held
# whole as 16-bit coefficients of each component too.
_PIXEL_BYTES = 5
_COEFFICIENT_BYTES = 2
# What is resized and cut while it is decoded: the rows that libvips has at a time, by the width of the picture, and the
# result, as libvips makes it and as Pillow takes it over.
_STREAMED_ROWS_BYTES = 5_000
_STREAMED_PIXEL_BYTES = 8
_DECODE_NANOSECONDS = 60
# What a resize in linear light needs besides: a band as light, a copy in sRGB where there is a profile, and where there
# may be alpha that and a weighted band too; and the same again of the result. Measured on 12 megapixels.
_LINEAR_BYTES = {JPEG: 8, PNG: 18}
_LINEAR_SCALED_BYTES = 8
_LINEAR_NANOSECONDS = 60
# Where the quality is chosen, results above this are hardly better and much larger; and where there is no time for
# the choice, this is taken.
_HIGHEST_CHOSEN, _UNCHOSEN = 95, 80
# What a choice may take: encodes of a part of the result that has so many pixels a side, each of which is scored.
MOST_TRIALS = 3
TRIAL_SIDE = 384
_SCORE_NANOSECONDS = 150
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
    def lies(self) -> bool:
        """Whether the stored picture lies on its side."""
        return self.orientation in LYING


@dataclass(frozen=True)
class Work:
    """What to do with the pixels of an original; sizes and boxes speak of the upright picture.

    Attributes:
        resized: scale, and cut what `fit=fit` cuts.
        crop: cut out of the resized picture.
        format: what to encode.
        quality: 0 to 100 on the JPEG scale; the highest that may be chosen where there is a target.
        png_lossless: a PNG original is never compressed with loss.
        png_palette: a PNG that is encoded once more may lose what cannot be seen, unless `png_lossless`.
        linear: the resize averages light.
        target: the score that the lowest quality is chosen for; None where it is not to be chosen.
        reasons: what was skipped on the way here.
        passing: an earlier choice failed only for want of time, so that the result should not be kept.
        effort: of the encoder.
    """

    facts: Facts
    resized: Resized | None
    crop: Box | None
    format: Format
    quality: int
    png_lossless: bool
    png_palette: bool = False
    linear: bool = False
    target: int | None = None
    reasons: tuple[SkipReason, ...] = ()
    passing: bool = False
    effort: Effort = Effort.FIRST

    @property
    def operations(self) -> tuple[str, ...]:
        """What is performed, in order, in the words of `X-Img-Operations`."""
        done = {"resize": self.resized, "crop": self.crop, "convert": self.converted}
        return tuple(name for name, value in done.items() if value)

    @property
    def converted(self) -> bool:
        """Whether the format is another than the original's."""
        return self.format is not self.facts.format

    @property
    def lossless(self) -> bool:
        """Whether the result must be exact, so that quality does not matter."""
        return self.facts.format is PNG and (self.png_lossless or self.format is PNG)

    @property
    def tries_palette(self) -> bool:
        """Whether a second encode may be a PNG of few colours."""
        return self.png_palette and not self.png_lossless and self.format is PNG

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
        if self.crop:
            return self.crop.size
        return self.resized.size if self.resized else self.facts.size

    @property
    def cut(self) -> Box | None:
        """What is kept of the scaled picture; None if all of it."""
        scaled = self.resized.scaled if self.resized else self.facts.size
        kept = self.resized.kept if self.resized else Box(0, 0, scaled.width, scaled.height)
        box = self.crop.moved(kept.left, kept.top) if self.crop else kept
        return None if box.size == scaled else box

    @property
    def streams(self) -> bool:
        """Whether the picture is resized and cut while it is decoded, so that it is never whole in memory.

        That averages numbers, not light.
        """
        if self.facts.format is not JPEG:
            return False
        return not self.linear if self.resized else self.crop is not None

    @property
    def reduction(self) -> int:
        """How many times smaller each side may be decoded: 1, 2 or 4."""
        if self.resized is None or not self.streams or self.facts.size.pixels < _LEAST_REDUCED_PIXELS:
            return 1
        size, scaled = self.facts.size, self.resized.scaled
        spare = min(size.width // scaled.width, size.height // scaled.height) // _LEFT_TO_RESAMPLING
        return next((reduction for reduction in _REDUCTIONS if spare >= reduction), 1)


@dataclass(frozen=True)
class Skip:
    """Nothing is done: the original is returned.

    Attributes:
        reasons: why, none if nothing was to do.
        passing: true for this invocation only.
        remember: dear to find out again.
    """

    reasons: tuple[SkipReason, ...]
    passing: bool = False
    remember: bool = False


class _Verdict(Enum):
    POSSIBLE = auto()
    SIDE = auto()
    MEMORY = auto()
    TIME = auto()


def decide(plan: Plan, facts: Facts, limits: Limits, budget: Budget) -> Work | Skip:
    """Settle what of `plan` is done with an original, in the order of checks of spec section 6."""
    reasons: list[SkipReason] = []

    resized = geometry.resize(plan.resize, facts.size) if plan.resize else None
    if isinstance(resized, str):
        reasons.append(resized)
        resized = None
    crop = geometry.crop(plan.crop, resized.size if resized else facts.size) if plan.crop else None
    if isinstance(crop, str):
        reasons.append(crop)
        crop = None

    candidates = [FORMATS[name] for name in plan.formats]
    if plan.png_lossless and facts.format is PNG and AVIF in candidates:
        candidates.remove(AVIF)
        if not candidates and plan.formats_from_query:
            reasons.append(skips.LOSSLESS_AVIF)

    if not (resized or crop or candidates):
        return _nothing(plan, reasons)
    if not limits.allow(facts.size):
        return Skip((*reasons, skips.TOO_LARGE))

    target, wanted = None, plan.quality
    if isinstance(wanted, Target):
        target, wanted = wanted.score, _HIGHEST_CHOSEN
    capped = wanted if facts.quality is None else min(wanted, facts.quality)
    if capped < wanted and target is None and plan.quality_from_query and not (resized or crop):
        return Skip((*reasons, skips.quality_above_origin(capped, wanted)))
    work = Work(
        facts, resized, crop, facts.format, capped, plan.png_lossless, plan.png_palette, plan.linear, target=target
    )
    return _choose(work, candidates, tuple(reasons), budget)


def without_conversion(work: Work, reason: SkipReason, plan: Plan) -> Work | Skip:
    """What remains to be done after the conversion has failed for `reason`."""
    reasons = (*work.reasons, reason)
    if work.resized or work.crop:
        return replace(work, format=work.facts.format, reasons=reasons)
    return _nothing(plan, reasons)


def cheaper(work: Work, plan: Plan) -> Work | Skip:
    """What is done in place of `work` while another function is at it: no conversion, no choice, and not to be kept."""
    rest = without_conversion(work, skips.RATE_LIMIT, plan) if work.converted else work
    return replace(rest.unchosen() if isinstance(rest, Work) else rest, passing=True)


def _nothing(plan: Plan, reasons: "list[SkipReason] | tuple[SkipReason, ...]") -> Skip:
    """Nothing is left to do; a quality from the query that had nothing to ride on is told."""
    if plan.quality_from_query and not reasons and not plan.reasons:
        return Skip((skips.QUALITY_ALONE,))
    return Skip(tuple(reasons))


def nothing_to_do(plan: Plan) -> Skip:
    """The answer to an empty plan."""
    return _nothing(plan, ())


def _choose(work: Work, candidates: list[Format], reasons: tuple[SkipReason, ...], budget: Budget) -> Work | Skip:
    """Take the first format that can hold the result and that this invocation can pay for, in haste if need be."""
    refused: list[_Verdict] = []
    for candidate in candidates:
        efforts = (Effort.FIRST, Effort.HASTY) if candidate is AVIF else (Effort.FIRST,)
        for effort in efforts:
            passing = _Verdict.TIME in refused
            converted = replace(work, format=candidate, effort=effort, reasons=reasons, passing=passing)
            found = _affordable(converted, budget)
            if isinstance(found, Work):
                return found
            refused.append(found)
    if refused:
        dear = [verdict for verdict in refused if verdict is not _Verdict.SIDE]
        reasons = (
            *reasons,
            skips.RATE_LIMIT if dear else skips.conversion_failed(candidates[0].content_type),
        )
    if not (work.resized or work.crop):
        return Skip(reasons, passing=skips.RATE_LIMIT in reasons)
    native = replace(work, reasons=reasons, passing=skips.RATE_LIMIT in reasons)
    found = _affordable(native, budget)
    return found if isinstance(found, Work) else Skip((*reasons, skips.RATE_LIMIT), passing=True)


def _affordable(work: Work, budget: Budget) -> Work | _Verdict:
    """The work, without the choice of its quality if there is no time for that; or why it cannot be done."""
    verdict = _judge(work, budget)
    if verdict is _Verdict.TIME and work.chooses:
        work = replace(work.unchosen(), passing=True)
        verdict = _judge(work, budget)
    return work if verdict is _Verdict.POSSIBLE else verdict


def _judge(work: Work, budget: Budget) -> _Verdict:
    """Whether an invocation can do this, by the estimates of the table of formats."""
    result = work.size
    if max(result.width, result.height) > work.format.max_side:
        return _Verdict.SIDE
    if max(_decoding_bytes(work), result.pixels * (_PIXEL_BYTES + work.format.encode_bytes)) > budget.memory:
        return _Verdict.MEMORY
    encoding = _encode_nanoseconds(work)
    nanoseconds = work.facts.size.pixels * _DECODE_NANOSECONDS + result.pixels * encoding
    if work.resized and work.linear:
        nanoseconds += work.facts.size.pixels * _LINEAR_NANOSECONDS
    if work.chooses:
        trial = min(result.pixels, TRIAL_SIDE**2)
        nanoseconds += MOST_TRIALS * trial * (encoding + _SCORE_NANOSECONDS)
    return _Verdict.TIME if nanoseconds > budget.cpu_seconds * 1e9 else _Verdict.POSSIBLE


def _encode_nanoseconds(work: Work) -> int:
    """CPU time of an encode per pixel, in the worst case."""
    if work.format is AVIF:
        return avif_speed(work.effort, work.size.pixels).nanoseconds
    return work.format.encode_nanoseconds


def _decoding_bytes(work: Work) -> int:
    """Peak memory until there are the pixels that are to be encoded."""
    size = work.facts.size
    coefficients = size.pixels * work.facts.components * _COEFFICIENT_BYTES if work.facts.progressive else 0
    if work.streams:
        rows = max(size.width, size.height) * _STREAMED_ROWS_BYTES // work.reduction
        return coefficients + rows + work.size.pixels * _STREAMED_PIXEL_BYTES
    if work.resized is None:
        return coefficients + size.pixels * _PIXEL_BYTES
    # The horizontal pass of a resize keeps all rows of the decoded picture.
    across = work.resized.scaled.width * size.height * _PIXEL_BYTES
    light = 0
    if work.linear:
        light = size.pixels * _LINEAR_BYTES[work.facts.format] + work.resized.scaled.pixels * _LINEAR_SCALED_BYTES
    return coefficients + size.pixels * _PIXEL_BYTES + across + light
