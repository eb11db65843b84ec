"""Runs the data plane for a preview: the same code, with rules that are not saved and a store that keeps nothing.

It imports the codecs, so that it is imported only when a preview is wanted.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from time import monotonic
from typing import Any

from imagestack.control.api.image_models import ExplanationAnswer
from imagestack.control.api.typed_addresses import encode_path
from imagestack.control.explanation.explain import explain_address
from imagestack.errors import ImageStackError
from imagestack.geometry import Size
from imagestack.limits import InvocationBudget, Limits
from imagestack.plan.work import Work
from imagestack.ports import Derived, Original, OriginalStore, Stored
from imagestack.request.image_request import image_request
from imagestack.request.query import pairs
from imagestack.response.cache_control import CachePolicy
from imagestack.response.http import error_response, image_response
from imagestack.response.page_headers import deliver
from imagestack.rules.cache import CachedRules
from imagestack.rules.model import Rule
from imagestack.sandbox.workers import make_workers
from imagestack.serving.effective_rules import EffectiveRules
from imagestack.serving.pipeline import Pipeline
from imagestack.serving.request_log import RequestLog
from imagestack.transform import Encoded, read_size


@dataclass(frozen=True)
class PreviewEnvironment:
    """What a preview runs with; see `imagestack.serving.pipeline.Pipeline`.

    Attributes:
        originals: The store of originals.
        bucket: The bucket that origins may name.
        limits: The limits of the data plane.
        budget: The time and memory of the invocation.
    """

    originals: OriginalStore
    bucket: str
    limits: Limits
    budget: InvocationBudget


@dataclass(frozen=True)
class PreviewResult:
    """The response that a viewer would get, and its original.

    Attributes:
        status: The HTTP status.
        headers: The headers.
        body: The image; empty if there is none.
        rule: The rule that answers; None if none does.
        error: Why there is no image; empty if there is one.
        size: The size of the image; None if it is unknown.
        original: The original; None if it could not be fetched.
        original_size: The size of the original; None if it is unknown.
        explanation: What the address means; None if it is none.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    rule: Rule | None
    error: str = ""
    size: Size | None = None
    original: Original | None = None
    original_size: Size | None = None
    explanation: ExplanationAnswer | None = None


class _Items:
    """A rules table with the items of one host."""

    def __init__(self, host: str, items: Sequence[Mapping[str, Any]]) -> None:
        self._host = host
        self._items = items

    def items(self, host: str) -> Sequence[Mapping[str, Any]]:
        return self._items if host == self._host else ()


class _LastOriginal:
    """A store of originals that remembers the last one."""

    def __init__(self, originals: OriginalStore) -> None:
        self._originals = originals
        self.last: Original | None = None

    def head(self, key: str) -> Stored:
        return self._originals.head(key)

    def fetch(self, key: str, at_most: int) -> Original:
        self.last = self._originals.fetch(key, at_most)
        return self.last


class _NoDerivedObjects:
    """A store of derived objects that keeps nothing."""

    def get(self, _key: str, _at_most: int) -> Derived | None:
        return None

    def put(self, _key: str, _derived: Derived, _headers: Mapping[str, str], _replaces: str | None) -> bool:
        return True


@cache
def _codecs(memory: int) -> Callable[[bytes, Work, float], Encoded]:
    """The codec workers: started for the first preview and used for all others."""
    return make_workers(memory).transform


def run(
    host: str, items: Sequence[Mapping[str, Any]], address: str, accept: str, environment: PreviewEnvironment
) -> PreviewResult:
    """Request an image as a viewer does.

    A viewer gets a redirect for an image that is too large for a Lambda response. A preview holds that image itself.

    Args:
        host: The host of the resource.
        items: All items of the host.
        address: Path and query.
        accept: The viewer's Accept header.
        environment: The backends and limits.
    """
    # What the plan of the request may spend: later, the work itself has taken its time.
    budget = environment.budget.transform_budget()
    originals = _LastOriginal(environment.originals)
    log = RequestLog()
    rules = EffectiveRules()
    request = None
    error = ""
    path, _, query = address.partition("?")
    with ThreadPoolExecutor(1) as executor:
        pipeline = Pipeline(
            originals=originals,
            derived=_NoDerivedObjects(),
            rules=CachedRules(_Items(host, items), environment.bucket, 0, monotonic, lambda _broken: None),
            limits=replace(environment.limits, body_bytes=environment.limits.original_bytes),
            executor=executor,
            transform=_codecs(environment.budget.memory),
        )
        try:
            request = image_request("GET", encode_path(path), pairs(query), {"host": host, "accept": accept})
            rules = pipeline.effective_rules(request, environment.budget, log)
            answer = pipeline.answer(request, rules, environment.budget, log)
            response = image_response(request, answer, CachePolicy.of(rules.options))
        except ImageStackError as failure:
            response = error_response(failure, CachePolicy.of(rules.options))
            error = failure.text
    response = deliver(response, request, rules.options)
    original = originals.last
    explanation = None
    if request and rules.resource:
        option = rules.image_stack if rules.image_stack.enabled else None
        found = original or error or "the original was not read"
        explanation = explain_address(request, pairs(query), found, rules.resource, option, environment.limits, budget)
    return PreviewResult(
        status=response.status,
        headers=response.headers,
        body=b"" if error else response.body,
        rule=rules.rule,
        error=error,
        size=None if error else read_size(response.body),
        original=original,
        original_size=read_size(original.body) if original else None,
        explanation=explanation,
    )
