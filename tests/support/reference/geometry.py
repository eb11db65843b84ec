"""Sizes and boxes of a result, in exact fractions (docs/specification.md#section-3 and #section-10)."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor

ENLARGES = "resizing: destination image width or height parameter is more than the original image size"
AREA_TOO_LARGE = "cropping: output height and width cannot be bigger than the original image size"
PIXELS_TOO_LARGE = "cropping: output x/y pixel value cannot be more than the original image pixels"
PERCENT_TOO_LARGE = "cropping: output x/y percentage value cannot be more than the original image size"

LONGEST_SIDE = 8192
MOST_TIMES = 4
_ONE, _HALF = Fraction(1), Fraction(1, 2)

ANCHORS = {
    f"{vertical}{horizontal}" or "center": (x, y)
    for vertical, y in (("north", Fraction(0)), ("", _HALF), ("south", _ONE))
    for horizontal, x in (("west", Fraction(0)), ("", _HALF), ("east", _ONE))
}
"""The parts of the free space that lie left of a window and above it, by compass word."""

Pair = tuple[int, int]
"""Horizontal and vertical: a size or a corner."""
Exact = tuple[Fraction, Fraction]
"""Horizontal and vertical: a point or a size that is not yet rounded."""


@dataclass(frozen=True)
class Box:
    """A part of a picture, in pixels."""

    corner: Pair
    size: Pair


@dataclass(frozen=True)
class Settled:
    """What a query comes to on an upright picture, in the order of work.

    Attributes:
        entered: size of the upright picture.
        degrees: clockwise rotation.
        axes: `h`, `v`, `hv` or nothing: the mirrored axes after the rotation.
        area: part of the turned picture that enters the resize.
        scaled: size to which this part is scaled.
        window: part of the scaled picture that `fit=fit` keeps.
        crop: part of that window.
        canvas: size of the result.
        corner: place of the picture on the canvas.
        operations: names of what is done, in order.
        reasons: of what is skipped, in order, each once.
    """

    entered: Pair
    degrees: int
    axes: str
    area: Box
    scaled: Pair
    window: Box
    crop: Box
    canvas: Pair
    corner: Pair
    operations: tuple[str, ...]
    reasons: tuple[str, ...]


class SkippedError(Exception):
    """An operation that the picture does not allow."""


def nearest(value: Fraction) -> int:
    """Round to a whole number; halves go up."""
    return floor(value + _HALF)


def settle(query: Mapping[str, str], upright: Pair, focus: Pair | None = None) -> Settled:
    """Settle a query of good values.

    Args:
        query: its parameters.
        upright: size of the upright picture.
        focus: the point that is stored with the original, in percent of the upright picture.
    """
    reasons: dict[str, list[str]] = {"resizing": [], "cropping": []}
    degrees, axes = int(query.get("rotate", "0")), query.get("flip", "")
    turned = upright[::-1] if degrees in (90, 270) else upright
    area = Box((0, 0), turned)
    if "area" in query:
        try:
            area = _region(query["area"], turned)
        except SkippedError as skipped:
            reasons["cropping"].append(str(skipped))
    point = _point_of_interest(query, focus, degrees, axes, turned, area)
    try:
        resize = _resize(query, area.size)
    except SkippedError as skipped:
        reasons["resizing"].append(str(skipped))
        resize = _Resize(area.size, area.size, area.size, _ONE)
    point = point and _product(point, _quotient(resize.scaled, area.size))
    window = Box(_place(query, point, resize.scaled, resize.kept), resize.kept)
    point = point and _difference(point, window.corner)
    crop = Box((0, 0), window.size)
    if "crop" in query:
        try:
            crop = _crop(query, point, resize)
        except SkippedError as skipped:
            reasons["cropping"].append(str(skipped))
    point = point and _difference(point, crop.corner)
    canvas = resize.canvas or crop.size
    performed = {
        "rotate": degrees != 0,
        "flip": axes != "",
        "area": area.size != turned,
        "resize": (resize.scaled, resize.kept) != (area.size, area.size),
        "crop": crop.size != window.size,
        "pad": canvas != crop.size,
    }
    return Settled(
        entered=upright,
        degrees=degrees,
        axes=axes,
        area=area,
        scaled=resize.scaled,
        window=window,
        crop=crop,
        canvas=canvas,
        corner=_place_on_canvas(query, point, crop.size, canvas),
        operations=tuple(name for name, is_done in performed.items() if is_done),
        reasons=tuple(dict.fromkeys((*reasons["resizing"], *reasons["cropping"]))),
    )


# Resize


@dataclass(frozen=True)
class _Resize:
    """A settled resize.

    Attributes:
        scaled: size to which the picture is scaled.
        kept: size that is kept of it.
        kept_at_one: the same where `dpr` is 1.
        density: the effective `dpr`.
        canvas: of `fit=pad`.
    """

    scaled: Pair
    kept: Pair
    kept_at_one: Pair
    density: Fraction
    canvas: Pair | None = None


def _resize(query: Mapping[str, str], size: Pair) -> _Resize:
    asked = Fraction(query.get("dpr", "1"))
    if not {"width", "height"} & query.keys():
        return _Resize(size, size, size, max(_ONE, min(asked, _density_of_crop(query, size))))
    held = min(_quotient(size, _unrounded(query, size)))
    density = max(_ONE, min(asked, held))
    if _fit(query) == "pad":
        return _pad(query, size, density)
    scaled, kept = _rounded(query, size, density)
    at_one = _rounded(query, size, _ONE)[1]
    if _is_within(at_one, _limits(query, size)):
        return _Resize(scaled, kept, at_one, density)
    if query.get("enlarge", "false") == "false":
        raise SkippedError(ENLARGES)
    scaled, kept = _largest(query, size)
    return _Resize(scaled, kept, kept, _ONE)


def _pad(query: Mapping[str, str], size: Pair, density: Fraction) -> _Resize:
    numbers = int(query["width"]), int(query["height"])
    most = max(LONGEST_SIDE, size[0]), max(LONGEST_SIDE, size[1])
    if not _is_within(numbers, most) and query.get("enlarge", "false") == "false":
        raise SkippedError(ENLARGES)
    # Below 1 the canvas shrinks to its limits.
    factor = min(density, *_quotient(most, numbers))
    limits = _limits(query, size)
    found = []
    for one in (factor, min(factor, _ONE)):
        picture = _rounded(query, size, one)[0]
        found.append(picture if _is_within(picture, limits) else _times(size, min(_quotient(limits, size))))
    return _Resize(found[0], found[0], found[1], max(_ONE, factor), _times(numbers, factor))


def _fit(query: Mapping[str, str]) -> str:
    return query.get("fit", "fit") if {"width", "height"} <= query.keys() else "one side"


def _scale(query: Mapping[str, str], size: Pair, numbers: tuple[int | Fraction | None, ...]) -> Fraction:
    """The factor of a fit that keeps the aspect ratio."""
    width, height = numbers
    if width is None or height is None:
        return Fraction(height) / size[1] if height is not None else Fraction(width or 0) / size[0]
    across, down = Fraction(width) / size[0], Fraction(height) / size[1]
    return {
        "fit": max(across, down),
        "contain": min(across, down),
        "pad": min(across, down),
        "bounds": across if width >= height else down,
        "cover": across if width < height else down,
    }[_fit(query)]


def _numbers(query: Mapping[str, str]) -> tuple[int | None, ...]:
    return tuple(int(query[name]) if name in query else None for name in ("width", "height"))


def _unrounded(query: Mapping[str, str], size: Pair) -> Exact:
    """The exact size of the picture that results at `dpr` 1."""
    width, height = _numbers(query)
    if _fit(query) in ("fit", "force"):
        return Fraction(width or 0), Fraction(height or 0)
    scale = _scale(query, size, (width, height))
    return size[0] * scale, size[1] * scale


def _rounded(query: Mapping[str, str], size: Pair, density: Fraction) -> tuple[Pair, Pair]:
    """The size to scale to and the size that is kept, wherever it leads."""
    width, height = (None if number is None else max(1, nearest(number * density)) for number in _numbers(query))
    if width is not None and height is not None and _fit(query) == "force":
        return (width, height), (width, height)
    scaled = _times(size, _scale(query, size, (width, height)))
    if width is not None and height is not None and _fit(query) == "fit":
        return scaled, (width, height)
    return scaled, scaled


def _largest(query: Mapping[str, str], size: Pair) -> tuple[Pair, Pair]:
    """The largest result of the requested shape within the limits."""
    limits = _limits(query, size)
    if _fit(query) in ("fit", "force"):
        return _rounded(query, size, min(_quotient(limits, _unrounded(query, size))))
    scaled = _times(size, min(_quotient(limits, size)))
    return scaled, scaled


def _limits(query: Mapping[str, str], size: Pair) -> Pair:
    """The largest width and height of a result."""
    if query.get("enlarge") != "true":
        return size
    width, height = (max(one, min(MOST_TIMES * one, LONGEST_SIDE)) for one in size)
    return width, height


# Crop and area


def _crop(query: Mapping[str, str], point: Exact | None, resize: _Resize) -> Box:
    _region(query["crop"], resize.kept_at_one)
    found = _region(query["crop"], resize.kept, resize.density)
    if _positions(query["crop"]):
        return found
    return Box(_place(query, point, resize.kept, found.size), found.size)


def _positions(value: str) -> list[str]:
    return value.split(",")[1 if ":" in value else 2 :]


def _region(value: str, size: Pair, density: Fraction = _ONE) -> Box:
    """The box of a value of `crop` or `area`; centred where it names no position.

    Only at a density of 1 it is checked: rounding does not make fail what fits there.
    """
    wanted = _extent(value, size, density)
    if not _is_within(wanted, size):
        raise SkippedError(AREA_TOO_LARGE)
    positions = _positions(value) or ["offset-x50", "offset-y50"]
    corner = []
    for position, length, whole in zip(positions, wanted, size, strict=True):
        start = _start(position, length, whole, density)
        if start + length > whole and density == 1:
            raise SkippedError(PERCENT_TOO_LARGE if position.endswith("p") else PIXELS_TOO_LARGE)
        corner.append(min(start, whole - length))
    return Box((corner[0], corner[1]), wanted)


def _extent(value: str, size: Pair, density: Fraction) -> Pair:
    first, *others = value.split(",")
    if ":" in first:
        ratio = int(first.split(":")[0]), int(first.split(":")[1])
        return _times(ratio, min(_quotient(size, ratio)))
    wanted = _times((int(first), int(others[0])), density)
    return wanted if density == 1 else (min(wanted[0], size[0]), min(wanted[1], size[1]))


def _start(position: str, length: int, whole: int, density: Fraction) -> int:
    if position.startswith("offset-"):
        return nearest(Fraction(int(position[len("offset-x") :]), 100) * (whole - length))
    if position.endswith("p"):
        return nearest(Fraction(int(position[1:-1]), 100) * whole)
    return nearest(int(position[1:]) * density)


def _density_of_crop(query: Mapping[str, str], size: Pair) -> Fraction:
    """The largest density at which the pixel area of a crop lies in the picture."""
    value = query.get("crop", "1:1")
    if ":" in value:
        return _ONE
    numbers = [int(one) for one in value.split(",")[:2]]
    found = []
    for position, number, whole in zip(_positions(value) or ["offset-x50", "offset-y50"], numbers, size, strict=True):
        if position.startswith("offset-"):
            found.append(Fraction(whole, number))
        elif position.endswith("p"):
            found.append(Fraction(whole - _start(position, number, whole, _ONE), number))
        else:
            found.append(Fraction(whole, number + int(position[1:])))
    return min(found)


# Gravity


def _point_of_interest(
    query: Mapping[str, str], focus: Pair | None, degrees: int, axes: str, turned: Pair, area: Box
) -> Exact | None:
    """The point of a gravity in pixels of the picture that enters the resize."""
    gravity = query.get("gravity", "center")
    if gravity == "focus" and focus is not None:
        parts = Fraction(focus[0], 100), Fraction(focus[1], 100)
        for _ in range(degrees // 90):
            # A quarter turn clockwise moves the top to the right.
            parts = 1 - parts[1], parts[0]
        parts = 1 - parts[0] if "h" in axes else parts[0], 1 - parts[1] if "v" in axes else parts[1]
        return _difference(_product(parts, turned), area.corner)
    if gravity.startswith("x"):
        x, y = (Fraction(int(one[1:-1]), 100) for one in gravity.split(","))
        return _product((x, y), area.size)
    return None


def _place(query: Mapping[str, str], point: Exact | None, picture: Pair, window: Pair) -> Pair:
    """The corner of a window on a picture that is at least as large."""
    anchor = ANCHORS.get(query.get("gravity", "center"), ANCHORS["center"])
    found = []
    for at in (0, 1):
        free = picture[at] - window[at]
        start = anchor[at] * free if point is None else point[at] - Fraction(window[at], 2)
        found.append(min(max(nearest(start), 0), free))
    return found[0], found[1]


def _place_on_canvas(query: Mapping[str, str], point: Exact | None, picture: Pair, canvas: Pair) -> Pair:
    """The corner of a picture on a canvas that is at least as large."""
    if point is None:
        return _place(query, None, canvas, picture)
    found = []
    for at in (0, 1):
        start = nearest(Fraction(canvas[at], 2) - point[at])
        found.append(min(max(start, 0), canvas[at] - picture[at]))
    return found[0], found[1]


# Pairs


def _is_within(inner: Pair, outer: Pair) -> bool:
    return inner[0] <= outer[0] and inner[1] <= outer[1]


def _times(size: Pair, factor: Fraction) -> Pair:
    return max(1, nearest(size[0] * factor)), max(1, nearest(size[1] * factor))


def _quotient(one: Pair, other: Pair | Exact) -> Exact:
    return Fraction(one[0]) / other[0], Fraction(one[1]) / other[1]


def _product(one: Exact, other: Pair | Exact) -> Exact:
    return one[0] * other[0], one[1] * other[1]


def _difference(one: Exact, other: Pair) -> Exact:
    return one[0] - other[0], one[1] - other[1]
