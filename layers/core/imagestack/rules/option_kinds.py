"""The kinds of values that options have, each read from items that people write by hand."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from imagestack.quality import AUTO, HIGHEST_QUALITY, Auto
from imagestack.rules.attributes import Attributes, duration, integer, typed
from imagestack.rules.option_metadata import read_fields

_STATUS = re.compile(r"any|[1-5][0-9]{2}")


@dataclass(frozen=True)
class Switch:
    """True or false."""

    shape: ClassVar[Any] = bool

    def read(self, item: Attributes, name: str, default: bool) -> bool:  # noqa: FBT001 - the default of a switch
        """See `Kind.read`."""
        value: bool = typed(item, name, bool, default)
        return value


@dataclass(frozen=True)
class Whole:
    """A whole number from `low` to `high`."""

    low: int
    high: int

    shape: ClassVar[Any] = int

    def read(self, item: Attributes, name: str, default: int) -> int:
        """See `Kind.read`."""
        value = integer(item, name, default)
        if not self.low <= value <= self.high:
            raise ValueError(f"{name} is not between {self.low} and {self.high}")
        return value


@dataclass(frozen=True)
class Quality:
    """A quality on the JPEG scale, or the word for one that is chosen for each image."""

    number: ClassVar[Whole] = Whole(0, HIGHEST_QUALITY)
    shape: ClassVar[Any] = int | str

    def read(self, item: Attributes, name: str, default: int) -> int | Auto:
        """See `Kind.read`."""
        value = item.get(name)
        if value == AUTO:
            return AUTO
        if isinstance(value, str):
            raise ValueError(f"{name} is neither a whole number nor {AUTO}")  # noqa: TRY004 - a broken value, not a wrong call
        return self.number.read(item, name, default)


@dataclass(frozen=True)
class Choice:
    """One of some words. Where `has_default` is false, an absent word is an error."""

    words: Sequence[str]
    has_default: bool = True

    shape: ClassVar[Any] = str

    def read(self, item: Attributes, name: str, default: str) -> str:
        """See `Kind.read`."""
        value = typed(item, name, str, default if self.has_default else None)
        if value not in self.words:
            one, *others = self.words
            known = f"neither {one} nor {others[0]}" if len(others) == 1 else f"none of {', '.join(self.words)}"
            raise ValueError(f"{name} is {known}")
        # The words of an enumeration are its members.
        return self.words[self.words.index(value)]


@dataclass(frozen=True)
class Text:
    """Any text."""

    shape: ClassVar[Any] = str

    def read(self, item: Attributes, name: str, default: str) -> str:
        """See `Kind.read`."""
        text: str = typed(item, name, str, default)
        return text


@dataclass(frozen=True)
class Duration:
    """A duration like `600s` or `4d`, read as seconds."""

    shape: ClassVar[Any] = str

    def read(self, item: Attributes, name: str, default: int | None) -> int | None:
        """See `Kind.read`."""
        seconds = duration(item, name)
        return default if seconds is None else seconds


@dataclass(frozen=True)
class StatusDurations:
    """Durations by status, or by `any` for all of them, read as seconds."""

    shape: ClassVar[Any] = dict[str, str]

    def read(self, item: Attributes, name: str, default: Mapping[str, int]) -> Mapping[str, int]:
        """See `Kind.read`."""
        custom = typed(item, name, Mapping, default)
        for each in custom:
            if not _STATUS.fullmatch(each):
                raise ValueError(f"{name} has a name that is neither a status nor any")
        return {each: duration(custom, each) or 0 for each in custom}


def _nothing(item: Attributes) -> None:
    """Accept any value without a check."""


@dataclass(frozen=True)
class Section:
    """An option as a whole: a map of its fields.

    Attributes:
        of: the dataclass.
        schema: the name of its schema in the OpenAPI document.
        about: one sentence for the OpenAPI document.
        check: raises a ValueError for a map whose fields do not go together.
        guards: the option keeps images from somebody, so an item whose option is broken must not be ignored.
    """

    of: type
    schema: str
    about: str
    check: Callable[[Attributes], None] = _nothing
    guards: bool = False

    shape: ClassVar[Any] = dict[str, Any]

    def read(self, item: Attributes, name: str, default: None) -> Any:  # noqa: ANN401 - an instance of `of`
        """See `Kind.read`. The text of an error starts with the name of the option, a dot and the field."""
        found = typed(item, name, Mapping, default)
        if found is None:
            return None
        try:
            value: object = read_fields(self.of, found)
            self.check(found)
        except ValueError as error:
            raise ValueError(f"{name}.{error}") from error
        return value


def value_where_enabled(item: Attributes) -> None:
    """Check that an option that is on has a value.

    Raises:
        ValueError: the option has no value.
    """
    if item.get("enabled") and not item.get("value"):
        raise ValueError("value is missing")


def one_expiry(item: Attributes) -> None:
    """Check that at most one of `value` and `default` is there.

    Raises:
        ValueError: both are.
    """
    if item.get("value") is not None and item.get("default") is not None:
        raise ValueError("value and default exclude each other")
