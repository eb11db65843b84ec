"""The order in which the rules of a resource are asked."""

import json
from collections.abc import Iterable, Iterator, Sequence

from imagestack.control import times
from imagestack.control.api.bodies import RuleOrder
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import read
from imagestack.control.audit import entry
from imagestack.control.errors import ConflictError
from imagestack.control.rule_weights import Placed, new_weights, steps
from imagestack.control.rules import Rules
from imagestack.control.store.items import plain, rule_number, rule_order, rules_of
from imagestack.control.store.ports import MOST_CHANGES, Item, Put, Store, Table
from imagestack.control.store.registry import find

# A transaction takes 4 MB, and each item of it stands in its condition again.
_MOST_CHARACTERS = 1_000_000


class Orders:
    """The orders of all resources' rules."""

    def __init__(self, store: Store, rules: Rules) -> None:
        self._store = store
        self._rules = rules

    def replace(self, call: Call) -> Reply:
        """Ask the rules of a resource in another order."""
        found = find(self._store, call.numbers["resource_id"]).changeable()
        body = read(RuleOrder, call.body)
        by_number = {rule_number(str(item["sk"])): item for item in rules_of(found.items)}
        if sorted(body.rules) != sorted(by_number):
            raise ConflictError("these are not the resource's rules, each of them once; read them again")
        self._reorder(call, [by_number[number] for number in body.rules])
        return Reply(200, self._rules.views(call, find(self._store, found.number)))

    def _reorder(self, call: Call, wanted: Sequence[Item]) -> None:
        """Write what changes, each transaction with its own entry in the trail."""
        places = [_placed(item) for item in wanted]
        weights = new_weights(places)
        order = steps(places, weights)
        by_key = {str(item["sk"]): weight for item, weight in zip(wanted, weights, strict=True)}
        now = {str(item["sk"]): item for item in wanted}
        for step in _transactions([wanted[place] for place in order]):
            before = _numbers(now.values())
            puts = []
            for was in step:
                item = {**was, "weight": by_key[str(was["sk"])], "updated": times.written(call.now)}
                now[item["sk"]] = item
                puts.append(Put(Table.RULES, item, was=was))
            trail = entry(self._store, call, 200, {"rules": before}, {"rules": _numbers(now.values())})
            self._store.commit([*puts, trail])


def _transactions(items: Sequence[Item]) -> Iterator[list[Item]]:
    """What fits into a transaction each, beside the entry of the trail."""
    part: list[Item] = []
    size = 0
    for item in items:
        length = len(json.dumps(plain(item)))
        if part and (len(part) == MOST_CHANGES - 1 or size + length > _MOST_CHARACTERS):
            yield part
            part, size = [], 0
        part.append(item)
        size += length
    if part:
        yield part


def _placed(item: Item) -> Placed:
    weight, is_word, number, word = rule_order(item)
    return Placed(weight, (is_word, number, word))


def _numbers(items: Iterable[Item]) -> list[int]:
    return [rule_number(str(item["sk"])) for item in sorted(items, key=rule_order)]
