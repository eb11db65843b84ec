"""Every implementation of RuleTable has the same behaviour."""

from decimal import Decimal
from typing import Any

import pytest

from imagestack.rules.items import read_items
from imagestack.rules.options import ImageStack
from tests.contract.conftest import Rules


def item(host: str, sk: str, **attributes: Any) -> dict[str, Any]:
    return {"pk": f"RESOURCE#{host}", "sk": sk, **attributes}


def found(rules: Rules, host: str) -> list[dict[str, Any]]:
    return [dict(found) for found in rules.table.items(host)]


def test_no_items(rules: Rules) -> None:
    """A host without items has none."""
    rules.put(item("other.example", "SETTINGS"))
    assert found(rules, "site.example") == []


def test_all_items_of_a_host(rules: Rules) -> None:
    """All items of a host come, whatever they are."""
    items = [item("site.example", sk) for sk in ("RULE#1", "RULE#10", "RULE#2", "RULE#word", "SETTINGS", "other")]
    for one in items:
        rules.put(one)
    assert sorted(found(rules, "site.example"), key=lambda one: str(one["sk"])) == items


@pytest.mark.parametrize("host", ["site.example", "*"])
def test_items_of_that_host_only(rules: Rules, host: str) -> None:
    """Items of hosts that are called alike, and of no host, do not come."""
    for other in ("site.example", "*", "site.example2", "www.site.example", "site", "SITE.EXAMPLE"):
        rules.put(item(other, "SETTINGS", cname=other))
    rules.put({"pk": "COUNTER", "sk": "ID", "last": 5})
    rules.put({"pk": "ID#1", "sk": "RESOURCE", "cname": "site.example"})
    assert [one["cname"] for one in found(rules, host)] == [host]


@pytest.mark.parametrize("host", ["h" * 253, "xn--bcher-kva.example", "127.0.0.1"], ids=["long", "idn", "address"])
def test_hosts(rules: Rules, host: str) -> None:
    """Any host may have items."""
    rules.put(item(host, "SETTINGS"))
    assert len(found(rules, host)) == 1


def test_attributes_are_plain(rules: Rules) -> None:
    """Attributes come as plain values: text, truth, null, numbers, sets, lists and maps within one another."""
    attributes: dict[str, Any] = {
        "text": "é \"'\\",
        "empty": "",
        "yes": True,
        "no": False,
        "null": None,
        "whole": Decimal(80),
        "fraction": Decimal("0.5"),
        "negative": Decimal(-3),
        "list": ["a", Decimal(1), ["b"]],
        "map": {"a": {"b": {"c": Decimal(1)}}, "empty": {}},
        "words": {"a", "b"},
        "numbers": {Decimal(1), Decimal("2.5")},
    }
    rules.put(item("site.example", "RULE#1", **attributes))
    assert found(rules, "site.example") == [item("site.example", "RULE#1", **attributes)]


def test_items_can_be_read(rules: Rules) -> None:
    """What comes is what a resource is read from."""
    option = {"enabled": True, "quality": 80, "webp_enabled": True}
    rules.put(item("site.example", "SETTINGS", origin={"prefix": "photos"}, active=True))
    rules.put(item("site.example", "RULE#3", rule="/.*", weight=1, options={"image_stack": option}))
    resource, broken = read_items("site.example", rules.table.items("site.example"), "originals")
    assert broken == ()
    assert resource is not None
    assert resource.origin.prefix == "photos/"
    assert resource.options_for("/a").image_stack == ImageStack(enabled=True, quality=80, webp_enabled=True)


def test_changes_are_seen_at_once(rules: Rules) -> None:
    """Nothing is remembered here."""
    for name in ("one", "two"):
        rules.put(item("site.example", "SETTINGS", name=name))
        assert [one["name"] for one in found(rules, "site.example")] == [name]


def test_many_items(rules: Rules) -> None:
    """All items come, even of a host that has more than one page of them (a megabyte)."""
    for number in range(5):
        rules.put(item("site.example", f"RULE#{number}", name="x" * 300_000))
    assert [one["sk"] for one in found(rules, "site.example")] == [f"RULE#{number}" for number in range(5)]
