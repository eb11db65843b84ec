"""The operations on resources. A resource is what one host serves."""

import re
from typing import Any

from imagestack.control import times
from imagestack.control.api.answer_models import ResourceAnswer, ResourceInList, RuleAnswer
from imagestack.control.api.bodies import ResourceCreate, ResourceReplace, ResourceUpdate
from imagestack.control.api.fixed_fields import check_resource
from imagestack.control.api.item_options import check_item_options
from imagestack.control.api.option_bodies import Fields, as_stored, merged
from imagestack.control.api.pagination import page
from imagestack.control.api.queries import ResourcesQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import validate, validate_query
from imagestack.control.api.views import resource_view, rule_view
from imagestack.control.audit import audit_entry
from imagestack.control.errors import ConflictError, InvalidError
from imagestack.control.resource_filters import matches
from imagestack.control.store.items import rule_sort_key, rules_of, version
from imagestack.control.store.origins import read_origin
from imagestack.control.store.ports import Change, Delete, Item, Put, Store, Table
from imagestack.control.store.registry import StoredResource, all_resources, find_resource, index_item, new_settings
from imagestack.rules.items import partition_key

_HOST = re.compile(r"\*|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_COUNTER = "ID"
# Rules that one transaction of a deletion removes; each rule can be as large as a request.
_STEP = 50


class Resources:
    """The operations on resources; `bucket` is the bucket that origins may name."""

    def __init__(self, store: Store, bucket: str) -> None:
        self._store = store
        self._bucket = bucket

    def browse(self, call: Call) -> Reply:
        """The resources that pass the filters, without their rules."""
        query = validate_query(ResourcesQuery, call.query)
        views = [(stored, self._view(call, stored)) for stored in all_resources(self._store)]
        matching = [view.as_json() for stored, view in views if matches(query, view, rules_of(stored.items))]
        return page(call, query, matching)

    def get(self, call: Call) -> Reply:
        """A resource with its rules."""
        return self._reply(call, self._stored(call))

    def create(self, call: Call) -> Reply:
        """Add a resource for a host that has none."""
        body = validate(ResourceCreate, call.body)
        check_resource(body, None)
        if body.origin is None:
            raise InvalidError({"origin": ["is required"]})
        host = body.cname.lower()
        if not _HOST.fullmatch(host):
            raise InvalidError({"cname": ["is no host name"]})
        if next(iter(self._store.query(Table.RULES, partition_key(host))), None) is not None:
            raise InvalidError({"cname": ["has a resource already"]})
        stored = StoredResource(host, self._store.next_number(Table.RULES, _COUNTER), indexed=False)
        settings = new_settings(stored, times.to_text(call.now))
        self._write(call, stored, self._replaced(settings, body), 201)
        return self._reply(call, find_resource(self._store, stored.number), 201)

    def replace(self, call: Call) -> Reply:
        """Replace a resource; absent fields get their defaults, and the origin stays."""
        stored = self._stored(call).changeable()
        body = validate(ResourceReplace, call.body)
        check_resource(body, stored.number)
        settings = new_settings(stored, times.to_text(call.now))
        return self._changed(call, stored, self._replaced(settings, body))

    def update(self, call: Call) -> Reply:
        """Change the named fields of a resource."""
        stored = self._stored(call).changeable()
        body = validate(ResourceUpdate, call.body)
        check_resource(body, stored.number)
        settings = new_settings(stored, times.to_text(call.now))
        given = body.model_fields_set & {"active", "description", "name"}
        settings |= {name: getattr(body, name) for name in given}
        if body.options is not None:
            settings["options"] = merged(settings.get("options"), body.options)
        self._set_origin(settings, body)
        return self._changed(call, stored, settings)

    def delete(self, call: Call) -> Reply:
        """Remove a resource and its rules; it has to be switched off first.

        The resource is marked first, so that no rule is added meanwhile. An interrupted deletion can be repeated.
        """
        stored = self._stored(call)
        settings = stored.settings
        if settings is None or settings.get("active") is not False:
            raise InvalidError({"active": ["an active resource cannot be deleted; set active to false before"]})
        before = self.view(call, stored).as_json()
        trail = [audit_entry(self._store, call, 204, before, None)]
        if not settings.get("deleting"):
            marked = {**settings, "deleting": True}
            # The entry is committed with the mark, while the state is complete. A repeated deletion has its own entry.
            self._store.commit([Put(Table.RULES, marked, previous=settings), *trail])
            settings, trail = marked, []
        rest = [
            item for item in self._store.query(Table.RULES, partition_key(stored.host)) if item["sk"] != settings["sk"]
        ]
        while len(rest) > _STEP:
            step, rest = rest[:_STEP], rest[_STEP:]
            self._store.commit([Delete(Table.RULES, item, unconditional=True) for item in step])
        self._store.commit(
            [
                Delete(Table.RULES, settings),
                Delete(Table.RULES, index_item(stored), unconditional=True),
                *(Delete(Table.RULES, item, unconditional=True) for item in rest),
                *trail,
            ]
        )
        return Reply(204)

    def view(self, call: Call, stored: StoredResource) -> ResourceAnswer:
        """Show a resource with its rules, in the order in which they are matched."""
        problems = stored.problems(self._bucket)
        rules = [self._rule(call, item, problems) for item in sorted(rules_of(stored.items), key=rule_sort_key)]
        settings = stored.settings
        problem = problems.get(str(settings["sk"])) if settings else None
        return ResourceAnswer(**dict(self._view(call, stored)), rules=rules, problem=problem)

    def _stored(self, call: Call) -> StoredResource:
        return find_resource(self._store, call.numbers["resource_id"])

    def _replaced(self, settings: dict[str, Any], body: ResourceCreate | ResourceReplace) -> dict[str, Any]:
        settings |= {"active": body.active, "name": body.name, "description": body.description}
        settings["options"] = as_stored(body.options)
        self._set_origin(settings, body)
        return settings

    def _set_origin(self, settings: dict[str, Any], body: Fields) -> None:
        """Set the origin if the body names one."""
        origin = getattr(body, "origin", None)
        if origin is None:
            return
        try:
            bucket, prefix = read_origin(origin, (self._bucket,))
        except ValueError as error:
            raise InvalidError({"origin": [str(error)]}) from None
        settings["origin"] = {"bucket": bucket, "prefix": prefix}

    def _changed(self, call: Call, stored: StoredResource, settings: dict[str, Any]) -> Reply:
        call.check_version(version(stored.settings))
        self._write(call, stored, settings, 200)
        return self._reply(call, find_resource(self._store, stored.number))

    def _write(self, call: Call, stored: StoredResource, settings: dict[str, Any], status: int) -> None:
        check_item_options(settings.get("options"))
        item = {name: value for name, value in settings.items() if value is not None}
        item["updated"] = times.to_text(call.now)
        before = self._view(call, stored).as_json() if stored.items else None
        after = self._view(call, StoredResource(stored.host, stored.number, indexed=True, items=[item])).as_json()
        changes: list[Change] = [Put(Table.RULES, item, previous=stored.settings)]
        if not stored.indexed:
            changes.append(Put(Table.RULES, index_item(stored)))
        try:
            self._store.commit([*changes, audit_entry(self._store, call, status, before, after)])
        except ConflictError:
            if stored.items:
                raise
            raise InvalidError({"cname": ["has a resource already"]}) from None

    def _reply(self, call: Call, stored: StoredResource, status: int = 200) -> Reply:
        return Reply(status, self.view(call, stored).as_json(), version(stored.settings))

    def _view(self, call: Call, stored: StoredResource) -> ResourceInList:
        secrets = call.caller.reads_secrets
        return resource_view(stored.host, stored.number, stored.settings, self._bucket, secrets=secrets)

    @staticmethod
    def _rule(call: Call, item: Item, problems: dict[str, str]) -> RuleAnswer:
        return rule_view(item, problems.get(str(item["sk"])), secrets=call.caller.reads_secrets)
