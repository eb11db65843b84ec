"""The rules of a resource."""

from contextlib import suppress
from typing import Any

from imagestack.control import times
from imagestack.control.api.bodies import RuleCreate, RuleReplace, RuleUpdate
from imagestack.control.api.fixed_fields import check_rule
from imagestack.control.api.option_bodies import as_stored, check_options, merged
from imagestack.control.api.pagination import page
from imagestack.control.api.patterns import check_pattern
from imagestack.control.api.queries import PageQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import read, read_query
from imagestack.control.api.views import View, rule_view
from imagestack.control.audit import entry
from imagestack.control.errors import ConflictError, InvalidError
from imagestack.control.store.items import FIRST_DERIVED, rule_number, rule_order, rules_of, version
from imagestack.control.store.ports import Check, Delete, Item, Put, Store, Table
from imagestack.control.store.registry import StoredResource, find, find_alone, find_with, index_item
from imagestack.rules.items import RULE_PREFIX, SETTINGS, partition_key

_COUNTER = "ID"


class Rules:
    """The rules of all resources."""

    def __init__(self, store: Store, bucket: str) -> None:
        self._store = store
        self._bucket = bucket

    def browse(self, call: Call) -> Reply:
        """The rules of a resource, in the order in which they are asked."""
        query = read_query(PageQuery, call.query)
        return page(call, query, self.views(call, self._found(call)))

    def get(self, call: Call) -> Reply:
        """A rule."""
        found = self._found_with(call)
        return self._reply(call, found, found.rule(call.numbers["rule_id"]))

    def create(self, call: Call) -> Reply:
        """Add a rule; where it says no weight it is asked after all others."""
        found = find_alone(self._store, call.numbers["resource_id"]).changeable()
        body = read(RuleCreate, call.body)
        if body.weight is not None:
            # The others matter only if one of them has the next number already, since somebody has written it by hand.
            with suppress(ConflictError):
                return self._added(call, found, body)
        return self._added(call, self._found(call).changeable(), body)

    def replace(self, call: Call) -> Reply:
        """Change a rule to what is said, and to defaults where nothing is."""
        found = self._found_with(call).changeable()
        was = found.rule(call.numbers["rule_id"])
        body = read(RuleReplace, call.body)
        return self._written(call, found, self._replaced(dict(was), body), was)

    def update(self, call: Call) -> Reply:
        """Change what is said of a rule."""
        found = self._found_with(call).changeable()
        was = found.rule(call.numbers["rule_id"])
        body = read(RuleUpdate, call.body)
        check_rule(body)
        item = dict(was)
        names = {"active": "active", "name": "name", "rule": "rule", "rule_type": "ruleType", "weight": "weight"}
        said = {names[name]: getattr(body, name) for name in body.model_fields_set & names.keys()}
        item |= {name: value for name, value in said.items() if value is not None}
        if body.options is not None:
            item["options"] = merged(item.get("options"), body.options)
        return self._written(call, found, item, was)

    def delete(self, call: Call) -> Reply:
        """Remove a rule; it has to be switched off first."""
        found = self._found_with(call)
        was = found.rule(call.numbers["rule_id"])
        if was.get("active") is not False:
            raise InvalidError({"active": ["an active rule cannot be deleted; set active to false before"]})
        call.match(version(was))
        before = self._view(call, was, None)
        self._store.commit([Delete(Table.RULES, was), entry(self._store, call, 204, before, None)])
        return Reply(204)

    def views(self, call: Call, found: StoredResource) -> list[View]:
        """Rules as the API shows them, in the order in which they are asked."""
        problems = found.problems(self._bucket)
        rules = sorted(rules_of(found.items), key=rule_order)
        return [self._view(call, item, problems.get(str(item["sk"]))) for item in rules]

    def _found(self, call: Call) -> StoredResource:
        return find(self._store, call.numbers["resource_id"])

    def _found_with(self, call: Call) -> StoredResource:
        return find_with(self._store, call.numbers["resource_id"], call.numbers["rule_id"])

    def _added(self, call: Call, found: StoredResource, body: RuleCreate) -> Reply:
        rules = rules_of(found.items)
        known = [rule_number(str(item["sk"])) for item in rules]
        highest = max((number for number in known if number < FIRST_DERIVED), default=0)
        number = self._store.next_number(Table.RULES, _COUNTER, above=highest)
        new = {
            "pk": partition_key(found.host),
            "sk": f"{RULE_PREFIX}{number}",
            "id": number,
            "weight": max((rule_order(item)[0] for item in rules), default=0) + 1,
            "created": times.written(call.now),
        }
        # No rule is added to a resource that is being deleted: it would be left over.
        there = Check(
            Table.RULES, partition_key(found.host), SETTINGS, without="deleting", there=found.settings is not None
        )
        return self._written(call, found, self._replaced(new, body), None, there)

    @staticmethod
    def _replaced(item: dict[str, Any], body: RuleReplace) -> dict[str, Any]:
        check_rule(body)
        said = {"rule": body.rule, "name": body.name, "active": body.active, "ruleType": 0}
        weight = {} if body.weight is None else {"weight": body.weight}
        return {**item, **said, **weight, "options": as_stored(body.options)}

    def _written(
        self, call: Call, found: StoredResource, item: dict[str, Any], was: Item | None, *further: Check
    ) -> Reply:
        check_pattern(item.get("rule"))
        options = item.get("options") or {}
        if not isinstance(options, dict):
            raise InvalidError({"options": ["what is stored is not an object; name all options"]})
        check_options(options)
        status = 200 if was else 201
        if was is not None:
            call.match(version(was))
        item["updated"] = times.written(call.now)
        before = self._view(call, was, None) if was else None
        written = entry(self._store, call, status, before, self._view(call, item, None))
        # A resource that was written by hand gets into the index, so that nobody has to look for it everywhere again.
        adopted = [] if found.indexed else [Put(Table.RULES, index_item(found), whatever=True)]
        self._store.commit([Put(Table.RULES, item, was=was), *adopted, *further, written])
        return self._reply(call, found, item, status)

    def _reply(self, call: Call, found: StoredResource, item: Item, status: int = 200) -> Reply:
        problems = StoredResource(found.host, found.number, found.indexed, [item]).problems(self._bucket)
        return Reply(status, self._view(call, item, problems.get(str(item["sk"]))), version(item))

    @staticmethod
    def _view(call: Call, item: Item, problem: str | None) -> View:
        return rule_view(item, problem, secrets=call.caller.reads_secrets)
