"""The life of rules, driven by the public CDN's own SDK."""

from typing import Any

import gcore
import pytest
from gcore import Gcore

from imagestack.rules.items import read_items
from imagestack.rules.options import ImageStack
from imagestack.stores.clients import make_clients
from imagestack.stores.dynamodb_rules import DynamoRules
from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, RULES, Deployment
from tests.control.test_resources import OPTIONS, option

PATTERN = r"/.*\.(?i:jpg|jpeg|png)$"


def rules_of(admin: Gcore, resource: int) -> list[tuple[str | None, int | None]]:
    return [(rule.name, rule.weight) for rule in admin.cdn.cdn_resources.rules.list(resource)]


def test_create(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """A rule is created as requested."""
    rules = admin.cdn.cdn_resources.rules
    made = rules.create(resource, name="Images", rule=PATTERN, rule_type=0, weight=7, active=False, options=OPTIONS)  # type: ignore[arg-type]
    assert made.id is not None
    assert (made.name, made.rule, made.rule_type, made.weight) == ("Images", PATTERN, 0, 7)
    assert (made.active, made.deleted, made.origin_group) == (False, False, None)
    for name, value in OPTIONS.items():
        assert option(made, name) == value
    assert rules.get(made.id, resource_id=resource) == made
    item = deployment.dynamodb.Table(RULES).get_item(Key={"pk": f"RESOURCE#{HOST}", "sk": f"RULE#{made.id}"})["Item"]
    assert item["id"] == made.id
    assert item["options"] == OPTIONS
    assert (item["ruleType"], item["weight"], item["active"]) == (0, 7, False)


def test_the_data_plane_reads_it(admin: Gcore, resource: int, endpoint: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The image function applies the rules that the API writes."""
    rules = admin.cdn.cdn_resources.rules
    rules.create(
        resource, name="Images", rule=PATTERN, rule_type=0, options={"image_stack": {"enabled": True, "quality": 65}}
    )
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
    items = DynamoRules(make_clients().dynamodb, RULES).items(HOST)
    read, broken = read_items(HOST, items, ORIGINALS)
    assert broken == ()
    assert read is not None
    assert read.options_for("/a/cat.JPG").image_stack == ImageStack(enabled=True, quality=65)


def test_automatic_quality(admin: Gcore, resource: int) -> None:
    """The SDK, which declares numbers only, passes the word for an automatic quality through; numbers stay numbers."""
    rules: Any = admin.cdn.cdn_resources.rules
    chosen = {"image_stack": {"enabled": True, "quality": "auto", "quality_target": 80}}
    made = rules.create(resource, name="a", rule="/a", rule_type=0, options=chosen)
    found = rules.get(made.id, resource_id=resource).options.image_stack
    assert (found.quality, found.quality_target) == ("auto", 80)
    numbers = {"image_stack": {"enabled": True, "quality": 60}}
    changed = rules.update(made.id, resource_id=resource, options=numbers)
    assert option(changed, "image_stack") == numbers["image_stack"]


def test_order(admin: Gcore, resource: int) -> None:
    """Rules are listed in the order of matching; a new rule without a weight comes last."""
    rules = admin.cdn.cdn_resources.rules
    rules.create(resource, name="one", rule="/", rule_type=0)
    rules.create(resource, name="two", rule="/", rule_type=0)
    rules.create(resource, name="first", rule="/", rule_type=0, weight=-5)
    rules.create(resource, name="tie", rule="/", rule_type=0, weight=1)
    assert rules_of(admin, resource) == [("first", -5), ("one", 1), ("tie", 1), ("two", 2)]
    assert [rule["name"] for rule in admin.cdn.cdn_resources.get(resource).rules or []] == [  # type: ignore[index]
        "first",
        "one",
        "tie",
        "two",
    ]


def test_update(admin: Gcore, resource: int) -> None:
    """Named fields change, the others stay."""
    rules = admin.cdn.cdn_resources.rules
    made = rules.create(resource, name="a", rule="/a", rule_type=0, options=OPTIONS)  # type: ignore[arg-type]
    assert made.id is not None
    changed = rules.update(made.id, resource_id=resource, weight=3, options={"cors": None})
    assert (changed.weight, changed.name, changed.rule) == (3, "a", "/a")
    assert changed.options is not None
    assert changed.options.cors is None
    assert option(changed, "image_stack") == OPTIONS["image_stack"]
    changed = rules.update(made.id, resource_id=resource, active=False, name="b", rule="^/b", rule_type=0)
    assert (changed.active, changed.name, changed.rule, changed.weight) == (False, "b", "^/b", 3)


def test_replace(admin: Gcore, resource: int) -> None:
    """Absent fields return to their defaults; the place in the order stays."""
    rules = admin.cdn.cdn_resources.rules
    made = rules.create(resource, name="a", rule="/a", rule_type=0, weight=9, active=False, options=OPTIONS)  # type: ignore[arg-type]
    assert made.id is not None
    replaced = rules.replace(made.id, resource_id=resource, rule="/c", rule_type=0)
    assert (replaced.rule, replaced.name, replaced.active, replaced.weight) == ("/c", "", True, 9)
    assert replaced.options is not None
    assert replaced.options.image_stack is None


def test_delete(admin: Gcore, resource: int) -> None:
    """An inactive rule is deleted; its number is not used again."""
    rules = admin.cdn.cdn_resources.rules
    made = rules.create(resource, name="a", rule="/a", rule_type=0)
    assert made.id is not None
    with pytest.raises(gcore.BadRequestError, match="active"):
        rules.delete(made.id, resource_id=resource)
    rules.update(made.id, resource_id=resource, active=False)
    rules.delete(made.id, resource_id=resource)
    with pytest.raises(gcore.NotFoundError):
        rules.get(made.id, resource_id=resource)
    assert rules_of(admin, resource) == []
    again = rules.create(resource, name="a", rule="/a", rule_type=0)
    assert again.id is not None
    assert again.id > made.id


def test_pages(admin: Gcore, resource: int) -> None:
    """Lists of rules have pages."""
    rules = admin.cdn.cdn_resources.rules
    for number in range(5):
        rules.create(resource, name=str(number), rule="/", rule_type=0)
    assert [rule.name for rule in rules.list(resource, limit=2)] == ["0", "1", "2", "3", "4"]
    assert rules.list(resource, limit=2).count == 5


def test_rules_of_other_resources(admin: Gcore, resource: int) -> None:
    """A rule is found under its own resource only."""
    other = admin.cdn.cdn_resources.create(cname="other.example.com", origin=ORIGINALS).id
    rule = admin.cdn.cdn_resources.rules.create(resource, name="a", rule="/a", rule_type=0).id
    assert other is not None
    assert rule is not None
    with pytest.raises(gcore.NotFoundError):
        admin.cdn.cdn_resources.rules.get(rule, resource_id=other)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"rule": "no-slash"}, "rule"),
        ({"rule": "/(?=look-around)"}, "rule"),
        ({"rule": "/" + "a" * 300}, "rule"),
        ({"rule": "/("}, "rule"),
        ({"rule_type": 1}, "ruleType"),
        ({"origin_group": 3}, "originGroup"),
        ({"override_origin_protocol": "HTTP"}, "overrideOriginProtocol"),
        ({"weight": 2**40}, "weight"),
    ],
)
def test_refused(admin: Gcore, resource: int, fields: dict[str, Any], field: str) -> None:
    """Invalid rules are refused with messages by field, in creations and changes."""
    rules = admin.cdn.cdn_resources.rules
    new: dict[str, Any] = {"name": "b", "rule": "/b", "rule_type": 0}
    made = rules.create(resource, name="a", rule="/a", rule_type=0)
    assert made.id is not None
    with pytest.raises(gcore.BadRequestError) as refused:
        rules.create(resource, **(new | fields))
    body: Any = refused.value.body
    assert list(body) == [field]
    assert all(isinstance(text, str) for text in body[field])
    with pytest.raises(gcore.BadRequestError, match=field):
        rules.update(made.id, resource_id=resource, **fields)
    with pytest.raises(gcore.BadRequestError, match=field):
        rules.replace(made.id, resource_id=resource, **(new | fields))
    assert rules.get(made.id, resource_id=resource) == made
