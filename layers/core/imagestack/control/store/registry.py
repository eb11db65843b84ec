"""Look-up of resources, including those that operators write by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from imagestack.control.errors import ConflictError, NotFoundError
from imagestack.control.store.items import (
    FIRST_DERIVED,
    INDEX,
    INDEX_PREFIX,
    RESOURCE_PREFIX,
    derived_number,
    rule_number,
    rules_of,
    settings_of,
)
from imagestack.control.store.ports import Item, Store, Table
from imagestack.rules.items import RULE_PREFIX, SETTINGS, partition_key, read_items


@dataclass
class StoredResource:
    """A resource in the tables.

    Attributes:
        host: The host that it serves.
        number: Its number in the index, or a number derived from the host.
        indexed: Whether the index has it.
        items: The items of the host.
    """

    host: str
    number: int
    indexed: bool
    items: list[Item] = field(default_factory=list)

    @property
    def settings(self) -> Item | None:
        """The item of the resource itself; None if the host has only rules."""
        return settings_of(self.items)

    def changeable(self) -> "StoredResource":
        """This resource, unless it is being deleted.

        Raises:
            ConflictError: It is being deleted.
        """
        if (self.settings or {}).get("deleting"):
            raise ConflictError("the resource is being deleted")
        return self

    def rule(self, number: int) -> Item:
        """The rule of a number.

        Raises:
            NotFoundError: There is no such rule.
        """
        for item in rules_of(self.items):
            if rule_number(str(item["sk"])) == number:
                return item
        raise NotFoundError("there is no such rule")

    def problems(self, bucket: str) -> dict[str, str]:
        """Why the data plane leaves items out, by `sk`."""
        return {broken.sk: broken.problem for broken in read_items(self.host, self.items, bucket)[1]}


def find_resource(store: Store, number: int) -> StoredResource:
    """Find a resource by its number: two reads, or a scan if the index does not have it.

    Raises:
        NotFoundError: There is no such resource.
    """
    host = _indexed_host(store, number)
    if host is not None:
        stored = StoredResource(host, number, indexed=True, items=list(store.query(Table.RULES, partition_key(host))))
        if stored.items:
            return stored
    elif number >= FIRST_DERIVED:
        for stored in all_resources(store):
            if stored.number == number:
                return stored
    raise NotFoundError("there is no such resource")


def find_settings(store: Store, number: int) -> StoredResource:
    """Find a resource with its own item only, since it may have hundreds of rules. Without an own item, all are read.

    Raises:
        NotFoundError: There is no such resource.
    """
    host = _indexed_host(store, number)
    if host is not None:
        settings = store.get(Table.RULES, partition_key(host), SETTINGS)
        if settings is not None:
            return StoredResource(host, number, indexed=True, items=[settings])
    return find_resource(store, number)


def find_with_rule(store: Store, number: int, rule: int) -> StoredResource:
    """Find a resource with at least its own item and one of its rules.

    Raises:
        NotFoundError: There is no such resource or rule.
    """
    if rule < FIRST_DERIVED:
        alone = find_settings(store, number)
        item = store.get(Table.RULES, partition_key(alone.host), f"{RULE_PREFIX}{rule}")
        if item is not None:
            return StoredResource(alone.host, number, alone.indexed, [*alone.items, item])
    stored = find_resource(store, number)
    stored.rule(rule)
    return stored


def all_resources(store: Store) -> list[StoredResource]:
    """All resources, sorted by number."""
    items = list(store.scan(Table.RULES))
    numbers = _index(items)
    hosts: dict[str, StoredResource] = {}
    for item in items:
        pk = str(item["pk"])
        if pk.startswith(RESOURCE_PREFIX):
            host = pk.removeprefix(RESOURCE_PREFIX)
            known = StoredResource(host, numbers.get(host, derived_number(host)), indexed=host in numbers)
            hosts.setdefault(host, known).items.append(item)
    return sorted(hosts.values(), key=lambda stored: stored.number)


def new_settings(stored: StoredResource, created: str) -> dict[str, Any]:
    """The item of a resource with all attributes that every resource has."""
    basis = {"pk": partition_key(stored.host), "sk": SETTINGS, "created": created, "active": True}
    return {**basis, **(stored.settings or {}), "id": stored.number, "cname": stored.host}


def index_item(stored: StoredResource) -> Item:
    """The index entry of a resource."""
    return {"pk": f"{INDEX_PREFIX}{stored.number}", "sk": INDEX, "cname": stored.host}


def _indexed_host(store: Store, number: int) -> str | None:
    """The host of a number; None if the index does not have it."""
    index = store.get(Table.RULES, f"{INDEX_PREFIX}{number}", INDEX)
    return str(index.get("cname")) if index is not None else None


def _index(items: Iterable[Item]) -> dict[str, int]:
    """Numbers by host."""
    numbers: dict[str, int] = {}
    for item in items:
        pk = str(item["pk"])
        word = pk.removeprefix(INDEX_PREFIX)
        if pk.startswith(INDEX_PREFIX) and item["sk"] == INDEX and word.isascii() and word.isdecimal():
            host = str(item.get("cname"))
            numbers[host] = min(int(word), numbers.get(host, int(word)))
    return numbers
