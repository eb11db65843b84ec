"""The pixels that a query gives: exact cuts, Lanczos in floating point, colours weighted by alpha."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from tests.support.reference.geometry import (
    LONGEST,
    Numbers,
    SkippedError,
    corner,
    largest_density,
    region,
    side,
    target,
    within,
)

Pixels = NDArray[np.float64]
"""Rows, columns, and red, green, blue and alpha from 0 to 255."""
_LOBES = 3
_ONE = Fraction(1)


def rendered(original: Pixels, query: Mapping[str, str]) -> Pixels:
    """What a query makes of an upright picture."""
    picture = original
    if "rotate" in query:
        picture = np.rot90(picture, -int(query["rotate"]) // 90)
    if "h" in query.get("flip", ""):
        picture = picture[:, ::-1]
    if "v" in query.get("flip", ""):
        picture = picture[::-1]
    if "area" in query:
        try:
            left, top, width, height = region(query["area"], _size(picture))
            picture = picture[top : top + height, left : left + width]
        except SkippedError:
            pass
    picture, canvas, point = _resized_and_cropped(picture, query)
    if "background" in query:
        picture = _on(picture, _colour(query["background"]))
    return picture if canvas is None else _padded(picture, canvas, query, point)


def _resized_and_cropped(
    picture: Pixels, query: Mapping[str, str]
) -> tuple[Pixels, Numbers | None, tuple[Fraction, Fraction] | None]:
    """The picture, the canvas of a pad, and the point of gravity in pixels of the picture."""
    entered = _size(picture)
    point = _point(query, entered)
    plain, density, canvas = entered, None, None
    if "width" in query or "height" in query:
        scaled, kept, plain, density, canvas = _sizes(query, entered)
        if scaled is not None and kept is not None:
            left, top = corner(_word(query), point and _moved(point, entered, scaled, (0, 0)), scaled, kept)
            picture = lanczos(picture, scaled)[top : top + kept[1], left : left + kept[0]]
            point = point and _moved(point, entered, scaled, (left, top))
    if "crop" in query:
        if density is None:
            asked = Fraction(query.get("dpr", "1"))
            density = max(_ONE, min(asked, largest_density(query["crop"], _size(picture))))
        try:
            region(query["crop"], plain)
            left, top, width, height = region(query["crop"], _size(picture), density)
            if query["crop"].count(",") == (0 if ":" in query["crop"] else 1):
                left, top = corner(_word(query), point, _size(picture), (width, height))
            picture = picture[top : top + height, left : left + width]
            point = point and (point[0] - left, point[1] - top)
        except SkippedError:
            pass
    return picture, canvas, point


def _sizes(
    query: Mapping[str, str], size: Numbers
) -> tuple[Numbers | None, Numbers | None, Numbers, Fraction, Numbers | None]:
    """Scaled and kept size, the kept size at density 1, the density, and the canvas; no sizes where it is skipped."""
    is_pad = query.get("fit") == "pad" and "width" in query and "height" in query
    enlarge = query.get("enlarge", "false")
    density = _lowered(query, size, is_pad=is_pad)
    scaled, kept = target(query, size, density)
    plain = target(query, size, _ONE)[1]
    limits = _limits(size) if enlarge == "true" else size
    if is_pad:
        box = side(int(query["width"]) * density), side(int(query["height"]) * density)
        most = max(size[0], LONGEST), max(size[1], LONGEST)
        if not within(box, most):
            raise NotImplementedError("tests of the limit are elsewhere")
        if not within(scaled, limits):
            scaled = target({**query, "width": str(limits[0]), "height": str(limits[1])}, size, _ONE)[0]
        shown = plain if within(plain, limits) else size
        return scaled, scaled, shown if density > 1 else scaled, density, box
    if within(kept, limits):
        return scaled, kept, plain, density, None
    if enlarge == "false":
        return None, None, size, _ONE, None
    scaled, kept = _shrunk(query, size, limits)
    return scaled, kept, kept, _ONE, None


def _lowered(query: Mapping[str, str], size: Numbers, *, is_pad: bool) -> Fraction:
    """The density, lowered until the result is no larger than the picture, but not below 1."""
    asked = Fraction(query.get("dpr", "1"))
    if asked == 1:
        return asked
    width, height = (Fraction(int(query[name])) if name in query else None for name in ("width", "height"))
    if width is None or height is None:
        held = Fraction(size[0]) / width if width is not None else Fraction(size[1]) / (height or _ONE)
    else:
        both = (size[0] / width, size[1] / height)
        held = {
            "fit": min(both),
            "force": min(both),
            "contain": max(both),
            "pad": max(both),
            "bounds": both[0] if width >= height else both[1],
            "cover": both[0] if width < height else both[1],
        }[query.get("fit", "fit")]
    density = max(_ONE, min(asked, held))
    if is_pad and width and height:
        density = min(density, max(size[0], LONGEST) / width, max(size[1], LONGEST) / height)
    return density


def _shrunk(query: Mapping[str, str], size: Numbers, limits: Numbers) -> tuple[Numbers, Numbers]:
    """The largest result of the requested shape within limits."""
    if "width" in query and "height" in query and query.get("fit", "fit") in ("fit", "force"):
        factor = min(Fraction(limits[0], int(query["width"])), Fraction(limits[1], int(query["height"])))
        return target(query, size, factor)
    scale = min(Fraction(limits[0], size[0]), Fraction(limits[1], size[1]))
    found = side(size[0] * scale), side(size[1] * scale)
    return found, found


def _limits(size: Numbers) -> Numbers:
    """How large a picture may become by `enlarge=true`."""
    return max(size[0], min(4 * size[0], LONGEST)), max(size[1], min(4 * size[1], LONGEST))


def lanczos(picture: Pixels, size: Numbers) -> Pixels:
    """Scale with a Lanczos filter of three lobes, as wide as the reduction, with colours weighted by alpha."""
    if _size(picture) == size:
        return picture
    alpha = picture[..., 3:] / 255
    weighted = np.concatenate([picture[..., :3] * alpha, picture[..., 3:]], axis=2)
    across, down = _filter(picture.shape[1], size[0]), _filter(picture.shape[0], size[1])
    scaled = np.tensordot(down, across @ weighted, axes=(1, 0))
    opacity = np.clip(scaled[..., 3:], 0, 255)
    with np.errstate(divide="ignore", invalid="ignore"):
        colours = np.where(opacity > 0, scaled[..., :3] * 255 / opacity, 0)
    return np.concatenate([np.clip(colours, 0, 255), opacity], axis=2)


def _filter(length: int, wanted: int) -> Pixels:
    scale = max(length / wanted, 1)
    centres = (np.arange(wanted) + 0.5) * length / wanted - 0.5
    distance = (np.arange(length)[None, :] - centres[:, None]) / scale
    weights = np.where(np.abs(distance) < _LOBES, np.sinc(distance) * np.sinc(distance / _LOBES), 0)
    found: Pixels = weights / weights.sum(axis=1, keepdims=True)
    return found


def _padded(
    picture: Pixels, canvas: Numbers, query: Mapping[str, str], point: tuple[Fraction, Fraction] | None
) -> Pixels:
    left, top = corner(_word(query), point, _size(picture), canvas)
    found = np.empty((canvas[1], canvas[0], 4))
    found[:] = _colour(query.get("background", "ffffff00"))
    height, width = picture.shape[:2]
    found[-top : -top + height, -left : -left + width] = picture
    return found


def _on(picture: Pixels, behind: Pixels) -> Pixels:
    """A picture over a colour (Porter and Duff, "over")."""
    alpha, opacity = picture[..., 3:] / 255, behind[3] / 255
    total = alpha + opacity * (1 - alpha)
    with np.errstate(divide="ignore", invalid="ignore"):
        mixed = (picture[..., :3] * alpha + behind[:3] * opacity * (1 - alpha)) / total
    return np.concatenate([np.where(total > 0, mixed, 0), total * 255], axis=2)


def _colour(text: str) -> Pixels:
    values = [int(text[at : at + 2], 16) for at in range(0, len(text), 2)]
    return np.array([*values, 255][:4], dtype=float)


def _size(picture: Pixels) -> Numbers:
    return picture.shape[1], picture.shape[0]


def _word(query: Mapping[str, str]) -> str:
    word = query.get("gravity", "center")
    return "center" if word.startswith("x") else word


def _point(query: Mapping[str, str], size: Numbers) -> tuple[Fraction, Fraction] | None:
    text = query.get("gravity", "")
    if not text.startswith("x"):
        return None
    x, y = (Fraction(int(part[1:-1]), 100) for part in text.split(","))
    return x * size[0], y * size[1]


def _moved(
    point: tuple[Fraction, Fraction], before: Numbers, scaled: Numbers, corner_: tuple[int, int]
) -> tuple[Fraction, Fraction]:
    return (
        point[0] * scaled[0] / before[0] - corner_[0],
        point[1] * scaled[1] / before[1] - corner_[1],
    )
