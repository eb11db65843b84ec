"""The operations on rule templates, from which new rules are made.

One template comes with the product; the others are items of the rules table. `pk` is `TEMPLATES`, `sk` is
`TEMPLATE#<id>`; the attributes are those of a rule.
"""

from typing import Any

from imagestack.control import times
from imagestack.control.api.answer_models import Json
from imagestack.control.api.bodies import TemplateReplace, TemplateUpdate
from imagestack.control.api.fixed_fields import check_rule
from imagestack.control.api.item_options import check_item_options
from imagestack.control.api.option_bodies import as_stored, merged
from imagestack.control.api.pagination import page
from imagestack.control.api.patterns import check_pattern
from imagestack.control.api.queries import PageQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import validate, validate_query
from imagestack.control.api.views import template_view
from imagestack.control.audit import audit_entry
from imagestack.control.errors import NotFoundError, RoleError
from imagestack.control.store.items import version
from imagestack.control.store.ports import Delete, Item, Put, Store, Table

_PK = "TEMPLATES"
_COUNTER = "ID"
_SYSTEM_NUMBER = 1
# The template of docs/specification.md#section-4.
SYSTEM: Item = {
    "id": _SYSTEM_NUMBER,
    "name": "Image optimization",
    "rule": r"/.*\.(?i:jpg|jpeg|png)$",
    "ruleType": 0,
    "weight": 1,
    "options": {"image_stack": {"enabled": True, "quality": 95, "webp_enabled": True, "avif_enabled": True}},
}


class Templates:
    """The operations on rule templates."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def browse(self, call: Call) -> Reply:
        """All templates; the one that comes with the product is first."""
        query = validate_query(PageQuery, call.query)
        own = sorted(self._store.query(Table.RULES, _PK), key=lambda item: int(item["id"]))
        return page(call, query, [self._view(call, item) for item in (SYSTEM, *own)])

    def get(self, call: Call) -> Reply:
        """A template."""
        return self._reply(call, self._item(call))

    def create(self, call: Call) -> Reply:
        """Add a template."""
        body = validate(TemplateReplace, call.body)
        number = self._store.next_number(Table.RULES, _COUNTER, above=_SYSTEM_NUMBER)
        item = {"pk": _PK, "sk": f"TEMPLATE#{number}", "id": number, "weight": 1, "created": times.to_text(call.now)}
        return self._written(call, self._replaced(item, body), None)

    def replace(self, call: Call) -> Reply:
        """Replace a template; absent fields get their defaults."""
        previous = self._own(call)
        body = validate(TemplateReplace, call.body)
        return self._written(call, self._replaced({**previous, "weight": 1}, body), previous)

    def update(self, call: Call) -> Reply:
        """Change the named fields of a template."""
        previous = self._own(call)
        body = validate(TemplateUpdate, call.body)
        check_rule(body)
        given = {name: getattr(body, name) for name in body.model_fields_set & {"name", "rule", "weight"}}
        item = {**previous, **{name: value for name, value in given.items() if value is not None}}
        if body.options is not None:
            item["options"] = merged(item.get("options"), body.options)
        return self._written(call, item, previous)

    def delete(self, call: Call) -> Reply:
        """Remove a template; rules that were made from it stay as they are."""
        previous = self._own(call)
        call.check_version(version(previous))
        self._store.commit(
            [Delete(Table.RULES, previous), audit_entry(self._store, call, 204, self._view(call, previous), None)],
        )
        return Reply(204)

    def _item(self, call: Call) -> Item:
        number = call.numbers["template_id"]
        item = SYSTEM if number == _SYSTEM_NUMBER else self._store.get(Table.RULES, _PK, f"TEMPLATE#{number}")
        if item is None:
            raise NotFoundError("there is no such rule template")
        return item

    def _own(self, call: Call) -> Item:
        item = self._item(call)
        if item is SYSTEM:
            raise RoleError("this template came with the product and cannot be changed")
        return item

    @staticmethod
    def _replaced(item: dict[str, Any], body: TemplateReplace) -> dict[str, Any]:
        check_rule(body)
        weight = {} if body.weight is None else {"weight": body.weight}
        given = {"rule": body.rule, "name": body.name, "ruleType": 0, "options": as_stored(body.options)}
        return {**item, **given, **weight}

    def _written(self, call: Call, item: dict[str, Any], previous: Item | None) -> Reply:
        check_pattern(item["rule"])
        check_item_options(item.get("options"))
        if previous is not None:
            call.check_version(version(previous))
        item["updated"] = times.to_text(call.now)
        status = 200 if previous else 201
        before = self._view(call, previous) if previous else None
        self._store.commit(
            [
                Put(Table.RULES, item, previous=previous),
                audit_entry(self._store, call, status, before, self._view(call, item)),
            ]
        )
        return self._reply(call, item, status)

    def _reply(self, call: Call, item: Item, status: int = 200) -> Reply:
        return Reply(status, self._view(call, item), version(item))

    @staticmethod
    def _view(call: Call, item: Item) -> Json:
        return template_view(item, default=item is SYSTEM, secrets=call.caller.reads_secrets).as_json()
