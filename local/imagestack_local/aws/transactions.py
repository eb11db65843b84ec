"""Transactions of moto's DynamoDB, made fast enough for tables of hundreds of items.

Before each entry of a transaction moto copies the whole table with everything in it, and the stream of all changes
since it was made, so that it can be put back: the thousandth write takes a second. What has to be put back is which
items there are, and that is quickly copied: a transaction that puts and deletes replaces items and changes none.
"""

import copy
from collections import defaultdict
from typing import Any

from moto.dynamodb.models.table import Table


def make_fast() -> None:
    """Let moto copy a table without its items, as long as this process lives."""
    Table.__deepcopy__ = _copied  # type: ignore[attr-defined] # it has none of its own


def _copied(table: Table, _memo: dict[int, Any]) -> Table:
    found = copy.copy(table)
    # By the first key, and by the second where the table has one.
    known: dict[Any, Any] = table.items
    items = {key: dict(value) if isinstance(value, dict) else value for key, value in known.items()}
    found.items = defaultdict(dict, items)
    if table.stream_shard is not None:
        found.stream_shard = copy.copy(table.stream_shard)
        found.stream_shard.table = found
        found.stream_shard.items = list(table.stream_shard.items)
    return found
