"""Items of the rules table, with their numbers."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.control.store.items import (
    FIRST_DERIVED,
    derived_number,
    json_value,
    rule_number,
    version,
    without_secrets,
)

# The largest whole number that is exact in JavaScript (RFC 8259 section 6).
LARGEST = 2**53 - 1


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("images.example.com", 4_772_084_141_570_782),
        ("*", 4_618_260_368_649_137),
        ("press", 4_648_940_437_659_800),
        ("007", 4_612_035_958_092_667),
        ("", 4_753_947_973_818_620),
    ],
)
def test_derived_numbers(name: str, number: int) -> None:
    """Operators keep these numbers in scripts and rules, so that no version may give a name another one."""
    assert derived_number(name) == number


@given(st.text())
def test_derived_numbers_are_numbers_of_json(name: str) -> None:
    """Every reader of JSON keeps a derived number, and no counted number reaches it."""
    assert FIRST_DERIVED <= derived_number(name) <= LARGEST


@pytest.mark.parametrize(("sk", "number"), [("RULE#0", 0), ("RULE#7", 7), ("RULE#4503599627370495", 2**52 - 1)])
def test_rule_numbers(sk: str, number: int) -> None:
    """A rule has the number in its `sk`."""
    assert rule_number(sk) == number


@pytest.mark.parametrize(
    "sk", ["RULE#press", "RULE#007", "RULE#", "RULE#-1", "RULE#٣", "RULE#4503599627370496", "RULE#²"]
)
def test_rules_without_a_number(sk: str) -> None:
    """Any other `sk` has its own derived number, so that no two rules of a resource share one."""
    assert rule_number(sk) >= FIRST_DERIVED


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (Decimal(80), 80),
        (Decimal("8E+1"), 80),
        (Decimal("0.5"), 0.5),
        ({"a": [Decimal(1), {"b": None}]}, {"a": [1, {"b": None}]}),
        ({Decimal(2), Decimal(1)}, [1, 2]),
        ({"b", "a"}, ["a", "b"]),
        (True, True),
        (b"abc", "(bytes)"),
    ],
)
def test_plain(value: Any, found: Any) -> None:
    """Attributes of every type have a JSON form."""
    assert json_value(value) == found


def test_secrets() -> None:
    """Keys are hidden at any depth; an absent key stays visible as such."""
    option = {"enabled": True, "key": "secret-key"}
    state = {"options": {"secure_key": option}, "rules": [{"options": {"secure_key": option}}], "key": "kept"}
    hidden = {"enabled": True, "key": "***"}
    assert without_secrets(state) == {
        "options": {"secure_key": hidden},
        "rules": [{"options": {"secure_key": hidden}}],
        "key": "kept",
    }
    assert without_secrets({"options": {"secure_key": {"key": ""}}}) == {"options": {"secure_key": {"key": ""}}}
    assert option["key"] == "secret-key"


def test_versions() -> None:
    """Different content has different versions, equal content the same; a version reveals no keys."""
    item = {
        "pk": "p",
        "sk": "s",
        "options": {"secure_key": {"key": "one-key"}, "image_stack": {"quality": Decimal(80)}},
    }
    same = {"sk": "s", "pk": "p", "options": {"image_stack": {"quality": 80}, "secure_key": {"key": "another"}}}
    assert version(item) == version(same)
    assert version({**item, "active": False}) != version(item)
    assert version(None) == version({})
