"""Pictures that tell the place of each pixel, and the place that each pixel of a result comes from."""

import numpy as np
from numpy.typing import NDArray

from tests.support.reference.geometry import Pair, Settled
from tests.support.reference.pixels import Pixels

PERIOD = 64
"""Pixels of one wave of `waves`."""
_AMPLITUDE = 100
_MIDDLE = 128

Numbers = NDArray[np.float64]


def sources(settled: Settled) -> tuple[Numbers, Numbers]:
    """The columns and rows of the upright picture that lie under the centres of the result's pixels.

    Pixels of a canvas beside the picture lie outside the picture.
    """
    shown = []
    for at in (0, 1):
        result = np.arange(settled.canvas[at]) - settled.corner[at]
        result = np.where((result >= 0) & (result < settled.crop.size[at]), result, np.nan)
        scaled = result + settled.crop.corner[at] + settled.window.corner[at]
        entered = (scaled + 0.5) * settled.area.size[at] / settled.scaled[at] - 0.5
        shown.append(entered + settled.area.corner[at])
    x, y = np.meshgrid(*shown)
    sides = settled.entered
    turned = sides[::-1] if settled.degrees in (90, 270) else sides
    x = turned[0] - 1 - x if "h" in settled.axes else x
    y = turned[1] - 1 - y if "v" in settled.axes else y
    for _ in range(settled.degrees // 90):
        # Undo a quarter turn: the right side becomes the top.
        x, y, turned = y, turned[0] - 1 - x, (turned[1], turned[0])
    return x, y


def waves(size: Pair) -> Pixels:
    """Red waves across, green waves down, and blue that grows from the upper left to the lower right corner."""
    x, y = np.meshgrid(np.arange(size[0], dtype=float), np.arange(size[1], dtype=float))
    red, green = (_MIDDLE + _AMPLITUDE * np.sin(2 * np.pi * at / PERIOD) for at in (x, y))
    blue = 255 * (x / size[0] + y / size[1]) / 2
    return _rounded(red, green, blue)


def slopes(size: Pair) -> Pixels:
    """Red that grows from left to right, green that grows downwards, and blue that does both."""
    x, y = np.meshgrid(np.linspace(0, 255, size[0]), np.linspace(0, 255, size[1]))
    return _rounded(x, y, (x + y) / 2)


def _rounded(*colours: Numbers) -> Pixels:
    """An opaque picture of these colours."""
    return np.stack([*colours, np.full_like(colours[0], 255)], axis=2).round()


def transparent(picture: Pixels) -> Pixels:
    """The same picture with an opacity that changes smoothly and is nowhere near 0 or 255."""
    y, x = np.indices(picture.shape[:2])
    opacity = np.round(128 + 100 * np.sin(x / 20 + y / 30))
    return np.concatenate([picture[..., :3], opacity[..., None]], axis=2)


def noise(size: Pair) -> Pixels:
    """Random colours, the same ones each time."""
    picture = np.random.default_rng(size).integers(0, 256, (size[1], size[0], 4)).astype(float)
    picture[..., 3] = 255
    return picture


def errors(result: Pixels, settled: Settled) -> tuple[float, float]:
    """How far a result of `waves` is from its place, in pixels of the result, across and down.

    The phase of the waves at the expected places is fitted over all pixels, so that errors of single pixels cancel out.
    """
    found = []
    for channel, place, scale in zip((0, 1), sources(settled), _scales(settled), strict=True):
        is_shown = ~np.isnan(place)
        angle = 2 * np.pi * place[is_shown] / PERIOD
        base = np.stack([np.sin(angle), np.cos(angle), np.ones_like(angle)], axis=1)
        sine, cosine, _ = np.linalg.lstsq(base, result[..., channel][is_shown], rcond=None)[0]
        found.append(float(np.arctan2(cosine, sine)) * PERIOD / (2 * np.pi) / scale)
    return abs(found[0]), abs(found[1])


def _scales(settled: Settled) -> tuple[float, float]:
    """Pixels of the upright picture for one of the result, across and down the upright picture."""
    scales = [settled.area.size[at] / settled.scaled[at] for at in (0, 1)]
    return (scales[1], scales[0]) if settled.degrees in (90, 270) else (scales[0], scales[1])
