"""Resources: what a host serves."""

import re
from typing import Any

from imagestack.control import times
from imagestack.control.api.bodies import ResourceCreate, ResourceReplace, ResourceUpdate
from imagestack.control.api.fixed_fields import check_resource
from imagestack.control.api.option_bodies import Fields, as_stored, check_options, merged
from imagestack.control.api.pagination import page
from imagestack.control.api.queries import ResourcesQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import read, read_query
from imagestack.control.api.views import View, resource_view, rule_view
from imagestack.control.audit import entry
from imagestack.control.errors import ConflictError, InvalidError
from imagestack.control.resource_filters import matches
from imagestack.control.store.items import rule_order, rules_of, version
from imagestack.control.store.origins import read_origin
from imagestack.control.store.ports import Change, Delete, Item, Put, Store, Table
from imagestack.control.store.registry import StoredResource, every, find, index_item, new_settings
from imagestack.rules.items import partition_key

_HOST = re.compile(r"\*|[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_COUNTER = "ID"
# Of a resource that has more rules they are removed in steps; each of them can be as large as a request.
_STEP = 50


class Resources:
    """The resources of a deployment; `bucket` is the one that an origin may name."""

    def __init__(self, store: Store, bucket: str) -> None:
        self._store = store
        self._bucket = bucket

    def browse(self, call: Call) -> Reply:
        """All resources that a query asks for, without their rules."""
        query = read_query(ResourcesQuery, call.query)
        shown = [(found, self._view(call, found)) for found in every(self._store)]
        return page(call, query, [view for found, view in shown if matches(query, view, rules_of(found.items))])

    def get(self, call: Call) -> Reply:
        """A resource with its rules."""
        return self._reply(call, self._found(call))

    def create(self, call: Call) -> Reply:
        """Add a resource for a host that has none."""
        body = read(ResourceCreate, call.body)
        check_resource(body, None)
        if body.origin is None:
            raise InvalidError({"origin": ["is required"]})
        host = body.cname.lower()
        if not _HOST.fullmatch(host):
            raise InvalidError({"cname": ["is no host name"]})
        if next(iter(self._store.query(Table.RULES, partition_key(host))), None) is not None:
            raise InvalidError({"cname": ["has a resource already"]})
        found = StoredResource(host, self._store.next_number(Table.RULES, _COUNTER), indexed=False)
        settings = new_settings(found, times.written(call.now))
        self._write(call, found, self._replaced(settings, body), 201)
        return self._reply(call, find(self._store, found.number), 201)

    def replace(self, call: Call) -> Reply:
        """Change a resource to what is said, and to defaults where nothing is."""
        found = self._found(call).changeable()
        body = read(ResourceReplace, call.body)
        check_resource(body, found.number)
        settings = new_settings(found, times.written(call.now))
        return self._changed(call, found, self._replaced(settings, body))

    def update(self, call: Call) -> Reply:
        """Change what is said of a resource."""
        found = self._found(call).changeable()
        body = read(ResourceUpdate, call.body)
        check_resource(body, found.number)
        settings = new_settings(found, times.written(call.now))
        said = body.model_fields_set & {"active", "description", "name"}
        settings |= {name: getattr(body, name) for name in said}
        if body.options is not None:
            settings["options"] = merged(settings.get("options"), body.options)
        self._place(settings, body)
        return self._changed(call, found, settings)

    def delete(self, call: Call) -> Reply:
        """Remove a resource and its rules; it has to be switched off first.

        It is marked before, so that no rule is added meanwhile. If it breaks off, it can be asked for again.
        """
        found = self._found(call)
        settings = found.settings
        if settings is None or settings.get("active") is not False:
            raise InvalidError({"active": ["an active resource cannot be deleted; set active to false before"]})
        before = self.view(call, found)
        written = [entry(self._store, call, 204, before, None)]
        if not settings.get("deleting"):
            marked = {**settings, "deleting": True}
            # The entry is written here, where everything still is there; a second attempt has its own.
            self._store.commit([Put(Table.RULES, marked, was=settings), *written])
            settings, written = marked, []
        rest = [
            item for item in self._store.query(Table.RULES, partition_key(found.host)) if item["sk"] != settings["sk"]
        ]
        while len(rest) > _STEP:
            step, rest = rest[:_STEP], rest[_STEP:]
            self._store.commit([Delete(Table.RULES, item, whatever=True) for item in step])
        self._store.commit(
            [
                Delete(Table.RULES, settings),
                Delete(Table.RULES, index_item(found), whatever=True),
                *(Delete(Table.RULES, item, whatever=True) for item in rest),
                *written,
            ]
        )
        return Reply(204)

    def view(self, call: Call, found: StoredResource) -> View:
        """A resource as the API shows it, with its rules in the order in which they are asked."""
        problems = found.problems(self._bucket)
        rules = [self._rule(call, item, problems) for item in sorted(rules_of(found.items), key=rule_order)]
        settings = found.settings
        return {
            **self._view(call, found),
            "rules": rules,
            "problem": problems.get(str(settings["sk"])) if settings else None,
        }

    def _found(self, call: Call) -> StoredResource:
        return find(self._store, call.numbers["resource_id"])

    def _replaced(self, settings: dict[str, Any], body: ResourceCreate | ResourceReplace) -> dict[str, Any]:
        settings |= {"active": body.active, "name": body.name, "description": body.description}
        settings["options"] = as_stored(body.options)
        self._place(settings, body)
        return settings

    def _place(self, settings: dict[str, Any], body: Fields) -> None:
        """Settle the origin, if one is named."""
        origin = getattr(body, "origin", None)
        if origin is None:
            return
        try:
            bucket, prefix = read_origin(origin, (self._bucket,))
        except ValueError as error:
            raise InvalidError({"origin": [str(error)]}) from None
        settings["origin"] = {"bucket": bucket, "prefix": prefix}

    def _changed(self, call: Call, found: StoredResource, settings: dict[str, Any]) -> Reply:
        call.match(version(found.settings))
        self._write(call, found, settings, 200)
        return self._reply(call, find(self._store, found.number))

    def _write(self, call: Call, found: StoredResource, settings: dict[str, Any], status: int) -> None:
        options = settings.get("options") or {}
        if not isinstance(options, dict):
            raise InvalidError({"options": ["what is stored is not an object; name all options"]})
        check_options(options)
        item = {name: value for name, value in settings.items() if value is not None}
        item["updated"] = times.written(call.now)
        before = self._view(call, found) if found.items else None
        after = self._view(call, StoredResource(found.host, found.number, indexed=True, items=[item]))
        changes: list[Change] = [Put(Table.RULES, item, was=found.settings)]
        if not found.indexed:
            changes.append(Put(Table.RULES, index_item(found)))
        try:
            self._store.commit([*changes, entry(self._store, call, status, before, after)])
        except ConflictError:
            if found.items:
                raise
            raise InvalidError({"cname": ["has a resource already"]}) from None

    def _reply(self, call: Call, found: StoredResource, status: int = 200) -> Reply:
        return Reply(status, self.view(call, found), version(found.settings))

    def _view(self, call: Call, found: StoredResource) -> View:
        secrets = call.caller.reads_secrets
        return resource_view(found.host, found.number, found.settings, self._bucket, secrets=secrets)

    @staticmethod
    def _rule(call: Call, item: Item, problems: dict[str, str]) -> View:
        return rule_view(item, problems.get(str(item["sk"])), secrets=call.caller.reads_secrets)
