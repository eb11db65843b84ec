"""PNG with a palette: reduces the colours and compares the result with all colours."""

from collections.abc import Iterator

from PIL import Image

from imagestack.transform.drawn import is_drawn
from imagestack.transform.score import BEHIND, on, score

_MOST_COLOURS = 256
# The palette is improved until at most this part of the pixels changes its colour.
_SETTLED = 1 / 100
# Windows of this many pixels a side are scored: a small photograph in flat areas hardly shows in the whole score.
_WINDOW = 256


def few_colours(image: Image.Image) -> Image.Image | None:
    """The image with a palette; None if it already has few colours, or is no drawing.

    A photograph never looks the same with few colours, and the attempt takes ten times as long.
    """
    if image.mode not in ("RGB", "RGBA", "LA") or not is_drawn(image):
        return None
    if image.mode == "LA" or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.getcolors(_MOST_COLOURS) is not None:
        return None
    if image.mode == "RGBA":
        # Pillow's only method that supports alpha.
        return image.quantize(_MOST_COLOURS, Image.Quantize.FASTOCTREE)
    moving = int(image.width * image.height * _SETTLED)
    return image.quantize(_MOST_COLOURS, Image.Quantize.MAXCOVERAGE, kmeans=moving + 1)


def lowest_score(reference: Image.Image, result: Image.Image) -> float:
    """The score of the worst window and band, on black and on white. `score` of all bands hardly reacts to colour."""
    return min(
        score(*(band.crop(box) for band in bands))
        for behind in BEHIND
        for bands in zip(*(on(behind, image).split() for image in (reference, result)), strict=True)
        for box in _windows(reference.size)
    )


def _windows(size: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Boxes that cover the image. Those at the right and at the bottom are up to half larger or smaller."""
    (columns, width), (rows, height) = ((range(0, max(side - _WINDOW // 2, 1), _WINDOW), side) for side in size)
    for left, right in zip(columns, (*columns[1:], width), strict=True):
        for top, bottom in zip(rows, (*rows[1:], height), strict=True):
            yield left, top, right, bottom
