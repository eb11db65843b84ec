"""Attributes of items that people write by hand. Every value is checked."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Attributes = Mapping[str, Any]

_YEAR = 365 * 86_400
_UNITS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 7 * 86_400, "M": 30 * 86_400, "y": _YEAR}
_DURATION = re.compile(r"([0-9]{1,10})([smhdwMy]?)")


def typed(item: Attributes, name: str, kind: type, default: Any) -> Any:  # noqa: ANN401 - attributes are of any type
    """An attribute of one type; the default where it is absent or null.

    Raises:
        ValueError: the attribute has another type.
    """
    value = item.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise ValueError(f"{name} is not of the type {kind.__name__.lower()}")  # noqa: TRY004 - a broken value, not a wrong call
    return value


def integer(item: Attributes, name: str, default: int) -> int:
    """A whole number; the default where it is absent or null. Numbers of DynamoDB are Decimal.

    Raises:
        ValueError: the attribute is not a whole number.
    """
    value = item.get(name)
    if value is None:
        return default
    if not _is_whole(value):
        raise ValueError(f"{name} is not a whole number")
    return int(value)


def _is_whole(value: object) -> bool:
    """Whether it is a whole number. A Decimal may be infinite or NaN."""
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def texts(item: Attributes, name: str) -> tuple[str, ...]:
    """A list of strings; empty where it is absent or null.

    Raises:
        ValueError: the attribute is not a list of strings.
    """
    found = typed(item, name, list, [])
    if not all(isinstance(text, str) for text in found):
        raise ValueError(f"{name} is not a list of strings")
    return tuple(found)


def duration(item: Attributes, name: str) -> int | None:
    """A duration like `0s`, `600s`, `4d` or `1y` in seconds; None where it is absent or null.

    Raises:
        ValueError: the attribute is not a duration, or is longer than a year.
    """
    text = typed(item, name, str, None)
    if text is None:
        return None
    match = _DURATION.fullmatch(text)
    seconds = int(match[1]) * _UNITS[match[2] or "s"] if match else _YEAR + 1
    if seconds > _YEAR:
        raise ValueError(f"{name} is not a duration of a year at most, like 600s or 4d")
    return seconds
