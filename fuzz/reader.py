"""Bytes read as values of many kinds: the same bytes are the same values, and a byte changed changes little."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

_T = TypeVar("_T")

_DEPTH = 3
_MOST = 5
# What DynamoDB gives for its types beside text, numbers, maps and lists; and numbers that are hard to take.
_SCALARS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 80, 100, 101, 10**30, 1.5, b"\x00\xff", frozenset({"a"}),
    *map(Decimal, ("0", "80", "2.5", "-1", "1E+120", "1E-120", "NaN", "sNaN", "Infinity", "-0")),
)  # fmt: skip


class Reader:
    """Reads from the front; what comes after the end is zeros."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def byte(self) -> int:
        """A number from 0 to 255."""
        if self._at >= len(self._data):
            return 0
        self._at += 1
        return self._data[self._at - 1]

    def one_in(self, number: int) -> bool:
        """Whether something that is rather rare happens; never after the end."""
        return self.byte() % number == number - 1

    def pick(self, choices: Sequence[_T]) -> _T:
        """One of them; the first after the end."""
        return choices[self.byte() % len(choices)]

    def text(self) -> str:
        """Up to 255 characters; bytes that are no UTF-8 become halves of surrogate pairs, as JSON can have them."""
        length = self.byte()
        part = self._data[self._at : self._at + length]
        self._at += length
        return part.decode(errors="surrogateescape")

    def word(self, words: Sequence[str]) -> str:
        """Often one of these; now and then with something behind it, or something else."""
        match self.byte() % 8:
            case 6:
                return self.pick(words) + self.text()
            case 7:
                return self.text()
            case _:
                return self.pick(words)

    def value(self, words: Sequence[str], depth: int = _DEPTH) -> Any:  # noqa: ANN401 - that is the point
        """Anything that JSON or DynamoDB can hold; names and texts are often of `words`."""
        kind = self.byte() % 8
        if kind < 2 or depth == 0:
            return self.pick(_SCALARS)
        if kind < 4:
            return self.word(words)
        if kind < 5:
            return [self.value(words, depth - 1) for _ in range(self.byte() % _MOST)]
        return {self.word(words): self.value(words, depth - 1) for _ in range(self.byte() % _MOST)}

    def fields(self, fields: Mapping[str, Callable[[], Any]], words: Sequence[str]) -> dict[str, Any]:
        """A map of some of these fields; now and then one is of any kind."""
        found = {}
        for name, read in fields.items():
            match self.byte() % 8:
                case 7:
                    found[name] = self.value(words)
                case 5 | 6:
                    pass
                case _:
                    found[name] = read()
        return found
