"""The tables of the control plane, as it sees them; `imagestack.control.aws` implements them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

Item = Mapping[str, Any]


class Table(Enum):
    """Which table: that of rules, which the data plane reads; or that of everything that it has no business with."""

    RULES = "rules"
    CONTROL = "control"


@dataclass(frozen=True)
class Put:
    """Write an item, if it still is what it was.

    Attributes:
        item: with `pk` and `sk`.
        was: as it was read; None if there was none.
        whatever: it is written whatever was there.
    """

    table: Table
    item: Item
    was: Item | None = None
    whatever: bool = False


@dataclass(frozen=True)
class Delete:
    """Remove an item: if it still is what it was, or whatever it is."""

    table: Table
    item: Item
    whatever: bool = False


@dataclass(frozen=True)
class Check:
    """Look at an item that is not changed: it has not this attribute.

    Attributes:
        there: the item itself has to be there.
    """

    table: Table
    pk: str
    sk: str
    without: str
    there: bool


Change = Put | Delete | Check
# A transaction holds no more of them.
MOST_CHANGES = 100


class Store(Protocol):
    """Both tables. Items are plain attributes with `pk` and `sk`; numbers are Decimal. What is read is up to date.

    Raises:
        UnavailableError: of every method: the tables do not answer.
        ThrottledError: of every method: they ask for fewer requests.
    """

    def get(self, table: Table, pk: str, sk: str) -> Item | None:
        """One item."""

    def query(self, table: Table, pk: str, *, descending: bool = False) -> Iterator[Item]:
        """All items of a `pk`, by `sk`."""

    def scan(self, table: Table) -> Iterator[Item]:
        """All items of a table, in no order."""

    def next_number(self, table: Table, counter: str, above: int = 0) -> int:
        """A number that nobody has got of this counter before, greater than `above` and than all before it."""

    def last_number(self, table: Table, counter: str) -> int:
        """The number that was given last; 0 if none was."""

    def add(self, table: Table, pk: str, sk: str, expires: int) -> int:
        """Count one more in the attribute `count` of an item, which goes at `expires` (seconds since the epoch)."""

    def commit(self, changes: Sequence[Change]) -> None:
        """Make all changes, or none.

        Raises:
            ConflictError: an item is not what it was.
            TooLargeError: an item is larger than the table takes.
        """
