"""Which resources a list's query asks for."""

from collections.abc import Iterable
from datetime import datetime

from imagestack.control import times
from imagestack.control.api.queries import ResourcesQuery
from imagestack.control.api.views import View
from imagestack.control.store.ports import Item


def matches(query: ResourcesQuery, view: View, rules: Iterable[Item]) -> bool:
    """Whether a resource, as it is shown, is asked for."""
    exact = query.model_dump(include={"active", "cname", "deleted", "enabled", "status"}, exclude_none=True)
    return (
        all(view[name] == value for name, value in exact.items())
        and query.origin_group in (None, view["originGroup"])
        and (query.name is None or query.name.lower() in (view["name"] or "").lower())
        and _between(view["created"], query.min_created, query.max_created)
        and _between(view["updated"], query.min_updated, query.max_updated)
        and (query.rules is None or any(_is_found(query.rules, rule) for rule in rules))
    )


def _between(written: str | None, first: datetime | None, last: datetime | None) -> bool:
    """Whether a time is within bounds; one that nobody knows is within none."""
    if first is None and last is None:
        return True
    try:
        moment = times.read(written or "")
    except ValueError:
        return False
    return (first is None or moment >= first) and (last is None or moment <= last)


def _is_found(text: str, rule: Item) -> bool:
    return any(text.lower() in str(rule.get(name, "")).lower() for name in ("name", "rule"))
