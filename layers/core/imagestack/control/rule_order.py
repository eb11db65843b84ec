"""The operation that changes the order of a resource's rules."""

import json
from collections.abc import Iterable, Iterator, Sequence

from imagestack.control import times
from imagestack.control.api.bodies import RuleOrder
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import validate
from imagestack.control.audit import audit_entry
from imagestack.control.errors import ConflictError
from imagestack.control.rule_weights import RulePlace, new_weights, steps
from imagestack.control.rules import Rules
from imagestack.control.store.items import json_value, rule_number, rule_sort_key, rules_of
from imagestack.control.store.ports import MOST_CHANGES, Item, Put, Store, Table
from imagestack.control.store.registry import find_resource

# A transaction takes 4 MB. Every item counts twice: its condition repeats it.
_MOST_CHARACTERS = 1_000_000


class RuleOrders:
    """The operation on the order of rules."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self._store = store
        self._rules = rules

    def replace(self, call: Call) -> Reply:
        """Set the order of the rules of a resource."""
        stored = find_resource(self._store, call.numbers["resource_id"]).changeable()
        body = validate(RuleOrder, call.body)
        by_number = {rule_number(str(item["sk"])): item for item in rules_of(stored.items)}
        if sorted(body.rules) != sorted(by_number):
            raise ConflictError("these are not the resource's rules, each of them once; read them again")
        self._reorder(call, [by_number[number] for number in body.rules])
        return Reply(200, self._rules.views(call, find_resource(self._store, stored.number)))

    def _reorder(self, call: Call, wanted: Sequence[Item]) -> None:
        """Write the changed weights in as many transactions as needed, each with an audit entry."""
        places = [_place(item) for item in wanted]
        weights = new_weights(places)
        order = steps(places, weights)
        by_key = {str(item["sk"]): weight for item, weight in zip(wanted, weights, strict=True)}
        now = {str(item["sk"]): item for item in wanted}
        for step in _transactions([wanted[place] for place in order]):
            before = _numbers(now.values())
            puts = []
            for previous in step:
                item = {**previous, "weight": by_key[str(previous["sk"])], "updated": times.to_text(call.now)}
                now[item["sk"]] = item
                puts.append(Put(Table.RULES, item, previous=previous))
            trail = audit_entry(self._store, call, 200, {"rules": before}, {"rules": _numbers(now.values())})
            self._store.commit([*puts, trail])


def _transactions(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Split items into parts that fit into a transaction beside their audit entry."""
    part: list[Item] = []
    size = 0
    for item in items:
        length = len(json.dumps(json_value(item)))
        if part and (len(part) == MOST_CHANGES - 1 or size + length > _MOST_CHARACTERS):
            yield part
            part, size = [], 0
        part.append(item)
        size += length
    if part:
        yield part


def _place(item: Item) -> RulePlace:
    weight, is_word, number, word = rule_sort_key(item)
    return RulePlace(weight, (is_word, number, word))


def _numbers(items: Iterable[Item]) -> list[int]:
    return [rule_number(str(item["sk"])) for item in sorted(items, key=rule_sort_key)]
