"""The usage of a resource's rules."""

from collections.abc import Mapping
from datetime import timedelta

from imagestack.control import times
from imagestack.control.api.answer_models import RuleUsage, UsageAnswer
from imagestack.control.api.queries import UsageQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import validate_query
from imagestack.control.backends import Backends, UseCounts
from imagestack.control.errors import ABSENT_SECONDS, UnavailableError
from imagestack.control.store.items import rule_number
from imagestack.control.store.ports import Store
from imagestack.control.store.registry import find_resource
from imagestack.usage import NO_RULE


class UsageOfRules:
    """The operation that shows usage."""

    def __init__(self, store: Store, backends: Backends) -> None:
        self._store = store
        self._backends = backends

    def get(self, call: Call) -> Reply:
        """How often each rule of a resource has answered, counting the requests that reached the function."""
        query = validate_query(UsageQuery, call.query)
        host = find_resource(self._store, call.numbers["resource_id"]).host
        if self._backends.usage is None:
            raise UnavailableError("usage is not counted here", ABSENT_SECONDS)
        since = call.now - timedelta(hours=query.hours)
        by_number = _by_number(self._backends.usage.count(host, since, call.now))
        rules = [
            RuleUsage(id=number, requests=counts.requests, hits=counts.hits, bytes_saved=counts.saved)
            for number, counts in sorted(by_number.items(), key=lambda entry: (-entry[1].requests, entry[0] or 0))
        ]
        answer = UsageAnswer(since=times.to_text(since), until=times.to_text(call.now), rules=rules)
        return Reply(200, answer.as_json())


def _by_number(uses: Mapping[str, UseCounts]) -> dict[int | None, UseCounts]:
    """Counts by the numbers of rules in the API; None for requests that matched no rule."""
    numbered: dict[int | None, UseCounts] = {}
    for rule, counts in uses.items():
        number = None if rule == NO_RULE else rule_number(rule)
        numbered[number] = numbered.get(number, UseCounts()).plus(counts)
    return numbered
