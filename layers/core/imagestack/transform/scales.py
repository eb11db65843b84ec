"""One quality scale for all encoders: data, made by `bench.quality` from what it measured."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise
from math import log

QUALITIES = (30, 40, 50, 60, 70, 80, 90, 95)
"""On the JPEG scale, that of `quality` (spec section 3); the columns of `SCALES`."""

# By the pixels of a result: small pictures of a scene have more detail a pixel, which encoders bear differently.
SCALES: dict[str, dict[int, tuple[int, ...]]] = {
    "webp-4": {
        107_000: (30, 41, 51, 60, 72, 80, 89, 96),
        380_000: (31, 45, 57, 68, 76, 83, 91, 96),
        3_000_000: (40, 57, 70, 76, 82, 87, 93, 98),
    },
    "webp-6": {
        107_000: (31, 42, 53, 62, 73, 81, 89, 96),
        380_000: (32, 45, 57, 68, 76, 83, 91, 97),
        3_000_000: (40, 57, 70, 76, 82, 87, 93, 98),
    },
    "aom-9": {
        107_000: (42, 48, 52, 55, 60, 67, 80, 92),
        380_000: (41, 47, 52, 56, 61, 69, 82, 93),
        3_000_000: (39, 45, 51, 55, 61, 71, 84, 94),
    },
    "aom-8": {
        107_000: (41, 47, 51, 54, 59, 66, 79, 91),
        380_000: (40, 47, 51, 55, 60, 68, 82, 92),
    },
    "aom-7": {
        107_000: (41, 46, 50, 53, 59, 65, 78, 91),
        380_000: (40, 46, 50, 54, 59, 67, 81, 92),
    },
    "aom-6": {
        380_000: (39, 45, 50, 54, 59, 67, 81, 92),
        3_000_000: (37, 44, 50, 54, 60, 70, 83, 93),
    },
    "aom-4": {
        107_000: (39, 45, 49, 52, 57, 63, 76, 89),
        380_000: (38, 45, 49, 53, 58, 66, 80, 91),
    },
}
"""The number of an encoder at which photographs score as JPEG does (SSIMULACRA2), by pixels."""


def encoder_number(encoder: str, quality: int, pixels: int) -> int:
    """An encoder's own number for a quality on the JPEG scale, both 0 to 100, for a result of so many pixels.

    Between what was measured run straight lines, over the logarithm of the pixels.
    """
    rows = [(log(area), _number(numbers, quality)) for area, numbers in SCALES[encoder].items()]
    area = min(max(log(pixels), rows[0][0]), rows[-1][0])
    return round(_interpolated(area, rows))


def _number(numbers: Sequence[int], quality: int) -> float:
    return _interpolated(quality, ((0, 0), *zip(QUALITIES, numbers, strict=True), (100, 100)))


def _interpolated(value: float, points: Sequence[tuple[float, float]]) -> float:
    at = max(bisect_left(points, (value,)), 1)
    (low, low_value), (high, high_value) = list(pairwise(points))[at - 1]
    return low_value + (value - low) * (high_value - low_value) / (high - low)
