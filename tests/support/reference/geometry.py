"""Sizes and places, worked out with fractions from the words of the specification."""

from collections.abc import Mapping
from fractions import Fraction
from math import floor

HALF = Fraction(1, 2)
WORDS = {
    "center": (HALF, HALF),
    "north": (HALF, Fraction(0)),
    "northeast": (Fraction(1), Fraction(0)),
    "east": (Fraction(1), HALF),
    "southeast": (Fraction(1), Fraction(1)),
    "south": (HALF, Fraction(1)),
    "southwest": (Fraction(0), Fraction(1)),
    "west": (Fraction(0), HALF),
    "northwest": (Fraction(0), Fraction(0)),
}
LONGEST = 8192

Numbers = tuple[int, int]
Rectangle = tuple[int, int, int, int]
"""Left, top, width and height."""


class SkippedError(Exception):
    """The operation is skipped."""


def nearest(value: Fraction) -> int:
    """The nearest whole number; halves go up."""
    return floor(value + HALF)


def side(value: Fraction) -> int:
    return max(1, nearest(value))


def region(text: str, size: Numbers, density: Fraction = Fraction(1)) -> Rectangle:
    """The rectangle of a value of `crop` or `area`."""
    first, *rest = text.split(",")
    if ":" in first:
        across, down = map(int, first.split(":"))
        scale = min(Fraction(size[0], across), Fraction(size[1], down))
        wanted = (side(across * scale), side(down * scale))
        positions = rest
    else:
        wanted = (int(first), int(rest[0]))
        positions = rest[1:]
        if density != 1:
            wanted = min(side(wanted[0] * density), size[0]), min(side(wanted[1] * density), size[1])
    if any(length > whole for length, whole in zip(wanted, size, strict=True)):
        raise SkippedError
    places = positions or ["offset-x50", "offset-y50"]
    starts = [_start(*one, density) for one in zip(places, wanted, size, strict=True)]
    for at in (0, 1):
        if starts[at] + wanted[at] > size[at]:
            if density == 1:
                raise SkippedError
            starts[at] = size[at] - wanted[at]
    return starts[0], starts[1], wanted[0], wanted[1]


def _start(text: str, wanted: int, whole: int, density: Fraction) -> int:
    if text.startswith("offset-"):
        return nearest(Fraction(int(text[8:]), 100) * (whole - wanted))
    if text.endswith("p"):
        return nearest(Fraction(int(text[1:-1]), 100) * whole)
    return nearest(int(text[1:]) * density)


def largest_density(text: str, size: Numbers) -> Fraction:
    """How far the pixels of a crop can be multiplied before the area leaves the picture."""
    first, *rest = text.split(",")
    if ":" in first:
        return Fraction(1)
    found = []
    for place, wanted, whole in zip(
        rest[1:] or ["offset-x50", "offset-y50"], (int(first), int(rest[0])), size, strict=True
    ):
        if place.startswith("offset-"):
            found.append(Fraction(whole, wanted))
        elif place.endswith("p"):
            found.append(Fraction(whole - _start(place, wanted, whole, Fraction(1)), wanted))
        else:
            found.append(Fraction(whole, int(place[1:]) + wanted))
    return min(found)


def target(query: Mapping[str, str], size: Numbers, density: Fraction) -> tuple[Numbers, Numbers]:
    """The size to scale to, and the size that is kept of it, for one density and without a look at limits."""
    width, height = (int(query[name]) * density if name in query else None for name in ("width", "height"))
    fit = query.get("fit", "fit")
    if width is not None and height is not None:
        box = (side(width), side(height))
        scales = Fraction(box[0], size[0]), Fraction(box[1], size[1])
        if fit == "force":
            return box, box
        if fit == "fit":
            scale = max(scales)
            return _scaled(size, scale, box, scales), box
        scale = {
            "contain": min(scales),
            "pad": min(scales),
            "bounds": scales[0] if width >= height else scales[1],
            "cover": scales[0] if width < height else scales[1],
        }[fit]
        found = _scaled(size, scale, box, scales)
        return found, found
    scale = Fraction(side(width), size[0]) if width is not None else Fraction(side(height or Fraction(1)), size[1])
    found = (side(size[0] * scale), side(size[1] * scale))
    return found, found


def _scaled(size: Numbers, scale: Fraction, box: Numbers, scales: tuple[Fraction, Fraction]) -> Numbers:
    # The side that decides is exactly the requested one.
    return (
        box[0] if scale == scales[0] else side(size[0] * scale),
        box[1] if scale == scales[1] else side(size[1] * scale),
    )


def within(inner: Numbers, outer: Numbers) -> bool:
    return inner[0] <= outer[0] and inner[1] <= outer[1]


def corner(gravity: str, point: tuple[Fraction, Fraction] | None, picture: Numbers, window: Numbers) -> tuple[int, int]:
    """Where a window of this size starts on the picture.

    Args:
        gravity: a word; without effect beside a point.
        point: in pixels of the picture.
        picture: its size.
        window: its size.
    """
    starts = []
    for at in (0, 1):
        free = picture[at] - window[at]
        start = WORDS[gravity][at] * free if point is None else point[at] - Fraction(window[at], 2)
        if free >= 0:
            starts.append(min(max(nearest(start), 0), free))
        else:
            starts.append(-min(max(nearest(-start), 0), -free))
    return starts[0], starts[1]
