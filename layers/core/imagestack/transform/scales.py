"""One quality scale for all encoders. `bench.quality` makes these data from its measurements."""

from imagestack.transform.lines import at_quality

_LAST = (100, 100)
# For each of `QUALITIES`, by pixels of the result: a small picture of a scene has more detail in each pixel, and
# encoders react to that differently.
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
"""The number of an encoder at which photographs have the score of JPEG (SSIMULACRA2), by pixels."""


def encoder_number(encoder: str, quality: int, pixels: int) -> int:
    """An encoder's own number for a quality on the JPEG scale, both 0 to 100, for a result of this many pixels."""
    return round(at_quality(SCALES[encoder], quality, pixels, _LAST))
