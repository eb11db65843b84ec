"""Which rule answers for an address, and why."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from imagestack.control.api.queries import AddressQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import read_query
from imagestack.control.api.views import View
from imagestack.control.errors import InvalidError, NotFoundError
from imagestack.control.resources import Resources
from imagestack.control.store.ports import Store
from imagestack.control.store.registry import StoredResource, every
from imagestack.errors import ImageStackError
from imagestack.plan.plan import make_plan
from imagestack.quality import AUTO, ScoreTarget
from imagestack.request.image_request import ImageRequest, image_request
from imagestack.request.query import pairs
from imagestack.rules.items import SETTINGS, read_items
from imagestack.rules.model import ANY_HOST, Resource, Rule
from imagestack.rules.options import ImageStack

# What stands for a key that nobody tells us.
_SOME_KEY = "not-told"


@dataclass(frozen=True)
class Verdict:
    """What a rule does for an address: the first of its resource that `answers` decides."""

    rule: View
    matches: bool
    answers: bool
    why: str

    def view(self) -> View:
        """The verdict as JSON."""
        names = ("id", "name", "rule", "weight", "active")
        found = {name: self.rule[name] for name in names}
        return {**found, "matches": self.matches, "answers": self.answers, "why": self.why}


class Answering:
    """Which rule answers, for whoever wonders."""

    def __init__(self, store: Store, resources: Resources) -> None:
        self._store = store
        self._resources = resources

    def get(self, call: Call) -> Reply:
        """Which rule answers for an address and why, and what is made of an image there."""
        query = read_query(AddressQuery, call.query)
        request = _request(query)
        found = self._found(request.host)
        return Reply(200, judge(self._resources.view(call, found), request))

    def _found(self, host: str) -> StoredResource:
        """The resource that answers for a host: its own, or that of all others."""
        hosts = {found.host: found for found in every(self._store)}
        found = hosts.get(host, hosts.get(ANY_HOST))
        if found is None:
            raise NotFoundError(f"no resource answers for {host}")
        return found


def judge(found: View, request: ImageRequest) -> View:
    """What each rule of a resource does for a request, in the order in which they are asked; and what comes of it.

    Args:
        found: the resource as the API shows it, with its rules.
        request: for one of its paths.
    """
    resource = _read(found)
    answering = resource.rule_for(request.path)
    option = resource.options_with(answering).image_stack
    plan = make_plan(request.parameters, option or ImageStack(), request.accepted)
    formats = list(plan.formats) if option else []
    target = plan.quality.score if isinstance(plan.quality, ScoreTarget) else None
    quality: int | str = AUTO.value if isinstance(plan.quality, ScoreTarget) else plan.quality
    told = quality if target is None else f"{quality} (score {target})"
    made = f"on: quality {told}, formats {', '.join(formats) or 'that of the original'}"
    return {
        "host": request.host,
        "path": request.path,
        "resource": {name: found[name] for name in ("id", "cname", "active")},
        "rule": answering.id if answering else None,
        "rules": [verdict.view() for verdict in _verdicts(found, resource, answering, request.path)],
        "image_stack": option is not None,
        "quality": quality if option else None,
        "quality_target": target if option else None,
        "formats": formats,
        "text": f"{_text(found, answering)}; Image Stack is {made if option else 'off: images pass as they are'}",
    }


def _text(found: View, answering: Rule | None) -> str:
    if not found["active"]:
        return f"nothing is served: the resource {found['cname']} is switched off"
    if answering is None:
        return f"no rule answers: the options of the resource {found['cname']} hold"
    return f"rule {answering.id} ({answering.name}) of {found['cname']} answers"


def _verdicts(found: View, resource: Resource, answering: Rule | None, path: str) -> list[Verdict]:
    shown = {rule["id"]: rule for rule in found["rules"]}
    read = {rule.id for rule in resource.rules}
    verdicts = [_verdict(rule, shown[rule.id], answering, path) for rule in resource.rules]
    left_out = [rule for number, rule in shown.items() if number not in read]
    return verdicts + [
        Verdict(rule, matches=False, answers=False, why=f"left out: {rule['problem']}") for rule in left_out
    ]


def _verdict(rule: Rule, shown: View, answering: Rule | None, path: str) -> Verdict:
    matches = rule.matches(path)
    if not rule.active:
        return Verdict(shown, matches, answers=False, why="switched off")
    if not matches or answering is None:
        return Verdict(shown, matches, answers=False, why="the pattern is not found in the path")
    if rule is not answering:
        why = f"matches too, but rule {answering.id} (weight {answering.weight}) is asked before"
        return Verdict(shown, matches, answers=False, why=why)
    broken = f"; it lets nobody in: {shown['problem']}" if shown["problem"] else ""
    return Verdict(shown, matches, answers=True, why=f"answers: the first active rule whose pattern is found{broken}")


def _read(found: View) -> Resource:
    """A resource as the data plane reads it, of what the API shows of its items."""
    items = [_item(rule, f"RULE#{rule['id']}") for rule in found["rules"]]
    # The API shows the origin as text; it decides about no rule.
    items.append({"sk": SETTINGS, "active": found["active"], "options": _options(found)})
    read, _ = read_items(found["cname"], items, "")
    return read or Resource(found["cname"])


def _item(rule: View, sk: str) -> dict[str, Any]:
    return {
        "sk": sk,
        **{name: rule[name] for name in ("id", "name", "rule", "ruleType", "weight", "active")},
        "options": _options(rule),
    }


def _options(shown: View) -> View:
    options: View = shown["options"]
    if shown["problem"] is not None:
        # Broken here as well, whatever is wrong with it there: if it guards its images, it lets nobody in.
        return {**options, "image_stack": "broken"}
    guard = options.get("secure_key")
    # Those who may only look are not told the key; that there is one is enough here.
    if isinstance(guard, dict) and guard.get("enabled") and guard.get("key") is None:
        return {**options, "secure_key": {**guard, "key": _SOME_KEY}}
    return options


def _request(query: AddressQuery) -> ImageRequest:
    try:
        parts = urlsplit(query.url.strip())
        host = parts.hostname
    except ValueError:
        raise InvalidError({"url": ["is no address"]}) from None
    if parts.scheme not in ("http", "https") or not host:
        raise InvalidError({"url": ["is not like https://host/path"]})
    try:
        headers = {"host": host, "accept": query.accept}
        return image_request("GET", parts.path or "/", pairs(parts.query), headers)
    except ImageStackError as error:
        raise InvalidError({"url": [error.text]}) from None
