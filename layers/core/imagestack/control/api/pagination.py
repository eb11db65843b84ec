"""Pagination: lists in the envelope that the SDK reads."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlencode

from imagestack.control.api.queries import MOST, PageQuery
from imagestack.control.api.request_context import Call, Reply

_Entry = TypeVar("_Entry")

# Entries of a long list that are counted; older entries are reached by filters on dates.
_COUNTED = 10_000


def page(call: Call, query: PageQuery, entries: Sequence[Any]) -> Reply:
    """Make a page of a complete list; without a limit the whole list, without an envelope."""
    if not query.limit:
        return Reply(200, list(entries[query.offset :]))
    part = entries[query.offset : query.offset + query.limit]
    return _envelope(call, query, list(part), len(entries))


def page_of_history(call: Call, query: PageQuery, entries: Iterable[_Entry], show: Callable[[_Entry], Any]) -> Reply:
    """Make a page of a long list. Only the needed entries are read, and the count has an upper bound."""
    end = query.offset + (query.limit or MOST)
    part, count = [], 0
    for entry in entries:
        if query.offset <= count < end:
            part.append(show(entry))
        count += 1
        if count > max(end, _COUNTED):
            break
    return _envelope(call, query, part, count) if query.limit else Reply(200, part)


def _envelope(call: Call, query: PageQuery, part: list[Any], count: int) -> Reply:
    following, before = query.offset + query.limit, query.offset - query.limit
    return Reply(
        200,
        {
            "count": count,
            "next": _address(call, query.limit, following) if following < count else None,
            "previous": _address(call, query.limit, max(before, 0)) if query.offset > 0 else None,
            "results": part,
        },
    )


def _address(call: Call, limit: int, offset: int) -> str:
    """A reference relative to the API's host."""
    kept = [(name, value) for name, value in parse_qsl(call.query_text) if name not in ("limit", "offset")]
    return f"{call.path}?{urlencode([*kept, ('limit', limit), ('offset', offset)])}"
