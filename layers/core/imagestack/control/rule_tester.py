"""The rule tester: which rule answers for an address, and why."""

from typing import Any, Literal
from urllib.parse import urlsplit

from imagestack.control.api.answer_models import ResourceAnswer, RuleAnswer
from imagestack.control.api.image_models import AnsweringResource, AnsweringRuleAnswer, ExplanationAnswer, Verdict
from imagestack.control.api.queries import AddressQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.typed_addresses import encode_path
from imagestack.control.api.validation import validate_query
from imagestack.control.backends import Backends
from imagestack.control.errors import InvalidError, NotFoundError
from imagestack.control.explanation.explain import explain_address, fetched, refusal
from imagestack.control.explanation.query import Pairs
from imagestack.control.resources import Resources
from imagestack.control.store.ports import Store
from imagestack.control.store.registry import StoredResource, all_resources
from imagestack.errors import ImageStackError
from imagestack.limits import InvocationBudget
from imagestack.plan.plan import make_plan
from imagestack.quality import ScoreTarget
from imagestack.request.image_request import ImageRequest, image_request
from imagestack.request.query import pairs
from imagestack.rules.items import RULE_PREFIX, SETTINGS, read_items
from imagestack.rules.model import ANY_HOST, Resource, Rule
from imagestack.rules.options import ImageStack

# Stands in for a key of signed addresses that is not shown.
_SOME_KEY = "not-told"


class RuleTester:
    """Explains for any address which rule answers."""

    def __init__(self, store: Store, resources: Resources, bucket: str, backends: Backends) -> None:
        self._store = store
        self._resources = resources
        self._bucket = bucket
        self._backends = backends

    def get(self, call: Call) -> Reply:
        """Which rule answers for an address and why, and what the address means for its original."""
        request, query = _request(validate_query(AddressQuery, call.query))
        stored = self._resource_of(request.host)
        answer = explain(self._resources.view(call, stored), request)
        explanation = self._explanation(call, stored, request, query)
        return Reply(200, answer.model_copy(update={"explanation": explanation}).as_json())

    def _explanation(
        self, call: Call, stored: StoredResource, request: ImageRequest, query: Pairs
    ) -> ExplanationAnswer:
        # The data plane has as much time left when it plans, so that the wait for the original does not count here.
        budget = InvocationBudget(self._backends.memory, call.seconds_left).transform_budget()
        resource = read_items(stored.host, stored.items, self._bucket)[0] or Resource(stored.host)
        limits, options = self._backends.limits, resource.options_for(request.path)
        original = fetched(self._backends.originals, resource, request, limits)
        explained = explain_address(request, query, original, resource, options.image_stack, limits, budget)
        return explained.model_copy(update={"refusal": refusal(request, options, call.now.timestamp())})

    def _resource_of(self, host: str) -> StoredResource:
        """The resource that answers for a host: its own, or the resource of all hosts."""
        hosts = {resource.host: resource for resource in all_resources(self._store)}
        stored = hosts.get(host, hosts.get(ANY_HOST))
        if stored is None:
            raise NotFoundError(f"no resource answers for {host}")
        return stored


def explain(shown: ResourceAnswer, request: ImageRequest) -> AnsweringRuleAnswer:
    """Explain which rule of a resource answers a request, and what the options then make of an image.

    Args:
        shown: The resource as the API shows it, with its rules.
        request: The request, for a path of the resource.

    Returns:
        The answer, with a verdict on every rule, in the order in which rules are matched.
    """
    resource = _read(shown)
    winner = resource.rule_for(request.path)
    option = resource.options_with(winner).image_stack
    plan = make_plan(request.parameters, option or ImageStack(), request.accepted)
    formats = [str(name) for name in plan.formats] if option else []
    target = plan.quality.score if isinstance(plan.quality, ScoreTarget) else None
    quality: int | Literal["auto"] = "auto" if isinstance(plan.quality, ScoreTarget) else plan.quality
    quality_text = quality if target is None else f"{quality} (score {target})"
    on = f"on: quality {quality_text}, formats {', '.join(formats) or 'that of the original'}"
    return AnsweringRuleAnswer(
        host=request.host,
        path=request.path,
        resource=AnsweringResource(id=shown.id, cname=shown.cname, active=shown.active),
        rule=int(winner.id) if winner else None,
        rules=_verdicts(shown, resource, winner, request.path),
        image_stack=option is not None,
        quality=quality if option else None,
        quality_target=target if option else None,
        formats=formats,
        text=f"{_text(shown, winner)}; Image Stack is {on if option else 'off: images pass as they are'}",
    )


def _text(shown: ResourceAnswer, winner: Rule | None) -> str:
    if not shown.active:
        return f"nothing is served: the resource {shown.cname} is switched off"
    if winner is None:
        return f"no rule answers: the options of the resource {shown.cname} hold"
    return f"rule {winner.id} ({winner.name}) of {shown.cname} answers"


def _verdicts(shown: ResourceAnswer, resource: Resource, winner: Rule | None, path: str) -> list[Verdict]:
    """A verdict on every rule; rules that the data plane leaves out come last."""
    by_number: dict[int | str, RuleAnswer] = {rule.id: rule for rule in shown.rules}
    served = {rule.id for rule in resource.rules}
    verdicts = [_verdict(rule, by_number[rule.id], winner, path) for rule in resource.rules]
    left_out = [rule for number, rule in by_number.items() if number not in served]
    return verdicts + [
        _make_verdict(rule, matches=False, answers=False, why=f"left out: {rule.problem}") for rule in left_out
    ]


def _verdict(rule: Rule, shown: RuleAnswer, winner: Rule | None, path: str) -> Verdict:
    matches = rule.matches(path)
    if not rule.active:
        return _make_verdict(shown, matches=matches, answers=False, why="switched off")
    if not matches or winner is None:
        return _make_verdict(shown, matches=matches, answers=False, why="the pattern is not found in the path")
    if rule is not winner:
        why = f"matches too, but rule {winner.id} (weight {winner.weight}) is asked before"
        return _make_verdict(shown, matches=matches, answers=False, why=why)
    broken = f"; it lets nobody in: {shown.problem}" if shown.problem else ""
    why = f"answers: the first active rule whose pattern is found{broken}"
    return _make_verdict(shown, matches=matches, answers=True, why=why)


def _make_verdict(rule: RuleAnswer, *, matches: bool, answers: bool, why: str) -> Verdict:
    return Verdict(
        id=rule.id,
        name=rule.name,
        rule=rule.rule,
        weight=rule.weight,
        active=rule.active,
        matches=matches,
        answers=answers,
        why=why,
    )


def _read(shown: ResourceAnswer) -> Resource:
    """Read a resource as the data plane does, from the API's view of its items."""
    items = [_item(rule) for rule in shown.rules]
    # The view shows the origin as text. The origin decides about no rule, so that the item needs none.
    items.append({"sk": SETTINGS, "active": shown.active, "options": _options(shown)})
    resource, _ = read_items(shown.cname, items, "")
    return resource or Resource(shown.cname)


def _item(rule: RuleAnswer) -> dict[str, Any]:
    return {
        "sk": f"{RULE_PREFIX}{rule.id}",
        "id": rule.id,
        "name": rule.name,
        "rule": rule.rule,
        "ruleType": rule.rule_type,
        "weight": rule.weight,
        "active": rule.active,
        "options": _options(rule),
    }


def _options(shown: RuleAnswer | ResourceAnswer) -> dict[str, Any]:
    if shown.problem is not None:
        # Whatever makes the item broken, the data plane must find it broken here too: a broken item that has a key
        # refuses every request.
        return {**shown.options, "image_stack": "broken"}
    secure_key = shown.options.get("secure_key")
    # Viewers do not see the key. For this answer it only matters that there is one.
    if isinstance(secure_key, dict) and secure_key.get("enabled") and secure_key.get("key") is None:
        return {**shown.options, "secure_key": {**secure_key, "key": _SOME_KEY}}
    return shown.options


def _request(query: AddressQuery) -> tuple[ImageRequest, Pairs]:
    """The request for an address, and the pairs of its query."""
    try:
        parts = urlsplit(query.url.strip())
        host = parts.hostname
    except ValueError:
        raise InvalidError({"url": ["is no address"]}) from None
    if parts.scheme not in ("http", "https") or not host:
        raise InvalidError({"url": ["is not like https://host/path"]})
    try:
        headers, sent = {"host": host, "accept": query.accept}, pairs(parts.query)
        return image_request("GET", encode_path(parts.path) or "/", sent, headers), sent
    except ImageStackError as error:
        raise InvalidError({"url": [error.text]}) from None
