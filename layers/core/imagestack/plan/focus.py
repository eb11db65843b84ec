"""The point of interest that is stored with an original (docs/specification.md#section-10-gravity)."""

import re
from collections.abc import Mapping
from fractions import Fraction

from imagestack.geometry import Point

_HEADER = "x-amz-meta-focus"
_NUMBER = r"([0-9]{1,3}(?:\.[0-9]{1,6})?)"
_FOCUS = re.compile(rf"[ \t]*{_NUMBER}[ \t]*,[ \t]*{_NUMBER}[ \t]*", re.ASCII)
_PERCENT = 100


def focus_point(headers: Mapping[str, str]) -> Point | None:
    """The point in the metadata of an original, in parts of the upright picture; None without a usable one.

    Args:
        headers: stored headers by name. The value counts percent from the left and from the top, like `30,40`.
    """
    found = _FOCUS.fullmatch(headers.get(_HEADER, ""))
    if not found:
        return None
    x, y = (Fraction(number) / _PERCENT for number in found.groups())
    return Point(x, y) if max(x, y) <= 1 else None
