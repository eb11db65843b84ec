"""PNG of few colours: what they look like beside all of them."""

from collections.abc import Iterator

from PIL import Image

from imagestack.transform.drawn import is_drawn
from imagestack.transform.score import BEHIND, on, score

_MOST_COLOURS = 256
# Colours move to where they are needed until no more than this part of the pixels changes its colour.
_SETTLED = 1 / 100
# A small photograph amid flat areas would be lost in the score of the whole.
_WINDOW = 256


def few_colours(image: Image.Image) -> Image.Image | None:
    """The image with a palette; None if it has few colours as it is, or is no drawing.

    A photograph never looks the same with few colours, and takes ten times as long to find that out.
    """
    if image.mode not in ("RGB", "RGBA", "LA") or not is_drawn(image):
        return None
    if image.mode == "LA" or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.getcolors(_MOST_COLOURS) is not None:
        return None
    if image.mode == "RGBA":
        # The only method of Pillow's that knows alpha.
        return image.quantize(_MOST_COLOURS, Image.Quantize.FASTOCTREE)
    moving = int(image.width * image.height * _SETTLED)
    return image.quantize(_MOST_COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=moving + 1)


def lowest_score(reference: Image.Image, result: Image.Image) -> float:
    """The score of the worst window and band, on black and on white: `score` of all bands hardly sees colour."""
    return min(
        score(*(band.crop(box) for band in bands))
        for behind in BEHIND
        for bands in zip(*(on(behind, image).split() for image in (reference, result)), strict=True)
        for box in _windows(reference.size)
    )


def _windows(size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Boxes that cover everything; those at the right and at the bottom are up to half larger or smaller."""
    (columns, width), (rows, height) = ((range(0, max(side - _WINDOW // 2, 1), _WINDOW), side) for side in size)
    for left, right in zip(columns, (*columns[1:], width), strict=True):
        for top, bottom in zip(rows, (*rows[1:], height), strict=True):
            yield left, top, right, bottom
