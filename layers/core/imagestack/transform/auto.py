"""The quality that is just good enough for one picture, found by encoding a part of it at most three times."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import pairwise

from PIL import Image

from imagestack.transform.encode import encode
from imagestack.transform.picture import Picture
from imagestack.transform.score import score
from imagestack.work import MOST_TRIALS, TRIAL_SIDE, Work

# Below this the score does not tell what flat areas and edges look like.
_LOWEST = 20
# Scores of photographs by quality on the JPEG scale, in between straight lines; made by `bench/auto.py`. Against them
# a picture's own scores lie nearly on a straight line, so that few trials are enough.
_TYPICAL = ((0, 0.0), (20, 47.0), (40, 61.0), (60, 69.0), (80, 77.0), (90, 84.0), (95, 90.0), (100, 98.0))
# How far a picture's line may be from that, whatever two trials say.
_FLATTEST, _STEEPEST = 0.25, 4.0
# Further than any typical score is from another.
_BEYOND = 100.0
# A trial so close to another one would tell nothing new.
_NEAR = 2
# A large picture is tried by so many windows on each axis, since a smaller copy has more detail in each pixel. They
# start where blocks of a JPEG original may: there an encode costs it less than elsewhere.
_WINDOWS = 3
_BLOCK = 16
# Narrower strips would be scored at many times their size.
_LONGEST_RATIO = 16
_BEHIND = (128, 128, 128, 255)


@dataclass(frozen=True)
class Choice:
    """What was chosen, and the score that the trials foretell for it."""

    quality: int
    score: float


def choose(picture: Picture, work: Work) -> Choice:
    """The lowest quality that reaches the target of `work`; its highest if none does."""
    target = work.target or 0
    trial = replace(picture, image=part_of(picture.image))
    reference = _flattened(trial.image)
    possible = range(min(_LOWEST, work.quality), work.quality + 1)
    found: dict[int, float] = {}
    quality = _lowest_with(target, possible, found)
    while len(found) < MOST_TRIALS and all(abs(quality - tried) > _NEAR for tried in found):
        with Image.open(BytesIO(encode(trial, replace(work, quality=quality)))) as result:
            found[quality] = score(reference, _flattened(result))
        quality = _lowest_with(target, possible, found)
    return Choice(quality, _foretold(quality, found))


def _lowest_with(target: int, possible: range, found: dict[int, float]) -> int:
    return next((quality for quality in possible if _foretold(quality, found) >= target), possible[-1])


def _foretold(quality: int, found: dict[int, float]) -> float:
    """The score at a quality, by those that were found: straight lines against the typical scores."""
    typical = _interpolated(quality, _TYPICAL)
    if not found:
        return typical
    points = sorted((_interpolated(tried, _TYPICAL), score) for tried, score in found.items())
    slopes = [min(max((b[1] - a[1]) / (b[0] - a[0]), _FLATTEST), _STEEPEST) for a, b in pairwise(points)] or [1.0]
    (first, lowest), (last, highest) = points[0], points[-1]
    before = first - _BEYOND, lowest - _BEYOND * slopes[0]
    after = last + _BEYOND, highest + _BEYOND * slopes[-1]
    return min(max(_interpolated(typical, (before, *points, after)), 0.0), 100.0)


def _interpolated(at: float, points: Sequence[tuple[float, float]]) -> float:
    (low, low_value), (high, high_value) = next(pair for pair in pairwise(points) if at <= pair[1][0])
    return low_value + (at - low) * (high_value - low_value) / (high - low)


def part_of(image: Image.Image) -> Image.Image:
    """What stands for a picture in trials: windows of it beside each other, or all of a small one."""
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


def _flattened(image: Image.Image) -> Image.Image:
    """As a viewer may see it: transparency on grey."""
    return Image.alpha_composite(Image.new("RGBA", image.size, _BEHIND), image.convert("RGBA"))
