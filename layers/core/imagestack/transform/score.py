"""How similar a result looks to the pixels before the encode."""

from math import log10

import blazediff_ssim
from PIL import Image

from imagestack.transform.lines import interpolated

# MS-SSIM in decibels, as -10 log10(1 - MS-SSIM), and the mean SSIMULACRA2 of photographs that have it. Between points
# the relation is linear. For one photograph the score is off by up to 4, by the same amount for all its encodes.
# From 12 to 28 the points lie on a curve of the fourth degree through small samples of docs/measurements/quality.csv
# that score from 40 to 95.
_SCORES = (
    (8.0, 0.0),
    (12.0, 22.0),
    (14.0, 32.7),
    (16.0, 43.3),
    (18.0, 53.3),
    (20.0, 62.3),
    (22.0, 70.1),
    (24.0, 76.4),
    (26.0, 81.1),
    (28.0, 84.5),
    (30.0, 87.0),
    (35.0, 92.0),
    (40.0, 100.0),
)
_LOST_AT_MOST = 1e-4
BEHIND = ((0, 0, 0, 255), (255, 255, 255, 255))
# Five scales of eleven pixels each. Shorter sides are enlarged before the score.
_LEAST_SIDE = 176


def score(reference: Image.Image, result: Image.Image) -> float:
    """An estimate of SSIMULACRA2: 100 is equal, 90 looks equal, 70 is good.

    Args:
        reference: the pixels before the encode.
        result: the decoded result, of the same size.
    """
    if reference.has_transparency_data:
        # How a transparent picture looks depends on the background; these two differ most.
        return min(score(*(on(colour, image) for image in (reference, result))) for colour in BEHIND)
    size = scored(reference.size)
    pixels = [_pixels(image, size) for image in (reference, result)]
    found = blazediff_ssim.compare_rgba(*pixels, *size, metric="ms-ssim").score
    decibels = -10 * log10(max(1 - found, _LOST_AT_MOST))
    return min(max(interpolated(decibels, _SCORES), 0.0), 100.0)


def on(colour: tuple[int, ...], image: Image.Image) -> Image.Image:
    """The image on a background of this colour, without alpha."""
    return Image.alpha_composite(Image.new("RGBA", image.size, colour), image.convert("RGBA")).convert("RGB")


def scored(size: tuple[int, int]) -> tuple[int, int]:
    """The width and height at which a picture of this width and height is scored."""
    width, height = (side * -(-_LEAST_SIDE // side) for side in size)
    return width, height


def _pixels(image: Image.Image, size: tuple[int, int]) -> bytes:
    if image.size != size:
        image = image.resize(size, Image.Resampling.NEAREST)
    return image.convert("RGBA").tobytes()
