"""Things that are kept in the order in which they happened: changes, purges, prefetches.

Items of the control table: `pk` is `<KIND>#<thousand>` and `sk` the number, padded, so that no partition grows for ever
and each is found by its number. Numbers come from the counter `COUNTER`/`<KIND>`.
"""

from collections.abc import Iterator

from imagestack.control.store.ports import Item, Store, Table

_EACH = 1_000
_DIGITS = 16


def key(kind: str, number: int) -> dict[str, str]:
    """Where a thing is kept."""
    return {"pk": f"{kind}#{number // _EACH}", "sk": f"{number:0{_DIGITS}}"}


def newest_first(store: Store, kind: str) -> Iterator[Item]:
    """All of a kind."""
    for thousand in range(store.last_number(Table.CONTROL, kind) // _EACH, -1, -1):
        yield from store.query(Table.CONTROL, f"{kind}#{thousand}", descending=True)
