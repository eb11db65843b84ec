"""JSON documents of resources and rules: read from files, and turned into bodies for the API."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from imagestack.control.api.answer_models import ResourceAnswer, RuleAnswer
from imagestack.control.api.bodies import ResourceReplace, RuleReplace
from imagestack.control.store.items import HIDDEN, without_secrets
from imagestack_cli.api.resources import Json
from imagestack_cli.errors import UsageError

RULE_FIELDS = ("name", "rule", "ruleType", "weight", "active", "options")
RESOURCE_FIELDS = ("name", "description", "active", "origin", "options")
_GUARD = "secure_key"


def read(path: Path) -> Any:  # noqa: ANN401 - JSON
    """The JSON value in a file; `-` is standard input.

    Raises:
        UsageError: The file cannot be read or is not JSON.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
        return json.loads(text)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON: {error}") from error


def read_object(path: Path) -> Json:
    """The JSON object in a file.

    Raises:
        UsageError: The file has none.
    """
    found = read(path)
    if not isinstance(found, dict):
        raise UsageError(f"{path} is not a JSON object")
    return found


def without_keys(answer: Json) -> Json:
    """A response without the keys of signed URLs."""
    return without_secrets(answer)


def rule_of(answer: Json, *, secrets: bool) -> Json:
    """The fields of a rule that can be written, from a response of the API."""
    return _chosen(answer, ("id", *RULE_FIELDS), secrets=secrets)


def resource_of(answer: Json, *, secrets: bool) -> Json:
    """The fields of a resource and its rules that can be written, from a response of the API."""
    rules = [rule_of(rule, secrets=secrets) for rule in answer["rules"]]
    return {**_chosen(answer, ("cname", *RESOURCE_FIELDS), secrets=secrets), "rules": rules}


def rule_body(document: Json, now: Json | None) -> Json:
    """The body for the API, from a document or a response; `now` is the current rule, None for a new one."""
    return {"ruleType": 0} | _body(document, now, RuleReplace, RuleAnswer)


def resource_body(document: Json, now: Json | None) -> Json:
    """The body for the API, from a document or a response; `now` is the current resource, None for a new one."""
    body = _body(document, now, ResourceReplace, ResourceAnswer)
    return body if now else {"cname": document.get("cname")} | body


def _body(document: Json, now: Json | None, taken: type[BaseModel], answered: type[BaseModel]) -> Json:
    """A document without the fields that only responses have. Unknown fields stay, so that the API refuses them."""
    read_only = _names(answered) - _names(taken)
    body = {name: value for name, value in document.items() if name not in read_only}
    if isinstance(body.get("options"), dict):
        body["options"] = with_key(body["options"], (now or {}).get("options"))
    return body


def _names(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


def with_key(options: Mapping[str, Any], now: object) -> Json:
    """Options without those that are null. A key that the document hides is replaced by the current one."""
    kept = {name: value for name, value in options.items() if value is not None}
    guard = kept.get(_GUARD)
    # A caller who may not read keys gets null.
    if isinstance(guard, dict) and guard.get("key") in (HIDDEN, None):
        known = (now.get(_GUARD) if isinstance(now, dict) else None) or {}
        if known.get("key"):
            kept[_GUARD] = {**guard, "key": known["key"]}
        elif guard.get("key") == HIDDEN:
            raise UsageError(f"options.{_GUARD}.key is hidden in the file, and the deployment has no key to keep")
    return kept


def _chosen(answer: Json, names: tuple[str, ...], *, secrets: bool) -> Json:
    found = {name: answer[name] for name in names}
    found["options"] = {name: value for name, value in answer["options"].items() if value is not None}
    return found if secrets else without_secrets(found)
