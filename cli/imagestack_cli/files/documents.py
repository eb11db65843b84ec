"""What operators write: JSON of resources and rules, as the API takes it."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from imagestack.control.api.answer_models import ResourceAnswer, RuleAnswer
from imagestack.control.api.bodies import ResourceReplace, RuleReplace
from imagestack.control.store.items import HIDDEN, without_secrets
from imagestack_cli.failures import UsageError
from imagestack_cli.found import Json

RULE_FIELDS = ("name", "rule", "ruleType", "weight", "active", "options")
RESOURCE_FIELDS = ("name", "description", "active", "origin", "options")
_GUARD = "secure_key"


def read(path: Path) -> Any:  # noqa: ANN401 - JSON
    """JSON of a file; `-` is standard input.

    Raises:
        UsageError: it cannot be read, or is no JSON.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
        return json.loads(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}") from error


def read_object(path: Path) -> Json:
    """A JSON object of a file.

    Raises:
        UsageError: there is none.
    """
    found = read(path)
    if not isinstance(found, dict):
        raise UsageError(f"{path} is no JSON object")
    return found


def shown(answer: Json) -> Json:
    """An answer without keys of signatures."""
    return without_secrets(answer)


def rule_of(answer: Json, *, secrets: bool) -> Json:
    """What makes a rule, of an answer of the API."""
    return _chosen(answer, ("id", *RULE_FIELDS), secrets=secrets)


def resource_of(answer: Json, *, secrets: bool) -> Json:
    """What makes a resource and its rules, of an answer of the API."""
    rules = [rule_of(rule, secrets=secrets) for rule in answer["rules"]]
    return {**_chosen(answer, ("cname", *RESOURCE_FIELDS), secrets=secrets), "rules": rules}


def rule_body(document: Json, now: Json | None) -> Json:
    """What the API takes, of a document that may be one of its answers; `now` is the rule as it is, None if new."""
    return {"ruleType": 0} | _body(document, now, RuleReplace, RuleAnswer)


def resource_body(document: Json, now: Json | None) -> Json:
    """What the API takes, of a document that may be one of its answers; `now` is the resource as it is."""
    body = _body(document, now, ResourceReplace, ResourceAnswer)
    return body if now else {"cname": document.get("cname")} | body


def _body(document: Json, now: Json | None, taken: type[BaseModel], answered: type[BaseModel]) -> Json:
    """A document without what only answers have. What nobody knows stays in it, so that the API refuses it."""
    read_only = _names(answered) - _names(taken)
    body = {name: value for name, value in document.items() if name not in read_only}
    if isinstance(body.get("options"), dict):
        body["options"] = with_key(body["options"], (now or {}).get("options"))
    return body


def _names(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def with_key(options: Mapping[str, Any], now: object) -> Json:
    """Options with the key that there is, where a document hides it; without options that are null."""
    kept = {name: value for name, value in options.items() if value is not None}
    guard = kept.get(_GUARD)
    # Those who may not read keys are shown null.
    if isinstance(guard, dict) and guard.get("key") in (HIDDEN, None):
        known = (now.get(_GUARD) if isinstance(now, dict) else None) or {}
        if known.get("key"):
            kept[_GUARD] = {**guard, "key": known["key"]}
        elif guard.get("key") == HIDDEN:
            raise UsageError(f"options.{_GUARD}.key is hidden in the file, and there is none that could stay")
    return kept


def _chosen(answer: Json, names: tuple[str, ...], *, secrets: bool) -> Json:
    found = {name: answer[name] for name in names}
    found["options"] = {name: value for name, value in answer["options"].items() if value is not None}
    return found if secrets else without_secrets(found)
