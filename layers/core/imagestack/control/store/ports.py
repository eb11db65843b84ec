"""The port to the tables; `imagestack.control.aws` implements it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Protocol

Item = Mapping[str, Any]


class Table(Enum):
    """A table: of rules, which the data plane reads; or of the control plane, which it does not."""

    RULES = "rules"
    CONTROL = "control"


@dataclass(frozen=True)
class Put:
    """Write an item if it is unchanged.

    Attributes:
        table: The table.
        item: The item, with `pk` and `sk`.
        previous: The item as it was read; None if there was none.
        unconditional: Write it in any case.
    """

    table: Table
    item: Item
    previous: Item | None = None
    unconditional: bool = False


@dataclass(frozen=True)
class Delete:
    """Remove an item if it is unchanged.

    Attributes:
        table: The table.
        item: The item as it was read.
        unconditional: Remove it in any case.
    """

    table: Table
    item: Item
    unconditional: bool = False


@dataclass(frozen=True)
class Check:
    """Require that an item lacks an attribute, without changing the item.

    Attributes:
        table: The table.
        pk: The partition key of the item.
        sk: The sort key of the item.
        without: The attribute that the item must lack.
        must_exist: The item itself must exist.
    """

    table: Table
    pk: str
    sk: str
    without: str
    must_exist: bool


Change = Put | Delete | Check
# The most changes of a transaction.
MOST_CHANGES = 100


class Store(Protocol):
    """Both tables. Items are plain attributes with `pk` and `sk`; numbers are Decimal. Reads are consistent.

    Raises:
        UnavailableError: By every method: the tables do not answer.
        ThrottledError: By every method: the tables ask for fewer requests.
    """

    def get(self, table: Table, pk: str, sk: str) -> Item | None:
        """One item; None if there is none."""

    def query(self, table: Table, pk: str, *, descending: bool = False) -> Iterator[Item]:
        """All items of a `pk`, sorted by `sk`."""

    def scan(self, table: Table) -> Iterator[Item]:
        """All items of a table, in no order."""

    def next_number(self, table: Table, counter: str, above: int = 0) -> int:
        """A new number of a counter, greater than `above` and than all numbers before it."""

    def last_number(self, table: Table, counter: str) -> int:
        """The last number of a counter; 0 if there was none."""

    def add(self, table: Table, pk: str, sk: str, expires: int) -> int:
        """Add one to the attribute `count` of an item, and set `expires` (seconds since the epoch)."""

    def commit(self, changes: Sequence[Change]) -> None:
        """Make all changes, or none.

        Raises:
            ConflictError: An item has changed.
            TooLargeError: An item is larger than the table allows.
        """
