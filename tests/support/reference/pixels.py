"""The pixels of a result: exact cuts, Lanczos in floating point, colours weighted by alpha."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from tests.support.reference.geometry import Box, Pair, Settled

Pixels = NDArray[np.float64]
"""Rows, columns, and red, green, blue and alpha from 0 to 255."""
Values = NDArray[np.float64]
_LOBES = 3
_WHITE = "ffffff"


def draw(
    picture: Pixels, settled: Settled, background: str = "", *, linear: bool = False, opaque: bool = False
) -> Pixels:
    """Draw the result of an upright picture.

    Args:
        picture: the upright picture.
        settled: what is done with it.
        background: `RRGGBB` or `RRGGBBAA`; nothing is transparent.
        linear: whether the resize works in linear light.
        opaque: whether the format of the result has no transparency. It lies on white then.
    """
    found = np.rot90(picture, -settled.degrees // 90)
    found = found[:, ::-1] if "h" in settled.axes else found
    found = found[::-1] if "v" in settled.axes else found
    found = resampled(_cut(found, settled.area), settled.scaled, linear=linear)
    found = _cut(_cut(found, settled.window), settled.crop)
    canvas = np.zeros((settled.canvas[1], settled.canvas[0], 4))
    (left, top), (width, height) = settled.corner, settled.crop.size
    canvas[top : top + height, left : left + width] = found
    if background:
        canvas = over(canvas, colour(background))
    return over(canvas, colour(_WHITE)) if opaque else canvas


def colour(text: str) -> Values:
    """Red, green, blue and alpha of `RRGGBB` or `RRGGBBAA`."""
    return np.array([*bytes.fromhex(text), 255][:4], dtype=float)


def over(picture: Pixels, behind: Values) -> Pixels:
    """Put a picture over a colour, as Porter and Duff define `over`."""
    front, back = picture[..., 3:] / 255, behind[3] / 255 * (1 - picture[..., 3:] / 255)
    weight = front + back
    mixed = picture[..., :3] * front + behind[:3] * back
    colours = np.divide(mixed, weight, out=np.zeros_like(mixed), where=weight > 0)
    return np.concatenate([colours, weight * 255], axis=2)


def resampled(picture: Pixels, size: Pair, *, linear: bool = False) -> Pixels:
    """Scale with a Lanczos filter of three lobes, which is as wide as the reduction."""
    height, width = picture.shape[:2]
    if (width, height) == size:
        return picture
    alpha = picture[..., 3:] / 255
    light = to_light(picture[..., :3]) if linear else picture[..., :3]
    # Single precision is exact to a thousandth of a step, and takes half of the time.
    across, down = (weights(*lengths).astype(np.float32) for lengths in ((width, size[0]), (height, size[1])))
    weighted = np.concatenate([light * alpha, alpha], axis=2).astype(np.float32)
    channels = (np.ascontiguousarray(weighted[..., at]) for at in range(weighted.shape[2]))
    scaled = np.stack([np.linalg.multi_dot([down, channel, across.T]) for channel in channels], axis=2).astype(float)
    opacity = np.clip(scaled[..., 3:], 0, 1)
    light = np.divide(scaled[..., :3], opacity, out=np.zeros_like(scaled[..., :3]), where=opacity > 0)
    colours = from_light(light) if linear else light
    return np.concatenate([np.clip(colours, 0, 255), opacity * 255], axis=2)


@cache
def weights(length: int, wanted: int) -> Values:
    """The share of each pixel of a row (columns) in each pixel of the scaled row (rows)."""
    scale = length / wanted
    centres = (np.arange(wanted) + 0.5) * scale - 0.5
    distance = (np.arange(length) - centres[:, None]) / max(scale, 1)
    shares = np.where(np.abs(distance) < _LOBES, np.sinc(distance) * np.sinc(distance / _LOBES), 0)
    found: Values = shares / shares.sum(axis=1, keepdims=True)
    return found


def to_light(numbers: Values) -> Values:
    """Numbers of sRGB from 0 to 255 as light from 0 to 1 (IEC 61966-2-1)."""
    parts = numbers / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def from_light(light: Values) -> Values:
    """The inverse of `to_light`."""
    light = np.clip(light, 0, 1)
    return 255 * np.where(light <= 0.0031308, light * 12.92, 1.055 * light ** (1 / 2.4) - 0.055)


def difference(found: Pixels, expected: Pixels) -> float:
    """The largest difference of two pictures of one size: of alpha, or of a colour by how much can be seen of it."""
    assert found.shape == expected.shape
    apart = np.abs(found - expected)
    seen = np.minimum(found[..., 3:], expected[..., 3:]) / 255
    return float(max((apart[..., :3] * seen).max(), apart[..., 3].max()))


def _cut(picture: Pixels, box: Box) -> Pixels:
    (left, top), (width, height) = box.corner, box.size
    return picture[top : top + height, left : left + width]
