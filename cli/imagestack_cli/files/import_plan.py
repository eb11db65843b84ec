"""The plan of an import: which changes a file needs, and how they are made."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from imagestack_cli.api.client import Api, call
from imagestack_cli.api.resources import RESOURCES, Json, resource, resources
from imagestack_cli.errors import CommandError, UsageError
from imagestack_cli.files.documents import RESOURCE_FIELDS, RULE_FIELDS, resource_body, rule_body

ADDED, CHANGED, REMOVED = "added", "changed", "removed"


@dataclass(frozen=True)
class Step:
    """One change.

    Attributes:
        kind: `added`, `changed` or `removed`.
        host: The host of the resource.
        rule: The name of the rule; None if the resource itself changes.
        fields: The fields that change.
        body: The body for the API; None for a removal.
        now: The current rule or resource; None for an addition.
    """

    kind: str
    host: str
    rule: str | None
    fields: tuple[str, ...] = ()
    body: Json | None = None
    now: Json | None = None

    def view(self) -> Json:
        """The step for scripts, without values, which may be secret."""
        number = self.now["id"] if self.now else None
        return {"change": self.kind, "cname": self.host, "rule": self.rule, "id": number, "fields": list(self.fields)}


def make_plan(api: Api, document: object) -> list[Step]:
    """The steps that make a deployment equal to a document. Resources that it does not name stay.

    Raises:
        UsageError: The document is not an export.
        CommandError: The API does not respond.
    """
    known = {one["cname"]: str(one["id"]) for one in resources(api)}
    steps: list[Step] = []
    for wanted in _resources(document):
        host = wanted["cname"].lower()
        now = resource(api, known[host]) if host in known else None
        body = resource_body(wanted, now)
        if now is None:
            steps.append(Step(ADDED, host, None, body=body))
        elif fields := _differences(wanted, now, RESOURCE_FIELDS, body):
            steps.append(Step(CHANGED, host, None, fields, body, now))
        if "rules" in wanted:
            steps += _rule_steps(host, wanted["rules"], now["rules"] if now else [])
    return steps


def apply(api: Api, steps: list[Step]) -> Iterator[Step]:
    """Make the changes in order. A change fails if its rule or resource has changed since the plan.

    Raises:
        CommandError: A change is refused. Those before it are made.
    """
    numbers = {one["cname"]: one["id"] for one in resources(api)}
    for done, step in enumerate(steps):
        try:
            made = _make(api, step, f"{RESOURCES}/{numbers.get(step.host)}")
        except CommandError as error:
            what = f"rule {step.rule!r} of {step.host}" if step.rule is not None else f"resource {step.host}"
            raise CommandError(f"{what}: {error} ({done} of {len(steps)} changes made)") from error
        if step.rule is None and made is not None:
            numbers[step.host] = made["id"]
        yield step


def _make(api: Api, step: Step, path: str) -> Any:  # noqa: ANN401 - JSON
    """Make a change; `path` is that of the resource."""
    now = step.now
    if now is None:
        return call(api, "POST", RESOURCES if step.rule is None else f"{path}/rules", body=step.body)
    if step.rule is not None:
        path = f"{path}/rules/{now['id']}"
    if step.body is None:
        return remove_rule(api, path, now)
    names = RESOURCE_FIELDS if step.rule is None else RULE_FIELDS
    # Fields that the file does not name stay.
    kept = {name: now[name] for name in names}
    kept["options"] = {name: value for name, value in now["options"].items() if value is not None}
    return call(api, "PUT", path, body=kept | step.body, version=now["version"])


def remove_rule(api: Api, path: str, now: Json) -> None:
    """Remove a rule. An active one is switched off first, since the API refuses to remove it."""
    version = now["version"]
    if now["active"]:
        version = call(api, "PATCH", path, body={"active": False}, version=version)["version"]
    call(api, "DELETE", path, version=version)


def _rule_steps(host: str, wanted: list[Json], now: list[Json]) -> Iterator[Step]:
    left = list(now)
    pairs: list[tuple[Json, Json | None]] = [(rule, None) for rule in wanted]
    # In another deployment the same number is another rule. So it counts only with the name or the pattern.
    for test in (_same_number, _same_words, _same_name):
        pairs = [(rule, found or _taken(left, rule, test)) for rule, found in pairs]
    for rule, found in pairs:
        name, body = str(rule.get("name", "")), rule_body(rule, found)
        if found is None:
            yield Step(ADDED, host, name, body=body)
        elif fields := _differences(rule, found, RULE_FIELDS, body):
            yield Step(CHANGED, host, name, fields, body, found)
    for gone in left:
        yield Step(REMOVED, host, gone["name"], now=gone)


def _taken(left: list[Json], rule: Json, test: Any) -> Json | None:  # noqa: ANN401 - one of the three below
    found = next((one for one in left if test(rule, one)), None)
    if found is not None:
        left.remove(found)
    return found


def _same_number(rule: Json, one: Json) -> bool:
    return rule.get("id") == one["id"] and any(rule.get(name) == one[name] for name in ("name", "rule"))


def _same_words(rule: Json, one: Json) -> bool:
    return all(rule.get(name) == one[name] for name in ("name", "rule"))


def _same_name(rule: Json, one: Json) -> bool:
    return bool(rule.get("name")) and rule["name"] == one["name"]


def _differences(wanted: Json, now: Json, names: tuple[str, ...], body: Json) -> tuple[str, ...]:
    """The fields that differ, among those that the document names."""
    return tuple(name for name in names if name in wanted and _without_null(body[name]) != _without_null(now[name]))


def _without_null(value: Any) -> Any:  # noqa: ANN401 - JSON
    """A value as it is stored: without options that are null."""
    if isinstance(value, dict):
        return {name: _without_null(inner) for name, inner in value.items() if inner is not None}
    return value


def _resources(document: object) -> list[Json]:
    """The resources of a document.

    Raises:
        UsageError: The document is not an export.
    """
    found = document.get("resources") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise UsageError('the file is not an export: it has no {"resources": [...]}')
    for number, one in enumerate(found, start=1):
        if not isinstance(one, dict) or not isinstance(one.get("cname"), str):
            raise UsageError(f"resource {number} of the file has no cname")
        rules = one.get("rules", [])
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            raise UsageError(f"the rules of {one['cname']} in the file are not a list of objects")
    hosts = [one["cname"].lower() for one in found]
    if len(set(hosts)) < len(hosts):
        raise UsageError("the file has two resources with the same cname")
    return found
