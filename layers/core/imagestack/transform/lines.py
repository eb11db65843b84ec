from bisect import bisect_left
from collections.abc import Mapping, Sequence
from math import log

QUALITIES = (30, 40, 50, 60, 70, 80, 90, 95)
"""On the JPEG scale, that of `quality` (spec section 3): where it was measured what encoders do."""

Point = tuple[float, float]


def interpolated(value: float, points: Sequence[Point]) -> float:
    """The second coordinate at `value` of the first: straight lines between points; beyond the ends they go on."""
    at = min(max(bisect_left(points, (value,)), 1), len(points) - 1)
    (low, low_value), (high, high_value) = points[at - 1 : at + 1]
    return low_value + (value - low) * (high_value - low_value) / (high - low)


def at_quality(measured: Mapping[int, Sequence[float]], quality: int, pixels: int, last: Point) -> float:
    """What was measured for each of `QUALITIES` and some sizes, for any quality and size.

    Args:
        measured: by pixels of the result, ascending; 0 at quality 0.
        quality: 0 to 100.
        pixels: of the result; beyond what was measured it is as at the nearest.
        last: a quality behind all of them, and what is true of every size there.
    """
    rows = [
        (log(area), interpolated(quality, ((0, 0), *zip(QUALITIES, values, strict=True), last)))
        for area, values in measured.items()
    ]
    return interpolated(min(max(log(pixels), rows[0][0]), rows[-1][0]), rows)
