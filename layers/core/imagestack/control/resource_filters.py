"""The filters of the list of resources."""

from collections.abc import Iterable
from datetime import datetime

from imagestack.control import times
from imagestack.control.api.answer_models import ResourceInList
from imagestack.control.api.queries import ResourcesQuery
from imagestack.control.store.ports import Item

_EXACT = ("active", "cname", "deleted", "enabled", "status")


def matches(query: ResourcesQuery, resource: ResourceInList, rules: Iterable[Item]) -> bool:
    """Whether a resource with these rules passes all filters of a query."""
    return (
        all(getattr(query, name) in (None, getattr(resource, name)) for name in _EXACT)
        and query.origin_group in (None, resource.origin_group)
        and (query.name is None or query.name.lower() in (resource.name or "").lower())
        and _is_between(resource.created, query.min_created, query.max_created)
        and _is_between(resource.updated, query.min_updated, query.max_updated)
        and (query.rules is None or any(_contains(query.rules, rule) for rule in rules))
    )


def _is_between(text: str | None, first: datetime | None, last: datetime | None) -> bool:
    """Whether a time is within bounds; an absent or unreadable time is only within no bounds at all."""
    if first is None and last is None:
        return True
    try:
        moment = times.parse(text or "")
    except ValueError:
        return False
    return (first is None or moment >= first) and (last is None or moment <= last)


def _contains(text: str, rule: Item) -> bool:
    """Whether the rule's name or pattern contains a text, in any case."""
    return any(text.lower() in str(rule.get(name, "")).lower() for name in ("name", "rule"))
