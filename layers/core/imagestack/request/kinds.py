"""Kinds of values that a parameter can have: how they are read, bounded and spelled (docs/specification.md#section-2).

The function of the edge has one reader for each kind (`functions/edge/viewer_request.js`), fed with `facts`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from imagestack.skips import SkipReason

# No image is wider; a longer number is "too large to be meant" and counts as this (2**33 < it < 2**53).
LARGEST_NUMBER = 9_999_999_999
_DIGITS = len(str(LARGEST_NUMBER))
_ASCII_DIGITS = frozenset("0123456789")
_HEX_DIGITS = frozenset("0123456789abcdef")
_OPAQUE = "ff"


@dataclass(frozen=True)
class Bad:
    """A parameter without a usable value.

    Attributes:
        reason: why the value is skipped.
        spelling: the one spelling of the parameter that stands for all values that are bad in this way.
    """

    reason: SkipReason
    spelling: str


class Kind(Protocol):
    """A kind of value that a parameter can have."""

    def read(self, text: str) -> object | None:
        """The value of a decoded text; None for a bad one, or a `Bad` that says more."""

    def spell(self, value: Any) -> str:  # noqa: ANN401 - each kind has values of its own type
        """The canonical text of a value; `read` takes it back."""

    @property
    def facts(self) -> Mapping[str, object]:
        """What the reader of the edge needs to know, as JSON; `kind` names the reader."""


@dataclass(frozen=True)
class Number:
    """A whole number, or one of a few words.

    Attributes:
        least: the lowest number.
        most: the highest number; None for no bound.
        among: the only numbers that are allowed; empty for all within the bounds.
        words: words that are allowed besides, with their values.
    """

    least: int = 0
    most: int | None = None
    among: tuple[int, ...] = ()
    words: Mapping[str, int | StrEnum] = field(default_factory=dict)

    def read(self, text: str) -> int | StrEnum | None:
        """The number, or the value of the word."""
        if text in self.words:
            return self.words[text]
        number = whole_number(text)
        if number is None or number < self.least or (self.most is not None and number > self.most):
            return None
        return None if self.among and number not in self.among else number

    def spell(self, value: int | StrEnum) -> str:
        """The number without leading zeros, or the word that is no number."""
        return str(value)

    @property
    def facts(self) -> Mapping[str, object]:
        """Bounds as numbers, values as text."""
        facts = {
            "least": self.least,
            "most": self.most,
            "among": [str(number) for number in self.among],
            "words": {word: str(value) for word, value in self.words.items()},
        }
        return {"kind": "number"} | {name: value for name, value in facts.items() if value}


@dataclass(frozen=True)
class DecimalNumber:
    """A number with a few decimals, without a sign or an exponent.

    Attributes:
        least: the lowest number.
        most: the highest number.
        decimals: at most this many digits follow the point, and at least one if there is a point.
    """

    least: int
    most: int
    decimals: int

    def read(self, text: str) -> Decimal | None:
        """The number."""
        whole, point, fraction = text.partition(".")
        if whole_number(whole) is None or (point and whole_number(fraction) is None) or len(fraction) > self.decimals:
            return None
        number = Decimal(text)
        return number if self.least <= number <= self.most else None

    def spell(self, value: Decimal) -> str:
        """The number without needless zeros."""
        return f"{value.normalize():f}"

    @property
    def facts(self) -> Mapping[str, object]:
        """Bounds and digits as numbers."""
        return {"kind": "decimal", "least": self.least, "most": self.most, "decimals": self.decimals}


@dataclass(frozen=True)
class Choice:
    """One of a few words."""

    words: type[StrEnum]

    def read(self, text: str) -> StrEnum | None:
        """Read one of the allowed words."""
        return self.words(text) if text in list(self.words) else None

    def spell(self, value: StrEnum) -> str:
        """Return the word itself."""
        return str(value)

    @property
    def facts(self) -> Mapping[str, object]:
        """The allowed words, for the reader of the edge."""
        return {"kind": "choice", "words": [str(word) for word in self.words]}


@dataclass(frozen=True)
class Words:
    """A list of words, separated by commas: the first is the best. One unknown word voids the list.

    Attributes:
        words: what a list may hold.
        aliases: other spellings of some of them.
        alone: a word that stands instead of a list.
    """

    words: tuple[str, ...]
    aliases: Mapping[str, str] = field(default_factory=dict)
    alone: str = ""

    def read(self, text: str) -> tuple[str, ...] | None:
        """Read a list of allowed words, each of them once."""
        if text == self.alone:
            return (text,)
        found = dict.fromkeys(self.aliases.get(word, word) for word in text.split(","))
        return tuple(found) if found.keys() <= set(self.words) else None

    def spell(self, value: tuple[str, ...]) -> str:
        """The words in their order."""
        return ",".join(value)

    @property
    def facts(self) -> Mapping[str, object]:
        """The allowed words, for the reader of the edge."""
        return {"kind": "words", "words": list(self.words), "aliases": dict(self.aliases), "alone": self.alone}


@dataclass(frozen=True)
class ColourValue:
    """A colour of sRGB in hexadecimal digits: `RRGGBB`, or `RRGGBBAA` with its opacity."""

    def read(self, text: str) -> str | None:
        """Read six or eight digits of either letter case. Full opacity is left out."""
        digits = text.lower()
        if len(digits) not in (len("rrggbb"), len("rrggbbaa")) or not _HEX_DIGITS.issuperset(digits):
            return None
        colour, opacity = digits[:6], digits[6:]
        return colour if opacity == _OPAQUE else digits

    def spell(self, value: str) -> str:
        """Return the digits in lower case."""
        return value

    @property
    def facts(self) -> Mapping[str, object]:
        """The reader of the edge needs to know nothing."""
        return {"kind": "colour"}


def whole_number(text: str) -> int | None:
    """A number of docs/specification.md#section-2: ASCII digits and nothing else; None if it is none."""
    if not text or not _ASCII_DIGITS.issuperset(text):
        return None
    digits = text.lstrip("0")
    return LARGEST_NUMBER if len(digits) > _DIGITS else int(digits or "0")
