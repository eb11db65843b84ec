"""Which resources there are, with those that were written by hand."""

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
    """A resource as it is stored.

    Attributes:
        number: its own in the index, or one derived from the host.
        indexed: whether the index has it.
        items: all of the host.
    """

    host: str
    number: int
    indexed: bool
    items: list[Item] = field(default_factory=list)

    @property
    def settings(self) -> Item | None:
        """Its own item; None if the host has only rules."""
        return settings_of(self.items)

    def changeable(self) -> "StoredResource":
        """This resource, unless it is being deleted.

        Raises:
            ConflictError: it is.
        """
        if (self.settings or {}).get("deleting"):
            raise ConflictError("the resource is being deleted")
        return self

    def rule(self, number: int) -> Item:
        """A rule.

        Raises:
            NotFoundError: there is none of this number.
        """
        for item in rules_of(self.items):
            if rule_number(str(item["sk"])) == number:
                return item
        raise NotFoundError("there is no such rule")

    def problems(self, bucket: str) -> dict[str, str]:
        """Why the data plane leaves items out, by `sk`."""
        return {broken.sk: broken.problem for broken in read_items(self.host, self.items, bucket)[1]}


def find(store: Store, number: int) -> StoredResource:
    """A resource by its number: two reads, or a look at everything for one that the index does not know.

    Raises:
        NotFoundError: there is none.
    """
    index = store.get(Table.RULES, f"{INDEX_PREFIX}{number}", INDEX)
    if index is not None:
        host = str(index.get("cname"))
        found = StoredResource(host, number, indexed=True, items=list(store.query(Table.RULES, partition_key(host))))
        if found.items:
            return found
    elif number >= FIRST_DERIVED:
        for found in every(store):
            if found.number == number:
                return found
    raise NotFoundError("there is no such resource")


def find_alone(store: Store, number: int) -> StoredResource:
    """A resource with its own item and not its rules, of which there may be hundreds; with all if it has none.

    Raises:
        NotFoundError: there is none.
    """
    index = store.get(Table.RULES, f"{INDEX_PREFIX}{number}", INDEX)
    if index is not None:
        host = str(index.get("cname"))
        settings = store.get(Table.RULES, partition_key(host), SETTINGS)
        if settings is not None:
            return StoredResource(host, number, indexed=True, items=[settings])
    return find(store, number)


def find_with(store: Store, number: int, rule: int) -> StoredResource:
    """A resource with its own item and one of its rules, at least.

    Raises:
        NotFoundError: there is none, or no such rule.
    """
    if rule < FIRST_DERIVED:
        alone = find_alone(store, number)
        item = store.get(Table.RULES, partition_key(alone.host), f"{RULE_PREFIX}{rule}")
        if item is not None:
            return StoredResource(alone.host, number, alone.indexed, [*alone.items, item])
    found = find(store, number)
    found.rule(rule)
    return found


def every(store: Store) -> list[StoredResource]:
    """All resources, by number."""
    items = list(store.scan(Table.RULES))
    numbers = _index(items)
    hosts: dict[str, StoredResource] = {}
    for item in items:
        pk = str(item["pk"])
        if pk.startswith(RESOURCE_PREFIX):
            host = pk.removeprefix(RESOURCE_PREFIX)
            known = StoredResource(host, numbers.get(host, derived_number(host)), indexed=host in numbers)
            hosts.setdefault(host, known).items.append(item)
    return sorted(hosts.values(), key=lambda found: found.number)


def new_settings(found: StoredResource, created: str) -> dict[str, Any]:
    """What the item of a resource holds anyway; of a host that had none, or a hand-written one, too."""
    basis = {"pk": partition_key(found.host), "sk": SETTINGS, "created": created, "active": True}
    return {**basis, **(found.settings or {}), "id": found.number, "cname": found.host}


def index_item(found: StoredResource) -> Item:
    """The entry of the index for a resource."""
    return {"pk": f"{INDEX_PREFIX}{found.number}", "sk": INDEX, "cname": found.host}


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
