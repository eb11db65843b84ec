"""The lowest quality that is good enough for one picture. At most three encodes of a part of it decide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise
from math import copysign

from PIL import Image

from imagestack.plan.cost import MOST_TRIALS, TRIAL_SIDE
from imagestack.plan.work import Work
from imagestack.transform.encode import encode
from imagestack.transform.lines import at_quality, interpolated
from imagestack.transform.picture import Picture
from imagestack.transform.score import on, score

# Below this quality the score does not show how flat areas and edges look.
_LOWEST = 20
# Mean SSIMULACRA2 of photographs for each of `QUALITIES`, by pixels of the result (docs/measurements/quality.csv).
# The scores of one picture are nearly a linear function of these, so that few trials are enough.
_TYPICAL = {
    107_000: (48.9, 56.6, 61.7, 65.4, 70.4, 75.7, 82.8, 87.0),
    380_000: (48.6, 57.6, 63.2, 67.4, 72.2, 77.8, 84.4, 88.2),
    3_000_000: (55.1, 62.8, 67.8, 71.3, 75.6, 80.4, 85.9, 89.4),
}
_TOP = (100, 96.0)
# The measured score varies more between photographs than SSIMULACRA2 does. Only this part of its distance from the
# typical score counts. A picture beyond the usual distance is no photograph, and all of the rest counts.
_TRUST = 0.4
_USUAL = 12.0
# Bounds of the slope between two trials.
_FLATTEST, _STEEPEST = 0.25, 4.0
# More than the difference of any two typical scores.
_BEYOND = 100.0
# A trial as close as this to another one gives no new information.
_NEAR = 2
# Trials of a large picture encode this many windows on each axis, since a smaller copy has more detail in each pixel.
# Windows start on the grid of JPEG blocks, where a JPEG original loses less than elsewhere, as the whole picture does.
_WINDOWS = 3
_BLOCK = 16
# Scoring would enlarge narrower strips many times.
_LONGEST_RATIO = 16
_BEHIND = (128, 128, 128, 255)


@dataclass(frozen=True)
class Choice:
    """The chosen quality, and the score that the trials predict for it."""

    quality: int
    score: float


def choose(picture: Picture, work: Work) -> Choice:
    """The lowest quality that reaches the target of `work`; the highest that `work` allows if none does."""
    target = work.target or 0
    trial = replace(picture, image=part_of(picture.image))
    reference = on(_BEHIND, trial.image)
    typical = [typical_score(quality, work.size.pixels) for quality in range(work.quality + 1)]
    lowest = min(_LOWEST, work.quality)
    found: dict[float, float] = {}
    tried: list[int] = []
    quality = _lowest_with(target, lowest, typical, found)
    while len(tried) < MOST_TRIALS and all(abs(quality - other) > _NEAR for other in tried):
        with Image.open(BytesIO(encode(trial, replace(work, quality=quality)))) as result:
            measured = score(reference, on(_BEHIND, result))
        tried.append(quality)
        found[typical[quality]] = estimate(measured, typical[quality])
        quality = _lowest_with(target, lowest, typical, found)
    return Choice(quality, _predicted(typical[quality], found))


def estimate(measured: float, typical: float) -> float:
    """The most likely SSIMULACRA2 score of a result.

    Args:
        measured: its own score, of which only a part counts.
        typical: score of photographs at the same quality.
    """
    apart = measured - typical
    believed = _TRUST * min(abs(apart), _USUAL) + max(abs(apart) - _USUAL, 0.0)
    return typical + copysign(believed, apart)


def typical_score(quality: int, pixels: int) -> float:
    """The mean score of photographs at a quality, for results of this many pixels."""
    return at_quality(_TYPICAL, quality, pixels, _TOP)


def _lowest_with(target: int, lowest: int, typical: Sequence[float], found: Mapping[float, float]) -> int:
    possible = range(lowest, len(typical))
    return next((at for at in possible if _predicted(typical[at], found) >= target), possible[-1])


def _predicted(typical: float, found: Mapping[float, float]) -> float:
    """The predicted score where photographs have the score `typical`: straight lines through the trials.

    Args:
        typical: on the scale of typical scores.
        found: estimated scores of the trials, by their typical scores.
    """
    if not found:
        return typical
    points = sorted(found.items())
    slopes = [min(max((b[1] - a[1]) / (b[0] - a[0]), _FLATTEST), _STEEPEST) for a, b in pairwise(points)] or [1.0]
    (first, low), (last, high) = points[0], points[-1]
    before = first - _BEYOND, low - _BEYOND * slopes[0]
    after = last + _BEYOND, high + _BEYOND * slopes[-1]
    return min(max(interpolated(typical, (before, *points, after)), 0.0), 100.0)


def part_of(image: Image.Image) -> Image.Image:
    """The part of a picture that trials encode: windows beside each other, or all of a small picture."""
    longest = min(TRIAL_SIDE, _LONGEST_RATIO * min(image.size))
    columns, rows = (_windows(length, longest) for length in image.size)
    if len(columns) == len(rows) == 1:
        return image
    (_, width), (_, height) = columns[0], rows[0]
    part = Image.new(image.mode, (width * len(columns), height * len(rows)))
    for x, (left, _) in enumerate(columns):
        for y, (top, _) in enumerate(rows):
            part.paste(image.crop((left, top, left + width, top + height)), (x * width, y * height))
    return part


def _windows(length: int, longest: int) -> list[tuple[int, int]]:
    """Starts and lengths of the windows on an axis."""
    if length <= longest:
        return [(0, length)]
    side = longest // _WINDOWS
    centres = [(at + 0.5) * length / _WINDOWS for at in range(_WINDOWS)]
    return [(round(centre - side / 2) // _BLOCK * _BLOCK, side) for centre in centres]
