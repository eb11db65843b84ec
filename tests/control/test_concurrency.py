"""Several administrators who change the same things through several functions at once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from imagestack.control.api.request_context import Call
from imagestack.control.audit import Activity
from imagestack.control.errors import ConflictError, NotFoundError
from imagestack.control.resources import Resources
from imagestack.control.rules import Rules
from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, OPERATOR, Deployment

WRITERS = 8
"""At once: enough for conflicts. What they take grows with the square of it, since each round has one winner."""


def call(body: Any = None, **numbers: int) -> Call:
    """A request of one administrator."""
    return Call(caller=OPERATOR, method="PATCH", path="test", now=datetime.now(UTC), body=body, numbers=numbers)


def insist(work: Callable[[], Any]) -> Any:
    """Repeat a request until it meets no conflict."""
    while True:
        try:
            return work()
        except ConflictError:
            continue


def all_at_once(work: Callable[[int], Any]) -> list[Any]:
    with ThreadPoolExecutor(WRITERS) as executor:
        return list(executor.map(work, range(WRITERS)))


def test_no_lost_update(deployment: Deployment) -> None:
    """Concurrent changes of one rule all persist, and each has an audit entry."""
    resources, rules = Resources(deployment.store, ORIGINALS), Rules(deployment.store, ORIGINALS)
    resource = resources.create(call({"cname": HOST, "origin": ORIGINALS})).body["id"]
    rule = rules.create(call({"name": "", "rule": "/", "ruleType": 0}, resource_id=resource)).body["id"]

    def add(number: int) -> None:
        def once() -> None:
            seen = rules.get(call(resource_id=resource, rule_id=rule)).body
            changed = Call(
                caller=OPERATOR,
                method="PATCH",
                path="test",
                now=datetime.now(UTC),
                body={"name": f"{seen['name']} {number}"},
                numbers={"resource_id": resource, "rule_id": rule},
                if_match=seen["version"],
            )
            rules.update(changed)

        insist(once)

    all_at_once(add)
    name = rules.get(call(resource_id=resource, rule_id=rule)).body["name"]
    assert sorted(map(int, name.split())) == list(range(WRITERS))
    changes = Activity(deployment.store).browse(call()).body["results"]
    assert len([change for change in changes if change["actions"][0]["action_type"] == "U"]) == WRITERS


def test_changes_of_different_options(deployment: Deployment) -> None:
    """A change of one option does not undo concurrent changes of other options."""
    resources = Resources(deployment.store, ORIGINALS)
    resource = resources.create(call({"cname": HOST, "origin": ORIGINALS})).body["id"]
    options: list[dict[str, Any]] = [
        {"image_stack": {"enabled": True, "quality": 80}},
        {"browser_cache_settings": {"enabled": True, "value": "1d"}},
        {"edge_cache_settings": {"enabled": True, "value": "1d"}},
        {"cors": {"enabled": True, "value": ["*"]}},
    ]

    def change(number: int) -> None:
        body = {"options": options[number % len(options)]}
        insist(lambda: resources.update(call(body, resource_id=resource)))

    all_at_once(change)
    found = resources.get(call(resource_id=resource)).body["options"]
    for option in options:
        for name, value in option.items():
            assert found[name] == value


def test_no_rule_is_left_of_a_deleted_resource(deployment: Deployment) -> None:
    """A rule that is added while its resource is deleted is either refused or deleted with it."""
    resources, rules = Resources(deployment.store, ORIGINALS), Rules(deployment.store, ORIGINALS)
    resource = resources.create(call({"cname": HOST, "origin": ORIGINALS, "active": False})).body["id"]

    def work(number: int) -> None:
        try:
            if number == WRITERS // 2:
                insist(lambda: resources.delete(call(resource_id=resource)))
            else:
                rules.create(call({"name": "", "rule": "/", "ruleType": 0}, resource_id=resource))
        except (ConflictError, NotFoundError):
            return

    all_at_once(work)
    assert [item for item in deployment.items("control-rules") if item["pk"].startswith("RESOURCE#")] == []
