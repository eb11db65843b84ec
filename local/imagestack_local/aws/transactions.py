"""Writes of moto's DynamoDB, made atomic as in AWS, and its transactions, made fast for tables of hundreds of items.

Of two threads that write an item under a condition, moto can let both check the condition before one of them writes.

Before each entry of a transaction, moto copies the whole table and its stream of changes, so that it can restore them.
The thousandth write takes a second. Here only the set of items is copied, which is quick. That is enough: a
transaction that puts and deletes replaces items, and changes none.
"""

import copy
from collections import defaultdict
from collections.abc import Callable
from functools import wraps
from threading import RLock
from typing import Any

from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.table import Table

_WRITES = ("put_item", "update_item", "delete_item", "transact_write_items")


def make_atomic() -> None:
    """Let moto check and write one after another, in this process."""
    lock = RLock()
    for name in _WRITES:
        setattr(DynamoDBBackend, name, _locked(getattr(DynamoDBBackend, name), lock))


def _locked(write: Callable[..., Any], lock: RLock) -> Callable[..., Any]:
    @wraps(write)
    def locked(*arguments: Any, **named: Any) -> Any:  # noqa: ANN401 - those of moto
        with lock:
            return write(*arguments, **named)

    return locked


def make_fast() -> None:
    """Let moto copy tables without their items, in this process."""
    Table.__deepcopy__ = _copied  # type: ignore[attr-defined] # it has none of its own


def _copied(table: Table, _memo: dict[int, Any]) -> Table:
    found = copy.copy(table)
    # Items by the first key, and by the second one if the table has it.
    known: dict[Any, Any] = table.items
    items = {key: dict(value) if isinstance(value, dict) else value for key, value in known.items()}
    found.items = defaultdict(dict, items)
    if table.stream_shard is not None:
        found.stream_shard = copy.copy(table.stream_shard)
        found.stream_shard.table = found
        found.stream_shard.items = list(table.stream_shard.items)
    return found
