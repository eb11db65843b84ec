"""Hand-written items, which only have `pk`, `sk` and the attributes that they need."""

from typing import Any

import gcore
import pytest
from gcore import Gcore

from imagestack.rules.items import read_items
from tests.conftest import ORIGINALS
from tests.control.conftest import RULES, Deployment

PK = "RESOURCE#hand.example.com"


def by_name(admin: Gcore, cname: str) -> Any:
    return next(resource for resource in admin.cdn.cdn_resources.list() if resource.cname == cname)


def test_a_resource(deployment: Deployment, admin: Gcore) -> None:
    """A resource is listed under a number that stays when it changes; absent attributes have their defaults."""
    deployment.item(RULES, {"pk": PK, "sk": "SETTINGS", "origin": {"prefix": "shop"}, "note": "mine"})
    found = by_name(admin, "hand.example.com")
    assert (found.active, found.created, found.to_dict()["origin"]) == (True, None, f"{ORIGINALS}/shop")
    assert admin.cdn.cdn_resources.get(found.id).cname == "hand.example.com"
    changed = admin.cdn.cdn_resources.update(found.id, name="now", options={"image_stack": {"enabled": True}})
    assert (changed.id, changed.name) == (found.id, "now")
    assert by_name(admin, "hand.example.com").id == found.id
    item = deployment.dynamodb.Table(RULES).get_item(Key={"pk": PK, "sk": "SETTINGS"})["Item"]
    assert (item["id"], item["note"], item["origin"]) == (found.id, "mine", {"prefix": "shop"})
    admin.cdn.cdn_resources.update(found.id, active=False)
    admin.cdn.cdn_resources.delete(found.id)
    assert [left["pk"] for left in deployment.items(RULES)] == []


def test_a_host_with_rules_only(deployment: Deployment, admin: Gcore) -> None:
    """A host with rules only is a resource too, and gets its own item with the first change."""
    deployment.item(RULES, {"pk": "RESOURCE#*", "sk": "RULE#1", "rule": "/.*"})
    found = by_name(admin, "*")
    assert found.active is True
    made = admin.cdn.cdn_resources.rules.create(found.id, name="new", rule="/", rule_type=0)
    assert made.id is not None
    assert made.id > 1
    # From now on the index finds it, without a scan.
    assert {"pk": f"ID#{found.id}", "sk": "RESOURCE", "cname": "*"} in deployment.items(RULES)
    assert [rule.id for rule in admin.cdn.cdn_resources.rules.list(found.id)] == [1, made.id]
    assert admin.cdn.cdn_resources.update(found.id, description="all").id == found.id
    assert admin.cdn.cdn_resources.get(found.id).description == "all"


def test_rules(deployment: Deployment, admin: Gcore) -> None:
    """Rules are found by the number in their `sk`, or by a number derived from it, and are changed in place."""
    for sk in ("RULE#7", "RULE#press", "RULE#007"):
        deployment.item(RULES, {"pk": PK, "sk": sk, "rule": f"/{sk[5:]}", "id": 99, "note": sk})
    resource = by_name(admin, "hand.example.com").id
    rules = admin.cdn.cdn_resources.rules
    numbers = {rule.rule: rule.id for rule in rules.list(resource)}
    assert numbers["/7"] == 7
    assert len(set(numbers.values())) == 3
    for pattern, number in numbers.items():
        assert number is not None
        assert rules.get(number, resource_id=resource).rule == pattern
        assert rules.update(number, resource_id=resource, name="seen", active=False).id == number
    items = {item["sk"]: item for item in deployment.items(RULES) if item["pk"] == PK}
    assert {sk: (item["name"], item["note"]) for sk, item in items.items()} == {sk: ("seen", sk) for sk in items}
    number = numbers["/press"]
    assert number is not None
    rules.delete(number, resource_id=resource)
    assert len(list(rules.list(resource))) == 2


def test_numbers_in_use_are_not_given(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """New rules get numbers above those of hand-written rules."""
    host = admin.cdn.cdn_resources.get(resource).cname
    deployment.item(RULES, {"pk": f"RESOURCE#{host}", "sk": "RULE#500", "rule": "/"})
    assert admin.cdn.cdn_resources.rules.create(resource, name="a", rule="/", rule_type=0).id == 501
    assert admin.cdn.cdn_resources.rules.create(resource, name="a", rule="/", rule_type=0).id == 502


def test_broken_items(deployment: Deployment, admin: Gcore) -> None:
    """An item that the image function leaves out is shown with the reason, and can be repaired."""
    broken: dict[str, Any] = {
        "RULE#1": {"rule": "(", "weight": "heavy", "name": 5, "options": {"image_stack": {"quality": 300}}},
        "RULE#2": {"rule": "/", "options": "none", "active": "yes"},
        "RULE#3": {"rule": "/", "options": {"image_stack": {"a": {1, 2}, "b": b"bytes"}, "other": True}},
    }
    for sk, attributes in broken.items():
        deployment.item(RULES, {"pk": PK, "sk": sk, **attributes})
    deployment.item(RULES, {"pk": PK, "sk": "SETTINGS", "origin": {"bucket": "another"}, "options": []})
    resource = by_name(admin, "hand.example.com").id
    rules = admin.cdn.cdn_resources.rules
    found = {rule.id: rule.to_dict() for rule in rules.list(resource)}
    assert found[1]["problem"]
    assert found[2]["problem"]
    assert found[3]["problem"] is None
    assert admin.cdn.cdn_resources.get(resource).to_dict()["problem"]
    options: Any = {"image_stack": {"enabled": True}, "other": None}
    mended = rules.replace(1, resource_id=resource, rule="/a", rule_type=0, weight=1, options=options)
    assert mended.to_dict()["problem"] is None
    rules.replace(2, resource_id=resource, rule="/a", rule_type=0)
    items = [item for item in deployment.items(RULES) if item["pk"] == PK and item["sk"] != "SETTINGS"]
    assert read_items("hand.example.com", items, ORIGINALS)[1] == ()


def test_an_index_that_leads_nowhere(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """A resource that was deleted by hand is gone."""
    host = admin.cdn.cdn_resources.get(resource).cname
    deployment.dynamodb.Table(RULES).delete_item(Key={"pk": f"RESOURCE#{host}", "sk": "SETTINGS"})
    assert list(admin.cdn.cdn_resources.list()) == []
    with pytest.raises(gcore.NotFoundError):
        admin.cdn.cdn_resources.get(resource)
