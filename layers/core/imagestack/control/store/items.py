"""Items of the rules table: their numbers, order and JSON form. Operators write items by hand too."""

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from hashlib import sha256
from typing import Any

from imagestack.rules.attributes import integer
from imagestack.rules.items import RULE_PREFIX, SETTINGS

INDEX_PREFIX, INDEX = "ID#", "RESOURCE"
RESOURCE_PREFIX = "RESOURCE#"
HIDDEN = "***"

# The least number that is derived from a name: above all counted numbers, and exact in JSON.
FIRST_DERIVED = 2**52


def derived_number(name: str) -> int:
    """The number of a host or rule that has only a name; the same name always gives the same number."""
    return FIRST_DERIVED + int(sha256(name.encode()).hexdigest()[:12], 16)


def rule_number(sk: str) -> int:
    """The number of a rule. Like its `sk`, it is unique within the resource."""
    word = sk.removeprefix(RULE_PREFIX)
    if word.isascii() and word.isdecimal() and str(int(word)) == word and int(word) < FIRST_DERIVED:
        return int(word)
    return derived_number(word)


def rule_sort_key(item: Mapping[str, Any]) -> tuple[int, bool, int, str]:
    """Sort key of rules: the order in which the data plane matches them (`imagestack.rules.model.Rule.order`)."""
    word = str(item["sk"]).removeprefix(RULE_PREFIX)
    weight = _whole(item, "weight", 0)
    return (weight, False, _whole(item, "id", int(word)), "") if word.isdecimal() else (weight, True, 0, word)


def _whole(item: Mapping[str, Any], name: str, default: int) -> int:
    try:
        return integer(item, name, default)
    except ValueError:
        return default


def rules_of(items: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The items that are rules."""
    return [item for item in items if str(item["sk"]).startswith(RULE_PREFIX)]


def settings_of(items: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The item of the resource itself; None if there is none."""
    return next((item for item in items if item["sk"] == SETTINGS), None)


def json_value(value: Any) -> Any:  # noqa: ANN401 - attributes are of any type
    """An attribute as a JSON value."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {str(name): json_value(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [json_value(inner) for inner in value]
    if isinstance(value, set | frozenset):
        return sorted((json_value(inner) for inner in value), key=str)
    return value if value is None or isinstance(value, bool | int | float | str) else "(bytes)"


def without_secrets(state: Mapping[str, Any]) -> dict[str, Any]:
    """An item, a body or an answer as JSON, with its secrets hidden; empty keys are no secrets."""
    shown: dict[str, Any] = _hidden(json_value(state))
    return shown


def _hidden(value: Any) -> Any:  # noqa: ANN401 - attributes are of any type
    if isinstance(value, list):
        return [_hidden(inner) for inner in value]
    if not isinstance(value, dict):
        return value
    shown = {name: _hidden(inner) for name, inner in value.items()}
    option = shown.get("secure_key")
    if isinstance(option, dict) and option.get("key"):
        shown["secure_key"] = {**option, "key": HIDDEN}
    return shown


def version(item: Mapping[str, Any] | None) -> str:
    """A version of an item, which changes with hand-written changes too. It reveals nothing of secrets."""
    text = json.dumps(without_secrets(item or {}), sort_keys=True, ensure_ascii=True)
    return sha256(text.encode()).hexdigest()[:16]
