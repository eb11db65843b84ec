"""Records in the order of their creation: changes, purges, prefetches.

Items of the control table: `pk` is `<KIND>#<thousand>`, `sk` the padded number. So no partition grows without bound,
and the number alone gives the key. The counter `COUNTER`/`<KIND>` gives the numbers.
"""

from collections.abc import Iterator

from imagestack.control.store.ports import Item, Store, Table

_EACH = 1_000
_DIGITS = 16


def key(kind: str, number: int) -> dict[str, str]:
    """The key of a record."""
    return {"pk": f"{kind}#{number // _EACH}", "sk": f"{number:0{_DIGITS}}"}


def newest_first(store: Store, kind: str) -> Iterator[Item]:
    """All records of a kind, newest first."""
    for thousand in range(store.last_number(Table.CONTROL, kind) // _EACH, -1, -1):
        yield from store.query(Table.CONTROL, f"{kind}#{thousand}", descending=True)
