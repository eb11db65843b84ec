"""Items of the rules table, as the control plane and operators write them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.rules.items import BrokenItem, partition_key, read_items
from imagestack.rules.model import Origin, Resource, Rule
from imagestack.rules.options import LOCKED, ImageStack, Options

HOST, BUCKET = "site.example", "originals"
Item = dict[str, Any]


def settings(**attributes: Any) -> Item:
    return {"pk": f"RESOURCE#{HOST}", "sk": "SETTINGS", **attributes}


def rule(number: int | str = 1, pattern: Any = "/.*", **attributes: Any) -> Item:
    return {"pk": f"RESOURCE#{HOST}", "sk": f"RULE#{number}", "rule": pattern, **attributes}


def read(*items: Item) -> tuple[Resource | None, tuple[BrokenItem, ...]]:
    return read_items(HOST, items, BUCKET)


def clean(*items: Item) -> Resource:
    """The resource of items of which none is broken."""
    resource, broken = read(*items)
    assert broken == ()
    assert resource is not None
    return resource


def test_partition_key() -> None:
    """The key under which a host's items are, and those of all hosts."""
    assert partition_key("site.example") == "RESOURCE#site.example"
    assert partition_key("*") == "RESOURCE#*"


def test_no_items() -> None:
    """A host without items has no resource of its own."""
    assert read() == (None, ())


def test_least_settings() -> None:
    """Only pk and sk are needed; the rest has its defaults."""
    assert clean(settings()) == Resource(HOST, active=True, origin=Origin(""), options=Options(), rules=())


def test_rules_without_settings() -> None:
    """A rule alone makes a resource."""
    assert clean(rule()) == Resource(HOST, rules=(Rule(1, "/.*"),))


def test_whole_items() -> None:
    """Everything that the control plane writes is read."""
    option = {
        "enabled": True,
        "quality": Decimal(80),
        "webp_enabled": True,
        "avif_enabled": True,
        "png_lossless": True,
    }
    resource = clean(
        settings(
            id=Decimal(7),
            cname=HOST,
            active=True,
            origin={"bucket": BUCKET, "prefix": "photos"},
            options={"image_stack": option},
            created="2024-01-01T00:00:00Z",
            updated="2024-01-01T00:00:00Z",
        ),
        rule(3, "^/a/", id=Decimal(3), name="A", ruleType=Decimal(0), weight=Decimal(5), active=False, options={}),
    )
    everything = ImageStack(enabled=True, quality=80, webp_enabled=True, avif_enabled=True, png_lossless=True)
    assert resource.options == Options(everything)
    assert resource.origin == Origin("photos/")
    assert resource.rules == (Rule(3, "^/a/", name="A", weight=5, active=False),)


@pytest.mark.parametrize("number", [Decimal(80), Decimal("80.0"), Decimal("8E+1"), 80])
def test_numbers(number: object) -> None:
    """Numbers come as Decimal from DynamoDB; a whole one is taken, and is an int afterwards."""
    found = clean(settings(options={"image_stack": {"quality": number}})).options.image_stack
    assert found == ImageStack(quality=80)
    assert type(found.quality) is int


def test_negative_weight() -> None:
    """A weight may be negative."""
    assert clean(rule(weight=Decimal(-5))).rules[0].weight == -5


@pytest.mark.parametrize("option", [{}, {"image_stack": None}, None], ids=["absent", "null", "no options"])
def test_inherited(option: object) -> None:
    """An option that is absent or null is inherited from the resource."""
    resource = clean(settings(options={"image_stack": {"enabled": True, "quality": 70}}), rule(options=option))
    assert resource.options_for("/a.jpg").image_stack == ImageStack(enabled=True, quality=70)


def test_switched_off() -> None:
    """Present with `enabled: false`, it is off."""
    resource = clean(
        settings(options={"image_stack": {"enabled": True}}), rule(options={"image_stack": {"enabled": False}})
    )
    assert resource.options_for("/a.jpg").image_stack is None


@pytest.mark.parametrize(
    ("given_option", "expected"),
    [
        ({}, ImageStack()),
        ({"enabled": True}, ImageStack(enabled=True, quality=95)),
        ({"enabled": None, "quality": None, "webp_enabled": None}, ImageStack()),
        ({"enabled": True, "avif_enabled": True}, ImageStack(enabled=True, avif_enabled=True)),
        ({"quality": Decimal(0)}, ImageStack(quality=0)),
        ({"quality": Decimal(100)}, ImageStack(quality=100)),
        ({"enabled": True, "unknown": "x"}, ImageStack(enabled=True)),
    ],
)
def test_missing_fields(given_option: Item, expected: ImageStack) -> None:
    """Missing or null fields of the option have their defaults. Unknown fields are ignored."""
    assert clean(settings(options={"image_stack": given_option})).options.image_stack == expected


def test_other_options() -> None:
    """Other options are ignored."""
    assert clean(settings(options={"edge_cache": {"enabled": True}})).options == Options()


@pytest.mark.parametrize(
    ("sk", "attributes", "number"),
    [
        ("RULE#7", {}, 7),
        ("RULE#007", {}, 7),
        ("RULE#7", {"id": Decimal(7)}, 7),
        ("RULE#photos", {}, "photos"),
        ("RULE#", {}, ""),
        ("RULE#a#b", {}, "a#b"),
        ("RULE#-1", {}, "-1"),
    ],
)
def test_ids(sk: str, attributes: Item, number: object) -> None:
    """A rule's id is that of its sort key. Hand-written items may have a word."""
    assert clean(rule(**attributes) | {"sk": sk}).rules[0].id == number


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [("", ""), ("/", ""), ("photos", "photos/"), ("/photos/", "photos/"), ("a/b", "a/b/"), (None, "")],
)
def test_prefixes(prefix: object, expected: str) -> None:
    """A prefix ends with one slash and starts with none."""
    assert clean(settings(origin={"prefix": prefix})).origin.prefix == expected


def test_own_bucket() -> None:
    """The originals bucket may be named."""
    assert clean(settings(origin={"bucket": BUCKET})).origin == Origin("")


def test_foreign_bucket() -> None:
    """No other bucket may be named: the function reads one only."""
    resource, broken = read(settings(origin={"bucket": "another"}, options={"image_stack": {"enabled": True}}))
    assert resource == Resource(HOST, active=False)
    assert [(item.pk, item.sk) for item in broken] == [(f"RESOURCE#{HOST}", "SETTINGS")]
    assert "bucket" in broken[0].problem


@pytest.mark.parametrize("sk", ["", "OTHER", "rule#1", "settings", "SETTINGS2", "RULE"])
def test_other_items(sk: str) -> None:
    """Items of other kinds are ignored."""
    assert clean(rule() | {"sk": sk}) == Resource(HOST)


BROKEN_RULES: dict[str, Item] = {
    "no pattern": {"pk": f"RESOURCE#{HOST}", "sk": "RULE#2"},
    "null pattern": rule(2, None),
    "pattern is a number": rule(2, Decimal(5)),
    "pattern is a list": rule(2, ["/"]),
    "pattern starts elsewhere": rule(2, "a"),
    "pattern too long": rule(2, "/" + "a" * 300),
    "pattern not RE2": rule(2, "/(?=a)"),
    "name is a number": rule(2, name=Decimal(5)),
    "weight is text": rule(2, weight="5"),
    "weight is a fraction": rule(2, weight=Decimal("0.5")),
    "weight is a truth": rule(2, weight=True),
    "id is text": rule(2, id="2"),
    "type is another": rule(2, ruleType=Decimal(1)),
    "type is text": rule(2, ruleType="0"),
    "active is a number": rule(2, active=Decimal(1)),
    "active is text": rule(2, active="true"),
    "options are a list": rule(2, options=[]),
    "options are text": rule(2, options="{}"),
    "option is text": rule(2, options={"image_stack": "on"}),
    "option is a truth": rule(2, options={"image_stack": True}),
    "option is false": rule(2, options={"image_stack": False}),
    "enabled is text": rule(2, options={"image_stack": {"enabled": "true"}}),
    "enabled is a number": rule(2, options={"image_stack": {"enabled": Decimal(1)}}),
    "quality is text": rule(2, options={"image_stack": {"quality": "80"}}),
    "quality is a word": rule(2, options={"image_stack": {"quality": "high"}}),
    "quality is a fraction": rule(2, options={"image_stack": {"quality": Decimal("80.5")}}),
    "quality above 100": rule(2, options={"image_stack": {"quality": Decimal(101)}}),
    "quality below 0": rule(2, options={"image_stack": {"quality": Decimal(-1)}}),
    "quality is a truth": rule(2, options={"image_stack": {"quality": True}}),
    "webp_enabled is text": rule(2, options={"image_stack": {"webp_enabled": "yes"}}),
    "avif_enabled is a list": rule(2, options={"image_stack": {"avif_enabled": []}}),
    "png_lossless is a number": rule(2, options={"image_stack": {"png_lossless": Decimal(0)}}),
}


@pytest.mark.parametrize("item", BROKEN_RULES.values(), ids=BROKEN_RULES)
def test_broken_rules(item: Item) -> None:
    """A broken rule is left out and reported. The rules before and after it stay in effect."""
    resource, broken = read(rule(1), item, rule(3), settings(origin={"prefix": "p"}))
    assert resource is not None
    assert [found.id for found in resource.rules] == [1, 3]
    assert resource.origin == Origin("p/")
    assert [(report.pk, report.sk) for report in broken] == [(f"RESOURCE#{HOST}", "RULE#2")]
    assert broken[0].problem


BROKEN_OPTIONS = {"image_stack": {"quality": "80"}}
BROKEN_SETTINGS: dict[str, tuple[Item, Resource]] = {
    "active is text": (settings(active="false"), Resource(HOST, active=False)),
    "origin is text": (settings(origin="photos"), Resource(HOST, active=False)),
    "bucket is a number": (settings(origin={"bucket": Decimal(5)}), Resource(HOST, active=False)),
    "prefix is a number": (settings(origin={"prefix": Decimal(5)}), Resource(HOST, active=False)),
    "options are a list": (settings(options=[]), Resource(HOST)),
    "quality is text": (settings(options=BROKEN_OPTIONS), Resource(HOST)),
    "switched off beside": (settings(active=False, options=BROKEN_OPTIONS), Resource(HOST, active=False)),
    "own folder beside": (
        settings(origin={"prefix": "p"}, options=BROKEN_OPTIONS),
        Resource(HOST, origin=Origin("p/")),
    ),
    "own folder beside a guard": (
        settings(origin={"prefix": "p"}, options={"secure_key": "k"}),
        Resource(HOST, origin=Origin("p/"), options=LOCKED),
    ),
}


@pytest.mark.parametrize(("item", "rest"), BROKEN_SETTINGS.values(), ids=BROKEN_SETTINGS)
def test_broken_settings(item: Item, rest: Resource) -> None:
    """Broken options are left out and reported. Rules, state and origin stay in effect, or nothing is served."""
    resource, broken = read(rule(1), item)
    assert resource == replace(rest, rules=(Rule(1, "/.*"),))
    assert [report.sk for report in broken] == ["SETTINGS"]


def test_every_broken_item_is_reported() -> None:
    """Each broken item is reported with its problem."""
    _, broken = read(rule(1, "a"), rule(2, "/("), settings(active="x"))
    assert [report.sk for report in broken] == ["RULE#1", "RULE#2", "SETTINGS"]
    assert "active" in broken[2].problem


values = st.recursive(
    st.none()
    | st.booleans()
    | st.text(max_size=5)
    | st.sampled_from(["/", "/a", "RULE#1", "SETTINGS"])
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=Decimal("-1E125"), max_value=Decimal("1E125"))
    | st.binary(max_size=3),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["image_stack", "enabled", "quality", "bucket", "prefix"]), inner, max_size=3)
    ),
    max_leaves=4,
)
NAMES = ["sk", "rule", "id", "name", "weight", "active", "options", "origin", "ruleType"]
random_items = st.lists(
    st.builds(
        lambda sk, attributes: {"sk": sk} | attributes,
        st.sampled_from(["SETTINGS", "RULE#1", "RULE#x", "RULE#٣"]),
        st.dictionaries(st.sampled_from(NAMES), values, max_size=5),
    ),
    min_size=1,
    max_size=4,
)


@given(random_items)
def test_no_item_fails(items: list[Item]) -> None:
    """Any items in the table give a resource whose rules can be matched."""
    resource, broken = read_items(HOST, items, BUCKET)
    assert resource is not None
    assert len(resource.rules) + len(broken) <= len(items)
    resource.options_for("/a.jpg")
