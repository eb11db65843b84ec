"""The data plane, run for a preview: the same code, with rules that are not stored and a store that keeps nothing.

It brings the codecs along, so that it is not imported before a preview is asked for.
"""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from time import monotonic
from typing import Any

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
class Deployed:
    """What a preview is made with; see `imagestack.serving.pipeline.Pipeline`."""

    originals: OriginalStore
    bucket: str
    limits: Limits
    means: InvocationBudget


@dataclass(frozen=True)
class Outcome:
    """What a viewer would get, and what it was made of.

    Attributes:
        rule: that answers.
        error: why there is no image, empty if there is one.
        size: of the image, None if it cannot be told.
        original: None if it could not be fetched.
    """

    status: int
    headers: dict[str, str]
    body: bytes
    rule: Rule | None
    error: str = ""
    size: Size | None = None
    original: Original | None = None
    original_size: Size | None = None


class _Items:
    """A rules table with the items of one host."""

    def __init__(self, host: str, items: Sequence[Mapping[str, Any]]) -> None:
        self._host = host
        self._items = items

    def items(self, host: str) -> Sequence[Mapping[str, Any]]:
        return self._items if host == self._host else ()


class _Noted:
    """Originals, of which the last one is remembered."""

    def __init__(self, originals: OriginalStore) -> None:
        self._originals = originals
        self.last: Original | None = None

    def head(self, key: str) -> Stored:
        return self._originals.head(key)

    def fetch(self, key: str, at_most: int) -> Original:
        self.last = self._originals.fetch(key, at_most)
        return self.last


class _Nothing:
    """Derived objects: there are none, and none is kept."""

    def get(self, _key: str, _at_most: int) -> Derived | None:
        return None

    def put(self, _key: str, _derived: Derived, _headers: Mapping[str, str], _replaces: str | None) -> bool:
        return True


@cache
def _codecs(memory: int) -> Callable[[bytes, Work, float], Encoded]:
    """Where codecs run: started for the first preview, and there for all others."""
    return make_workers(memory).transform


def run(host: str, items: Sequence[Mapping[str, Any]], address: str, accept: str, deployed: Deployed) -> Outcome:
    """Ask for an image as a viewer does.

    What a viewer gets by a redirect, since it is too large for a Lambda answer, is here in the answer itself.

    Args:
        host: of the resource.
        items: all of the host.
        address: path and query.
        accept: the viewer's Accept header.
        deployed: what it is made with.
    """
    originals = _Noted(deployed.originals)
    log = RequestLog()
    terms = EffectiveRules()
    request = None
    error = ""
    path, _, query = address.partition("?")
    with ThreadPoolExecutor(1) as executor:
        pipeline = Pipeline(
            originals=originals,
            derived=_Nothing(),
            rules=CachedRules(_Items(host, items), deployed.bucket, 0, monotonic, lambda _broken: None),
            limits=replace(deployed.limits, body_bytes=deployed.limits.original_bytes),
            executor=executor,
            transform=_codecs(deployed.means.memory),
        )
        try:
            request = image_request("GET", path, pairs(query), {"host": host, "accept": accept})
            terms = pipeline.effective_rules(request, deployed.means, log)
            answer = pipeline.answer(request, terms, deployed.means, log)
            response = image_response(request, answer, CachePolicy.of(terms.options))
        except ImageStackError as failure:
            response = error_response(failure, CachePolicy.of(terms.options))
            error = failure.text
    response = deliver(response, request, terms.options)
    found = originals.last
    return Outcome(
        status=response.status,
        headers=response.headers,
        body=b"" if error else response.body,
        rule=terms.rule,
        error=error,
        size=None if error else read_size(response.body),
        original=found,
        original_size=read_size(found.body) if found else None,
    )
