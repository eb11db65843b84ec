"""`imagestack rules test`: which rule answers for an address, and why."""

from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlsplit

import typer

from imagestack.errors import ImageStackError
from imagestack.options import ImageStack, Options
from imagestack.plan import make_plan
from imagestack.query import pairs
from imagestack.request import ImageRequest, image_request
from imagestack.rule_items import SETTINGS, read_items
from imagestack.rules import Resource, Rule
from local.commands import shown
from local.commands.api import Api
from local.commands.command import with_target
from local.commands.failures import CommandError, UsageError
from local.commands.found import ANY_HOST, Json, resource, resources
from local.commands.target import Target

# What stands for a key that nobody tells us.
_SOME_KEY = "not-told"


@dataclass(frozen=True)
class Verdict:
    """What a rule does for an address: the first of its resource that `answers` decides."""

    rule: Json
    answers: bool
    why: str

    def view(self) -> Json:
        """The verdict for scripts."""
        names = ("id", "name", "rule", "weight", "active")
        return {**{name: self.rule[name] for name in names}, "answers": self.answers, "why": self.why}


@with_target
def try_rules(
    target: Target,
    host: Annotated[str, typer.Argument(metavar="HOST", help="As the viewer asks for it.")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="Percent-encoded, with its query if there is one.")],
    accept: Annotated[str, typer.Option("--accept", metavar="VALUE", help="The viewer's Accept header.")] = "",
) -> None:
    """Say which rule answers for an address and why, and what is made of an image there."""
    request = _request(host, path, accept)
    found = _resource_for(target.api, request.host)
    verdicts, options = judge(found, request)
    result = _result(found, request, verdicts, options)
    if target.options.as_json:
        shown.as_json(result)
        return
    shown.table(
        ("ID", "WEIGHT", "NAME", "PATTERN", "VERDICT"),
        [(one.rule["id"], one.rule["weight"], one.rule["name"], one.rule["rule"], one.why) for one in verdicts],
    )
    typer.echo("")
    typer.echo(shown.cell(result["text"]))


def judge(found: Json, request: ImageRequest) -> tuple[list[Verdict], Options]:
    """What each rule of a resource does for a request, in the order in which they are asked; and what holds.

    Args:
        found: the resource as the API shows it.
        request: for one of its paths.
    """
    read = _read(found)
    rules = {rule.id: rule for rule in read.rules}
    shown_by_number = {rule["id"]: rule for rule in found["rules"]}
    order = [rule.id for rule in read.rules]
    order += [number for number in shown_by_number if number not in rules]
    verdicts: list[Verdict] = []
    answering: Rule | None = None
    for number in order:
        rule, shown_rule = rules.get(number), shown_by_number[number]
        if rule is None:
            verdicts.append(Verdict(shown_rule, answers=False, why=f"left out: {shown_rule['problem']}"))
        elif not rule.active:
            verdicts.append(Verdict(shown_rule, answers=False, why="switched off"))
        elif not rule.matches(request.path):
            verdicts.append(Verdict(shown_rule, answers=False, why="the pattern is not found in the path"))
        elif answering is not None:
            why = f"matches too, but rule {answering.id} (weight {answering.weight}) is asked before"
            verdicts.append(Verdict(shown_rule, answers=False, why=why))
        else:
            answering = rule
            broken = f"; it lets nobody in: {shown_rule['problem']}" if shown_rule["problem"] else ""
            why = f"answers: the first active rule whose pattern is found{broken}"
            verdicts.append(Verdict(shown_rule, answers=True, why=why))
    return verdicts, read.options_for(request.path)


def _read(found: Json) -> Resource:
    """A resource as the data plane reads it, of what the API shows of its items."""
    items = [_item(rule, f"RULE#{rule['id']}") for rule in found["rules"]]
    # The API shows the origin as text; it decides about no rule.
    items.append({"sk": SETTINGS, "active": found["active"], "options": _options(found)})
    read, _ = read_items(found["cname"], items, "")
    return read or Resource(found["cname"])


def _item(rule: Json, sk: str) -> dict[str, Any]:
    return {
        "sk": sk,
        **{name: rule[name] for name in ("id", "name", "rule", "ruleType", "weight", "active")},
        "options": _options(rule),
    }


def _options(shown_item: Json) -> Json:
    options: Json = shown_item["options"]
    if shown_item["problem"] is not None:
        # Broken here as well, whatever is wrong with it there: if it guards its images, it lets nobody in.
        return {**options, "image_stack": "broken"}
    guard = options.get("secure_key")
    # Those who may only look are not told the key; that there is one is enough here.
    if isinstance(guard, dict) and guard.get("enabled") and guard.get("key") is None:
        return {**options, "secure_key": {**guard, "key": _SOME_KEY}}
    return options


def _request(host: str, path: str, accept: str) -> ImageRequest:
    parts = urlsplit(path)
    if not path.startswith("/"):
        raise UsageError("a path starts with /")
    try:
        return image_request("GET", parts.path, pairs(parts.query), {"host": host, "accept": accept})
    except ImageStackError as error:
        raise UsageError(error.text) from error


def _resource_for(api: Api, host: str) -> Json:
    """The resource that answers for a host: its own, or that of all others."""
    names = {one["cname"]: str(one["id"]) for one in resources(api)}
    name = names.get(host, names.get(ANY_HOST))
    if name is None:
        raise CommandError(f"no resource answers for {host}")
    return resource(api, name)


def _result(found: Json, request: ImageRequest, verdicts: list[Verdict], options: Options) -> Json:
    plan = make_plan(request.parameters, options.image_stack or ImageStack(), request.accepted)
    enabled = options.image_stack is not None
    answering = next((one.rule for one in verdicts if one.answers), None)
    if not found["active"]:
        text = f"nothing is served: the resource {found['cname']} is switched off"
    elif answering is None:
        text = f"no rule answers: the options of the resource {found['cname']} hold"
    else:
        text = f"rule {answering['id']} ({answering['name']}) of {found['cname']} answers"
    formats = list(plan.formats) if enabled else []
    made = f"quality {plan.quality}, formats {', '.join(formats) or 'that of the original'}"
    return {
        "host": request.host,
        "path": request.path,
        "resource": {"id": found["id"], "cname": found["cname"], "active": found["active"]},
        "rule": answering and answering["id"],
        "rules": [one.view() for one in verdicts],
        "image_stack": enabled,
        "quality": plan.quality if enabled else None,
        "formats": formats,
        "text": f"{text}; Image Stack is {f'on: {made}' if enabled else 'off: images pass as they are'}",
    }
