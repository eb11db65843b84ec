"""The operations on the rules of a resource."""

from contextlib import suppress
from typing import Any

from imagestack.control import times
from imagestack.control.api.answer_models import Json
from imagestack.control.api.bodies import RuleCreate, RuleReplace, RuleUpdate
from imagestack.control.api.fixed_fields import check_rule
from imagestack.control.api.item_options import check_item_options
from imagestack.control.api.option_bodies import as_stored, merged
from imagestack.control.api.pagination import page
from imagestack.control.api.patterns import check_pattern
from imagestack.control.api.queries import PageQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import validate, validate_query
from imagestack.control.api.views import rule_view
from imagestack.control.audit import audit_entry
from imagestack.control.errors import ConflictError, InvalidError
from imagestack.control.store.items import FIRST_DERIVED, rule_number, rule_sort_key, rules_of, version
from imagestack.control.store.ports import Check, Delete, Item, Put, Store, Table
from imagestack.control.store.registry import StoredResource, find_resource, find_settings, find_with_rule, index_item
from imagestack.rules.items import RULE_PREFIX, SETTINGS, partition_key

_COUNTER = "ID"


class Rules:
    """The operations on rules; `bucket` is the bucket of originals."""

    def __init__(self, store: Store, bucket: str) -> None:
        self._store = store
        self._bucket = bucket

    def browse(self, call: Call) -> Reply:
        """The rules of a resource, in the order in which they are matched."""
        query = validate_query(PageQuery, call.query)
        return page(call, query, self.views(call, self._stored(call)))

    def get(self, call: Call) -> Reply:
        """A rule."""
        stored = self._stored_with_rule(call)
        return self._reply(call, stored, stored.rule(call.numbers["rule_id"]))

    def create(self, call: Call) -> Reply:
        """Add a rule; without a weight it is matched after all others."""
        stored = find_settings(self._store, call.numbers["resource_id"]).changeable()
        body = validate(RuleCreate, call.body)
        if body.weight is not None:
            # The other rules need not be read, unless a hand-written rule has the next number already.
            with suppress(ConflictError):
                return self._added(call, stored, body)
        return self._added(call, self._stored(call).changeable(), body)

    def replace(self, call: Call) -> Reply:
        """Replace a rule; absent fields get their defaults, and the weight stays."""
        stored = self._stored_with_rule(call).changeable()
        previous = stored.rule(call.numbers["rule_id"])
        body = validate(RuleReplace, call.body)
        return self._written(call, stored, self._replaced(dict(previous), body), previous)

    def update(self, call: Call) -> Reply:
        """Change the named fields of a rule."""
        stored = self._stored_with_rule(call).changeable()
        previous = stored.rule(call.numbers["rule_id"])
        body = validate(RuleUpdate, call.body)
        check_rule(body)
        item = dict(previous)
        names = {"active": "active", "name": "name", "rule": "rule", "rule_type": "ruleType", "weight": "weight"}
        given = {names[name]: getattr(body, name) for name in body.model_fields_set & names.keys()}
        item |= {name: value for name, value in given.items() if value is not None}
        if body.options is not None:
            item["options"] = merged(item.get("options"), body.options)
        return self._written(call, stored, item, previous)

    def delete(self, call: Call) -> Reply:
        """Remove a rule; it has to be switched off first."""
        stored = self._stored_with_rule(call)
        previous = stored.rule(call.numbers["rule_id"])
        if previous.get("active") is not False:
            raise InvalidError({"active": ["an active rule cannot be deleted; set active to false before"]})
        call.check_version(version(previous))
        before = self._view(call, previous, None)
        self._store.commit([Delete(Table.RULES, previous), audit_entry(self._store, call, 204, before, None)])
        return Reply(204)

    def views(self, call: Call, stored: StoredResource) -> list[Json]:
        """Show the rules of a resource, in the order in which they are matched."""
        problems = stored.problems(self._bucket)
        rules = sorted(rules_of(stored.items), key=rule_sort_key)
        return [self._view(call, item, problems.get(str(item["sk"]))) for item in rules]

    def _stored(self, call: Call) -> StoredResource:
        return find_resource(self._store, call.numbers["resource_id"])

    def _stored_with_rule(self, call: Call) -> StoredResource:
        return find_with_rule(self._store, call.numbers["resource_id"], call.numbers["rule_id"])

    def _added(self, call: Call, stored: StoredResource, body: RuleCreate) -> Reply:
        rules = rules_of(stored.items)
        known = [rule_number(str(item["sk"])) for item in rules]
        highest = max((number for number in known if number < FIRST_DERIVED), default=0)
        number = self._store.next_number(Table.RULES, _COUNTER, above=highest)
        new = {
            "pk": partition_key(stored.host),
            "sk": f"{RULE_PREFIX}{number}",
            "id": number,
            "weight": max((rule_sort_key(item)[0] for item in rules), default=0) + 1,
            "created": times.to_text(call.now),
        }
        # No rule is added to a resource that is being deleted: the rule would remain.
        must_exist = Check(
            Table.RULES,
            partition_key(stored.host),
            SETTINGS,
            without="deleting",
            must_exist=stored.settings is not None,
        )
        return self._written(call, stored, self._replaced(new, body), None, must_exist)

    @staticmethod
    def _replaced(item: dict[str, Any], body: RuleReplace) -> dict[str, Any]:
        check_rule(body)
        given = {"rule": body.rule, "name": body.name, "active": body.active, "ruleType": 0}
        weight = {} if body.weight is None else {"weight": body.weight}
        return {**item, **given, **weight, "options": as_stored(body.options)}

    def _written(
        self, call: Call, stored: StoredResource, item: dict[str, Any], previous: Item | None, *further: Check
    ) -> Reply:
        check_pattern(item.get("rule"))
        check_item_options(item.get("options"))
        status = 200 if previous else 201
        if previous is not None:
            call.check_version(version(previous))
        item["updated"] = times.to_text(call.now)
        before = self._view(call, previous, None) if previous else None
        trail = audit_entry(self._store, call, status, before, self._view(call, item, None))
        # A hand-written resource enters the index, so that later calls find it without a scan.
        adopted = [] if stored.indexed else [Put(Table.RULES, index_item(stored), unconditional=True)]
        self._store.commit([Put(Table.RULES, item, previous=previous), *adopted, *further, trail])
        return self._reply(call, stored, item, status)

    def _reply(self, call: Call, stored: StoredResource, item: Item, status: int = 200) -> Reply:
        problems = StoredResource(stored.host, stored.number, stored.indexed, [item]).problems(self._bucket)
        return Reply(status, self._view(call, item, problems.get(str(item["sk"]))), version(item))

    @staticmethod
    def _view(call: Call, item: Item, problem: str | None) -> Json:
        return rule_view(item, problem, secrets=call.caller.reads_secrets).as_json()
