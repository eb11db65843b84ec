"""The resource, rule and options that apply to one request."""

from typing import Any

import pytest

from imagestack.errors import NotServedError
from imagestack.rules.items import read_items
from imagestack.rules.options import ImageStack
from imagestack.serving.effective_rules import EffectiveRules

OPTIONS = {"image_stack": {"enabled": True, "webp_enabled": True}}


def rules_for(path: str, **settings: object) -> EffectiveRules:
    items: list[dict[str, Any]] = [
        {"pk": "RESOURCE#a.example", "sk": "SETTINGS", **settings},
        {"pk": "RESOURCE#a.example", "sk": "RULE#1", "rule": "/images/", "options": OPTIONS},
    ]
    resource, broken = read_items("a.example", items, "originals")
    assert resource
    assert not broken
    return EffectiveRules.of(resource, path)


def test_rule() -> None:
    """The first rule that matches the path adds its options; without one those of the resource apply."""
    with_rule, without = rules_for("/images/a.jpg"), rules_for("/a.jpg")
    assert with_rule.rule
    assert with_rule.rule.id == 1
    assert with_rule.image_stack.enabled
    assert without.rule is None
    assert without.image_stack == ImageStack()


def test_no_rules() -> None:
    """Without readable rules there is no resource, and the option has its defaults."""
    assert EffectiveRules().resource is None
    assert EffectiveRules().image_stack == ImageStack()


def test_switched_off() -> None:
    """A resource that is switched off serves nothing."""
    with pytest.raises(NotServedError, match="the resource is not active"):
        rules_for("/a.jpg", active=False)
