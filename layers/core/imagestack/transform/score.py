"""How much a result looks like what was encoded."""

from math import log10

import blazediff_ssim
from PIL import Image

from imagestack.transform.lines import interpolated

# MS-SSIM, in decibels of what is lacking to 1, and the SSIMULACRA2 score that photographs with it have on the average;
# in between, straight lines. For one photograph it is off by up to 4, by the same for all its encodes. From 12 to 28 a
# curve of the fourth degree through the samples of docs/measurements/quality.csv, small ones that score from 40 to 95.
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
# Five scales of eleven pixels each: shorter sides are scored larger.
_LEAST_SIDE = 176


def score(reference: Image.Image, result: Image.Image) -> float:
    """What SSIMULACRA2 would say of a result, nearly: 100 is the same, 90 cannot be told apart by eye, 70 is good.

    Args:
        reference: the pixels that were encoded.
        result: the same size, as decoded.
    """
    if reference.has_transparency_data:
        # What is seen of a picture depends on what is behind it; these two are furthest apart.
        return min(score(*(on(colour, image) for image in (reference, result))) for colour in BEHIND)
    size = scored(reference.size)
    pixels = [_pixels(image, size) for image in (reference, result)]
    found = blazediff_ssim.compare_rgba(*pixels, *size, metric="ms-ssim").score
    decibels = -10 * log10(max(1 - found, _LOST_AT_MOST))
    return min(max(interpolated(decibels, _SCORES), 0.0), 100.0)


def on(colour: tuple[int, ...], image: Image.Image) -> Image.Image:
    """The image before a colour that shows through."""
    return Image.alpha_composite(Image.new("RGBA", image.size, colour), image.convert("RGBA")).convert("RGB")


def scored(size: tuple[int, int]) -> tuple[int, int]:
    """Width and height at which a picture of this width and height is scored."""
    width, height = (side * -(-_LEAST_SIDE // side) for side in size)
    return width, height


def _pixels(image: Image.Image, size: tuple[int, int]) -> bytes:
    if image.size != size:
        image = image.resize(size, Image.Resampling.NEAREST)
    return image.convert("RGBA").tobytes()
