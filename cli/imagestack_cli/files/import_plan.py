"""What the import of a file would change, and the changes themselves."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from imagestack_cli.api import Api, ask
from imagestack_cli.documents import RESOURCE_FIELDS, RULE_FIELDS, resource_body, rule_body
from imagestack_cli.failures import CommandError, UsageError
from imagestack_cli.found import RESOURCES, Json, resource, resources

ADDED, CHANGED, REMOVED = "added", "changed", "removed"


@dataclass(frozen=True)
class Step:
    """A change.

    Attributes:
        kind: added, changed or removed.
        host: of the resource.
        rule: the rule's name, None if it is the resource itself.
        fields: what changes, of what is changed.
        body: what the API is sent, None where something is removed.
        now: what there is, None where something is added.
    """

    kind: str
    host: str
    rule: str | None
    fields: tuple[str, ...] = ()
    body: Json | None = None
    now: Json | None = None

    def view(self) -> Json:
        """The step for scripts; without what may be secret."""
        number = self.now["id"] if self.now else None
        return {"change": self.kind, "cname": self.host, "rule": self.rule, "id": number, "fields": list(self.fields)}


def make_plan(api: Api, document: object) -> list[Step]:
    """The steps that lead to what a document says. Resources that it does not name stay as they are.

    Raises:
        UsageError: it is not what an export writes.
        CommandError: the API does not answer.
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
    """Make the changes one after another, each only if nobody else has changed the same thing since the plan.

    Raises:
        CommandError: one is refused; those before it are made.
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
    """Make a change; `path` is the resource's."""
    now = step.now
    if now is None:
        return ask(api, "POST", RESOURCES if step.rule is None else f"{path}/rules", body=step.body)
    if step.rule is not None:
        path = f"{path}/rules/{now['id']}"
    if step.body is None:
        return remove_rule(api, path, now)
    names = RESOURCE_FIELDS if step.rule is None else RULE_FIELDS
    # What the file does not name stays.
    kept = {name: now[name] for name in names}
    kept["options"] = {name: value for name, value in now["options"].items() if value is not None}
    return ask(api, "PUT", path, body=kept | step.body, version=now["version"])


def remove_rule(api: Api, path: str, now: Json) -> None:
    """Remove a rule that may be active; the API takes only those that are not."""
    version = now["version"]
    if now["active"]:
        version = ask(api, "PATCH", path, body={"active": False}, version=version)["version"]
    ask(api, "DELETE", path, version=version)


def _rule_steps(host: str, wanted: list[Json], now: list[Json]) -> Iterator[Step]:
    left = list(now)
    pairs: list[tuple[Json, Json | None]] = [(rule, None) for rule in wanted]
    # The same number in another deployment is another rule: it counts only with the name or the pattern.
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
    """Which fields are to change: those that the document names."""
    return tuple(name for name in names if name in wanted and _without_null(body[name]) != _without_null(now[name]))


def _without_null(value: Any) -> Any:  # noqa: ANN401 - JSON
    """A value as it is kept: null in options stands for nothing."""
    if isinstance(value, dict):
        return {name: _without_null(inner) for name, inner in value.items() if inner is not None}
    return value


def _resources(document: object) -> list[Json]:
    """The resources of a document.

    Raises:
        UsageError: it is not what an export writes.
    """
    found = document.get("resources") if isinstance(document, dict) else None
    if not isinstance(found, list):
        raise UsageError('the file is no export: {"resources": [...]}')
    for number, one in enumerate(found, start=1):
        if not isinstance(one, dict) or not isinstance(one.get("cname"), str):
            raise UsageError(f"resource {number} of the file has no cname")
        rules = one.get("rules", [])
        if not isinstance(rules, list) or not all(isinstance(rule, dict) for rule in rules):
            raise UsageError(f"the rules of {one['cname']} in the file are no list of objects")
    hosts = [one["cname"].lower() for one in found]
    if len(set(hosts)) < len(hosts):
        raise UsageError("a cname stands twice in the file")
    return found
