"""Linear interpolation of measured values."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from math import log

QUALITIES = (30, 40, 50, 60, 70, 80, 90, 95)
"""The qualities at which encoders were measured, on the JPEG scale (docs/specification.md#section-3)."""

Point = tuple[float, float]


def interpolated(value: float, points: Sequence[Point]) -> float:
    """The second coordinate where the first is `value`: straight lines between points, extended beyond both ends."""
    at = min(max(bisect_left(points, (value,)), 1), len(points) - 1)
    (low, low_value), (high, high_value) = points[at - 1 : at + 1]
    return low_value + (value - low) * (high_value - low_value) / (high - low)


def at_quality(measured: Mapping[int, Sequence[float]], quality: int, pixels: int, last: Point) -> float:
    """Measurements for each of `QUALITIES` and a few sizes, interpolated for any quality and size.

    Args:
        measured: by pixels of the result, ascending. The value at quality 0 is 0.
        quality: 0 to 100.
        pixels: of the result. Beyond the measured sizes the nearest one counts.
        last: a quality above all of `QUALITIES`, and the value of every size there.
    """
    rows = [
        (log(area), interpolated(quality, ((0, 0), *zip(QUALITIES, values, strict=True), last)))
        for area, values in measured.items()
    ]
    return interpolated(min(max(log(pixels), rows[0][0]), rows[-1][0]), rows)
