"""The contract of every Store."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any
from uuid import uuid4

import boto3
import pytest
from botocore.config import Config

from imagestack.control.aws.store import DynamoStore
from imagestack.control.errors import ConflictError, TooLargeError, UnavailableError
from imagestack.control.rule_order import RuleOrders
from imagestack.control.rules import Rules
from imagestack.control.store.items import rule_sort_key
from imagestack.control.store.ports import MOST_CHANGES, Change, Check, Delete, Put, Store, Table
from tests.control.conftest import operator_call
from tests.support.control_tables import make_table

WRITERS = 20
RULES = 500


@pytest.fixture(
    params=["endpoint", pytest.param("amazons", marks=pytest.mark.xdist_group("dynamodb_local"))], ids=["moto", "local"]
)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """Every implementation, with empty tables."""
    client = boto3.client("dynamodb", endpoint_url=request.getfixturevalue(request.param))
    names = {table: f"{table.value}-{uuid4().hex}" for table in Table}
    for name in names.values():
        make_table(client, name)
    yield DynamoStore(client, names)
    for name in names.values():
        client.delete_table(TableName=name)


def item(sk: str = "a", pk: str = "p", **attributes: Any) -> dict[str, Any]:
    return {"pk": pk, "sk": sk, **attributes}


def put(store: Store, *items: dict[str, Any], table: Table = Table.RULES) -> None:
    store.commit([Put(table, one) for one in items])


def test_nothing(store: Store) -> None:
    """Absent items are not found."""
    assert store.get(Table.RULES, "p", "a") is None
    assert list(store.query(Table.RULES, "p")) == []
    assert list(store.scan(Table.RULES)) == []
    assert store.last_number(Table.RULES, "ID") == 0


def test_items(store: Store) -> None:
    """Items with attributes of all types are read as they were written."""
    one = item(
        text='é "', empty="", yes=True, no=False, null=None, number=Decimal(80), list=[Decimal(1)], map={"a": {"b": []}}
    )
    put(store, one)
    assert store.get(Table.RULES, "p", "a") == one
    assert store.get(Table.CONTROL, "p", "a") is None


def test_query_and_scan(store: Store) -> None:
    """A query returns the items of one `pk` in ascending or descending order; a scan returns all."""
    put(store, item("b"), item("a"), item("c"), item("a", pk="q"))
    assert [one["sk"] for one in store.query(Table.RULES, "p")] == ["a", "b", "c"]
    assert [one["sk"] for one in store.query(Table.RULES, "p", descending=True)] == ["c", "b", "a"]
    assert len(list(store.scan(Table.RULES))) == 4


def test_pages(store: Store) -> None:
    """Results over a megabyte are complete."""
    for number in range(5):
        put(store, item(str(number), text="x" * 300_000))
    assert [one["sk"] for one in store.query(Table.RULES, "p")] == list("01234")
    assert len(list(store.scan(Table.RULES))) == 5


def test_put_of_something_new(store: Store) -> None:
    """A new item does not overwrite an existing one."""
    put(store, item(name="first"))
    with pytest.raises(ConflictError):
        put(store, item(name="second"))
    assert store.get(Table.RULES, "p", "a") == item(name="first")


@pytest.mark.parametrize(
    "meanwhile",
    [
        item(name="changed", options={"image_stack": {"quality": Decimal(80)}}),
        item(name="n", options={"image_stack": {"quality": Decimal(65)}}),
        item(name="n"),
        item(name="n", options={"image_stack": {"quality": Decimal(80)}}, active=False),
        item(name="n", options={"image_stack": {"quality": Decimal(80)}}, updated="now"),
    ],
)
def test_lost_updates(store: Store, meanwhile: dict[str, Any]) -> None:
    """An item that changed since it was read, even by hand, is neither overwritten nor deleted."""
    was = item(name="n", options={"image_stack": {"quality": Decimal(80)}})
    put(store, was)
    store.commit([Put(Table.RULES, meanwhile, previous=was)])
    with pytest.raises(ConflictError):
        store.commit([Put(Table.RULES, item(name="mine"), previous=was)])
    with pytest.raises(ConflictError):
        store.commit([Delete(Table.RULES, was)])
    assert store.get(Table.RULES, "p", "a") == meanwhile


def test_put_of_what_is_gone(store: Store) -> None:
    """A concurrently deleted item is not restored."""
    put(store, item(name="n"))
    store.commit([Delete(Table.RULES, item(name="n"))])
    with pytest.raises(ConflictError):
        store.commit([Put(Table.RULES, item(name="mine"), previous=item(name="n"))])
    assert store.get(Table.RULES, "p", "a") is None


def test_delete_whatever(store: Store) -> None:
    """An unconditional deletion succeeds, with or without the item."""
    put(store, item(name="n"))
    store.commit([Delete(Table.RULES, item(name="other"), unconditional=True)])
    store.commit([Delete(Table.RULES, item(name="other"), unconditional=True)])
    assert store.get(Table.RULES, "p", "a") is None


@pytest.mark.parametrize(
    ("there", "known", "right"),
    [
        (True, item(), True),
        (True, None, False),
        (True, item(deleting=True), False),
        (False, None, True),
        (False, item(deleting=True), False),
    ],
)
def test_check(store: Store, there: bool, known: dict[str, Any] | None, right: bool) -> None:  # noqa: FBT001 - a column
    """A failed check prevents the other changes."""
    if known:
        put(store, known)
    changes: list[Change] = [Check(Table.RULES, "p", "a", "deleting", there), Put(Table.RULES, item("new"))]
    if right:
        store.commit(changes)
    else:
        with pytest.raises(ConflictError):
            store.commit(changes)
    assert (store.get(Table.RULES, "p", "new") is not None) is right


def test_all_or_nothing(store: Store) -> None:
    """If one change fails, no change is made in either table."""
    put(store, item("there"))
    with pytest.raises(ConflictError):
        store.commit(
            [Put(Table.RULES, item("new")), Put(Table.CONTROL, item("new")), Put(Table.RULES, item("there", name="n"))]
        )
    assert [one["sk"] for one in store.scan(Table.RULES)] == ["there"]
    assert list(store.scan(Table.CONTROL)) == []


def test_too_large(store: Store) -> None:
    """An item over 400 KB is refused with its own error."""
    with pytest.raises(TooLargeError):
        put(store, item(text="x" * 500_000))
    assert store.get(Table.RULES, "p", "a") is None


def test_numbers(store: Store) -> None:
    """Counters count independently, above numbers in use."""
    assert [store.next_number(Table.RULES, "ID") for _ in range(3)] == [1, 2, 3]
    assert store.next_number(Table.RULES, "OTHER") == 1
    assert store.next_number(Table.RULES, "ID", above=500) == 501
    assert store.next_number(Table.RULES, "ID", above=7) == 502
    assert store.last_number(Table.RULES, "ID") == 502


def test_counts(store: Store) -> None:
    """Counts have an expiry time."""
    assert [store.add(Table.CONTROL, "p", "a", expires=5) for _ in range(3)] == [1, 2, 3]
    assert store.get(Table.CONTROL, "p", "a") == item(count=Decimal(3), expires=Decimal(5))


def all_at_once(work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(WRITERS) as executor:
        return list(executor.map(work, range(WRITERS)))


def test_numbers_of_many_at_once(store: Store) -> None:
    """Concurrent callers get different numbers."""
    numbers = all_at_once(lambda _: store.next_number(Table.RULES, "ID", above=100))
    assert len(set(numbers)) == WRITERS
    assert min(numbers) == 101


def test_many_writers_of_one_item(store: Store) -> None:
    """Concurrent additions to one item all persist: a late writer gets a conflict and retries."""
    put(store, item(name="", options={}))

    def write(number: int) -> None:
        while True:
            was = store.get(Table.RULES, "p", "a")
            assert was is not None
            try:
                store.commit(
                    [
                        Put(Table.RULES, {**was, "options": {**was["options"], str(number): True}}, previous=was),
                        Put(Table.CONTROL, item(str(number))),
                    ]
                )
            except ConflictError:
                continue
            return

    all_at_once(write)
    found = store.get(Table.RULES, "p", "a")
    assert found is not None
    assert set(found["options"]) == {str(number) for number in range(WRITERS)}
    assert len(list(store.scan(Table.CONTROL))) == WRITERS


def test_many_claimants(store: Store) -> None:
    """Of concurrent creations of one item exactly one succeeds."""

    def claim(number: int) -> bool:
        try:
            put(store, item(name=str(number)))
        except ConflictError:
            return False
        return True

    assert sum(all_at_once(claim)) == 1


def test_many_writers_side_by_side(store: Store) -> None:
    """Concurrent transactions that only check the same item all succeed."""
    put(store, item())

    def add(number: int) -> None:
        store.commit(
            [Check(Table.RULES, "p", "a", "deleting", must_exist=True), Put(Table.RULES, item(f"new{number}"))]
        )

    all_at_once(add)
    assert len(list(store.scan(Table.RULES))) == WRITERS + 1


def test_five_hundred_rules_in_another_order(store: Store) -> None:
    """An order of more rules than a transaction holds is written in several, with the right result."""
    index = item("RESOURCE", pk="ID#1", cname="images.example.com")
    pk = "RESOURCE#images.example.com"
    rules = [
        item(f"RULE#{number}", pk=pk, id=number, rule="/", weight=number, options={}) for number in range(1, RULES + 1)
    ]
    put(store, index, item("SETTINGS", pk=pk, id=1, cname="images.example.com"))
    for begin in range(0, RULES, MOST_CHANGES):
        put(store, *rules[begin : begin + MOST_CHANGES])
    wanted = [*range(201, RULES + 1), *range(200, 0, -1)]
    call = operator_call(numbers={"resource_id": 1}, body={"rules": wanted})
    answered = RuleOrders(store, Rules(store, "originals")).replace(call)
    assert [rule["id"] for rule in answered.body] == wanted
    found = [one for one in store.query(Table.RULES, pk) if one["sk"] != "SETTINGS"]
    assert [int(one["id"]) for one in sorted(found, key=rule_sort_key)] == wanted
    assert sum(one["weight"] == one["id"] for one in found) >= RULES - 200


def test_no_answer() -> None:
    """A table that does not answer raises its own error."""
    config = Config(retries={"total_max_attempts": 1}, connect_timeout=1)
    client = boto3.client("dynamodb", endpoint_url="http://127.0.0.1:9", region_name="us-east-1", config=config)
    with pytest.raises(UnavailableError):
        DynamoStore(client, {Table.RULES: "r", Table.CONTROL: "c"}).get(Table.RULES, "p", "a")
