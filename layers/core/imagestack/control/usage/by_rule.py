"""How the rules of a resource are used."""

from collections.abc import Mapping
from datetime import timedelta

from imagestack.control import times
from imagestack.control.api.queries import UsageQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import read_query
from imagestack.control.backends import Backends, Counts
from imagestack.control.errors import UnavailableError
from imagestack.control.store.items import rule_number
from imagestack.control.store.ports import Store
from imagestack.control.store.registry import find
from imagestack.usage import NO_RULE


class UsageOfRules:
    """The use of rules, as it was counted."""

    def __init__(self, store: Store, backends: Backends) -> None:
        self._store = store
        self._backends = backends

    def get(self, call: Call) -> Reply:
        """How often the rules of a resource have answered, of the requests that reached the function."""
        query = read_query(UsageQuery, call.query)
        host = find(self._store, call.numbers["resource_id"]).host
        if self._backends.usage is None:
            raise UnavailableError("usage is not counted here", 3_600)
        since = call.now - timedelta(hours=query.hours)
        by_number = _by_number(self._backends.usage.count(host, since, call.now))
        rules = [
            {"id": number, "requests": counts.requests, "hits": counts.hits, "bytes_saved": counts.saved}
            for number, counts in sorted(by_number.items(), key=lambda entry: (-entry[1].requests, entry[0] or 0))
        ]
        return Reply(200, {"from": times.written(since), "to": times.written(call.now), "rules": rules})


def _by_number(found: Mapping[str, Counts]) -> dict[int | None, Counts]:
    """By the numbers under which the API knows the rules."""
    numbered: dict[int | None, Counts] = {}
    for rule, counts in found.items():
        number = None if rule == NO_RULE else rule_number(rule)
        numbered[number] = numbered.get(number, Counts()).plus(counts)
    return numbered
