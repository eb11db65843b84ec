"""Read bytes as values of many kinds: equal bytes give equal values, and a changed byte changes little."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

_T = TypeVar("_T")

_DEPTH = 3
_MOST = 5
# Values of DynamoDB's types besides text, numbers, maps and lists; and numbers that are difficult to convert.
_SCALARS: tuple[Any, ...] = (
    None, True, False, 0, 1, -1, 80, 100, 101, 10**30, 1.5, b"\x00\xff", frozenset({"a"}),
    *map(Decimal, ("0", "80", "2.5", "-1", "1E+120", "1E-120", "NaN", "sNaN", "Infinity", "-0")),
)  # fmt: skip


class Reader:
    """Reads from the front; after the end come zeros."""

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
        """Whether something rare happens, once in `number` values; never after the end."""
        return self.byte() % number == number - 1

    def pick(self, choices: Sequence[_T]) -> _T:
        """One of the choices; the first one after the end."""
        return choices[self.byte() % len(choices)]

    def text(self) -> str:
        """Up to 255 characters; bytes that are not UTF-8 become lone surrogates, which JSON can contain."""
        length = self.byte()
        part = self._data[self._at : self._at + length]
        self._at += length
        return part.decode(errors="surrogateescape")

    def word(self, words: Sequence[str]) -> str:
        """Mostly one of the words; sometimes one with a suffix, or another text."""
        match self.byte() % 8:
            case 6:
                return self.pick(words) + self.text()
            case 7:
                return self.text()
            case _:
                return self.pick(words)

    def value(self, words: Sequence[str], depth: int = _DEPTH) -> Any:  # noqa: ANN401 - any value is the purpose
        """Any value of JSON or DynamoDB; names and texts are often one of `words`."""
        kind = self.byte() % 8
        if kind < 2 or depth == 0:
            return self.pick(_SCALARS)
        if kind < 4:
            return self.word(words)
        if kind < 5:
            return [self.value(words, depth - 1) for _ in range(self.byte() % _MOST)]
        return {self.word(words): self.value(words, depth - 1) for _ in range(self.byte() % _MOST)}

    def fields(self, fields: Mapping[str, Callable[[], Any]], words: Sequence[str]) -> dict[str, Any]:
        """A map of some of these fields; sometimes the value of one is of any kind."""
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
