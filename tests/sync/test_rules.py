"""Changed rules and resources."""

from typing import Any

import pytest

from imagestack.sync.ports import InProcessInvalidator
from tests.sync.conftest import HOST, RULES, Deployment

PK = f"RESOURCE#{HOST}"


def change(deployment: Deployment, before: dict[str, Any] | None, after: dict[str, Any] | None) -> list[list[str]]:
    """The paths that a changed item purges at once."""
    deployment.records(RULES)
    table = deployment.dynamodb.Table(RULES)
    if before:
        table.put_item(Item=before)
        deployment.records(RULES)
    if after:
        table.put_item(Item=after)
    else:
        table.delete_item(Key={"pk": (before or {})["pk"], "sk": (before or {})["sk"]})
    records = deployment.records(RULES)
    assert len(records) == 1
    assert deployment.handle(records) == []
    return deployment.cloudfront.paths


def rule(pattern: str, **attributes: Any) -> dict[str, Any]:
    return {"pk": PK, "sk": "RULE#1", "rule": pattern, "options": {}, **attributes}


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("^/shop/", "/shop/*"),
        ("^/shop/.*[.]jpg$", "/shop/*"),
        (r"^/shop\.x", "/shop*"),
        ("^/shops?/", "/shop*"),
        ("^/shop*", "/sho*"),
        ("^/shop{0}", "/sho*"),
        ("^/shop+", "/shop*"),
        ("^/a|/b", "/*"),
        ("^/(a|b)", "/*"),
        ("^/?", "/*"),
        ("/shop/", "/*"),
        ("^/ü/", "/%25C3%25BC/*"),
    ],
)
def test_new_rule(deployment: Deployment, pattern: str, path: str) -> None:
    """A new rule purges what its pattern can match, by its literal beginning."""
    ((first, *_),) = change(deployment, None, rule(pattern))
    assert first == path


def test_moved_rule(deployment: Deployment) -> None:
    """A rule with a new pattern purges the old paths too."""
    assert change(deployment, rule("^/a/"), rule("^/b/")) == [["/a/*", "/b/*"]]


def test_deleted_rule(deployment: Deployment) -> None:
    """A deleted rule purges what it matched."""
    assert change(deployment, rule("^/a/"), None) == [["/a/*"]]


def test_derived_objects_stay(deployment: Deployment) -> None:
    """No derived object is removed for a rule: its key contains its plan."""
    deployment.put_derived(f"{HOST}/a/b.jpg/@/x.webp")
    change(deployment, rule("^/a/"), None)
    assert len(deployment.derived()) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (rule("^/a/"), rule("^/a/", name="another", updated="2026")),
        (rule("^/a/", active=False), rule("^/b/", active=False)),
        ({"pk": PK, "sk": "SETTINGS", "name": "a"}, {"pk": PK, "sk": "SETTINGS", "name": "b", "deleting": True}),
        (None, {"pk": "ID#1", "sk": "RESOURCE", "cname": HOST}),
        (None, {"pk": "COUNTER", "sk": "ID", "last": 1}),
    ],
)
def test_no_difference(deployment: Deployment, before: Any, after: Any) -> None:
    """Changes that affect no response purge nothing."""
    assert change(deployment, before, after) == []


def test_resource(deployment: Deployment) -> None:
    """A resource's own options apply to all paths."""
    assert change(deployment, None, {"pk": PK, "sk": "SETTINGS", "active": True}) == [["/*"]]


def test_switched_off(deployment: Deployment) -> None:
    """A rule that is switched off or on purges what it matches."""
    assert change(deployment, rule("^/a/"), rule("^/a/", active=False)) == [["/a/*"]]


def test_several(deployment: Deployment) -> None:
    """Several changes are one invalidation, at once and once more when all caches of rules have expired."""
    deployment.records(RULES)
    for number in range(20):
        deployment.item(pk=PK, sk=f"RULE#{number}", rule=f"^/a/{number}/", options={})
    deployment.item(pk=PK, sk="RULE#99", rule="^/b/", options={})
    assert deployment.handle(deployment.records(RULES)) == []
    assert deployment.cloudfront.paths == [["/a/*", "/b/*"]]
    assert deployment.delays == [35]
    assert deployment.handle(deployment.received("changes")) == []
    assert deployment.cloudfront.paths == [["/a/*", "/b/*"]] * 2
    assert deployment.received("changes") == []


def test_twice(deployment: Deployment) -> None:
    """Repeated records are one invalidation."""
    deployment.records(RULES)
    deployment.item(**rule("^/a/"))
    records = deployment.records(RULES)
    for _ in range(2):
        assert deployment.handle(records) == []
    assert deployment.cloudfront.paths == [["/a/*"]]


@pytest.mark.parametrize("failure", ["TooManyInvalidationsInProgress", "AccessDenied"])
def test_no_waiting(deployment: Deployment, failure: str) -> None:
    """A failing edge delays no later change: its purge is retried from the queue."""
    deployment.records(RULES)
    deployment.item(**rule("^/a/"))
    deployment.cloudfront.failure = failure
    assert deployment.handle(deployment.records(RULES)) == []
    assert deployment.delays == [15, 35]
    deployment.cloudfront.failure = ""
    assert deployment.handle(deployment.received("changes")) == []
    assert deployment.cloudfront.paths == [["/a/*"]]


def test_strange_records(deployment: Deployment) -> None:
    """An unreadable record is reported, and the others are handled."""
    deployment.records(RULES)
    deployment.item(**rule("^/a/"))
    (good,) = deployment.records(RULES)
    bad = {"eventSource": "aws:dynamodb", "eventName": "INSERT", "dynamodb": {"SequenceNumber": "1", "Keys": {}}}
    assert deployment.handle([bad, good]) == ["1"]
    assert deployment.cloudfront.paths == [["/a/*"]]


def test_edge_within_the_process(deployment: Deployment) -> None:
    """An edge other than CloudFront gets the same paths."""
    told: list[list[str]] = []
    module = deployment.module
    edge = InProcessInvalidator(lambda paths: told.append(list(paths)))
    deployment.patch.setattr(module, "SYNC", module.make_sync(module.CONFIG, module.CLIENTS, edge))
    assert change(deployment, rule("^/a/"), rule("^/b/")) == []
    assert told == [["/a/*", "/b/*"]]
