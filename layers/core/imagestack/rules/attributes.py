"""Attributes of items that people write by hand: nothing is taken on trust."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

Attributes = Mapping[str, Any]


def typed(item: Attributes, name: str, kind: type, default: Any) -> Any:  # noqa: ANN401 - attributes are of any type
    """An attribute of one type; the default where it is absent or null.

    Raises:
        ValueError: it is of another type.
    """
    value = item.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise ValueError(f"{name} is not of the type {kind.__name__.lower()}")  # noqa: TRY004 - a broken value, not a wrong call
    return value


def integer(item: Attributes, name: str, default: int) -> int:
    """A whole number; numbers of DynamoDB are Decimal.

    Raises:
        ValueError: it is none.
    """
    value = item.get(name)
    if value is None:
        return default
    if not _is_whole(value):
        raise ValueError(f"{name} is not a whole number")
    return int(value)


def _is_whole(value: object) -> bool:
    """Whether it is a whole number. A Decimal may be infinite, or none at all."""
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def texts(item: Attributes, name: str) -> tuple[str, ...]:
    """A list of strings; empty where it is absent or null.

    Raises:
        ValueError: it is something else.
    """
    found = typed(item, name, list, [])
    if not all(isinstance(text, str) for text in found):
        raise ValueError(f"{name} is not a list of strings")
    return tuple(found)
