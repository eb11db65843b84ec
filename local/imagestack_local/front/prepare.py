"""Prepares a viewer's request: behaviour, viewer-request function, cache key."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus

from imagestack_local.front import event, messages
from imagestack_local.front.cache import Key
from imagestack_local.front.distribution import Behaviour, Distribution, Parts
from imagestack_local.front.javascript import EdgeFunction, FunctionFailedError
from imagestack_local.front.messages import FrontAnswer
from imagestack_local.front.origin import RawHeaders

DISTRIBUTION_ID = "local"
DOMAIN_NAME = "local.cloudfront.net"
REQUEST_ID = "local"
"""The same for every request, so that results of functions can be remembered."""
URL_BYTES = 8_192
HEAD_BYTES = 32_768
"""The longest URL and head that CloudFront accepts (guide, "Quotas")."""
REMEMBERED_REQUESTS = 2_048
REMEMBERED_SECONDS = 10
"""How long the result of a function is remembered. It is short, since a function may read the clock."""

Head = tuple[str, bytes, bytes, RawHeaders, str]
"""Method, path, query, headers, viewer's address."""

_SELF_CACHED = ("GET", "HEAD")
_ASKS_FOR_LESS = frozenset({"if-modified-since", "if-none-match", "range"})


@dataclass(frozen=True, eq=False)
class Prepared:
    """A viewer's request, prepared for the front."""

    behaviour: Behaviour
    request: event.Event
    """The request that the viewer-request function returned."""
    viewer: str
    """The address of the viewer."""
    key: Key | None = None
    """The cache key; None for a request that bypasses the cache."""
    answer: FrontAnswer | None = None
    """The response, if the origin is not needed."""
    asks_for_less: bool = False
    """Whether a part of the body, or none, may be the response."""

    @property
    def method(self) -> str:
        """The request's method."""
        return str(self.request["method"])

    def header(self, name: str) -> str | None:
        """The value of one of the request's headers; several lines joined by a comma."""
        found = event.values(self.request["headers"], name)
        return ", ".join(found) if found else None

    def query(self) -> str:
        """The parameters that are sent to the origin."""
        return _query(self.request, self.behaviour.cache.key, self.behaviour.forwarded)


def context(event_type: str) -> dict[str, str]:
    """The context of the event."""
    return {
        "distributionDomainName": DOMAIN_NAME,
        "distributionId": DISTRIBUTION_ID,
        "eventType": event_type,
        "requestId": REQUEST_ID,
    }


def preparer(distribution: Distribution) -> Callable[[str, bytes, bytes, RawHeaders, str, int], Prepared]:
    """A function that prepares requests, and remembers its last results.

    Its last argument is the time in units of `REMEMBERED_SECONDS`. Otherwise it is a pure function of its arguments,
    as CloudFront functions are of their events. So a hit runs no JavaScript.
    """
    functions = {
        behaviour.viewer_request: EdgeFunction(behaviour.viewer_request)
        for behaviour in distribution.behaviours
        if behaviour.viewer_request
    }

    @lru_cache(maxsize=REMEMBERED_REQUESTS)
    def prepare(method: str, path: bytes, query: bytes, headers: RawHeaders, viewer: str, _time: int) -> Prepared:
        behaviour = distribution.behaviour(path.decode("latin-1"))
        sent = event.request(method, path.decode("latin-1"), query.decode("latin-1"), headers)
        refusal = _refusal(behaviour, method, path, query, headers)
        if refusal:
            return Prepared(behaviour, sent, viewer, answer=refusal)
        if behaviour.viewer_request is None:
            return _looked_for(behaviour, sent, viewer)
        return _changed(functions[behaviour.viewer_request], behaviour, sent, viewer)

    return prepare


def _refusal(behaviour: Behaviour, method: str, path: bytes, query: bytes, headers: RawHeaders) -> FrontAnswer | None:
    if not path.startswith(b"/"):
        return messages.bad_request()
    url = len(path) + len(query)
    if url > URL_BYTES or url + sum(len(name) + len(value) for name, value in headers) > HEAD_BYTES:
        return messages.too_large()
    if method not in behaviour.allowed:
        return messages.method_not_allowed()
    with_body = any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0") for name, value in headers
    )
    return messages.body_not_allowed() if with_body and method == "GET" else None


def _changed(function: EdgeFunction, behaviour: Behaviour, sent: event.Event, viewer: str) -> Prepared:
    """The request after the viewer-request function, or the response that the function returned."""
    whole = {"version": "1.0", "context": context("viewer-request"), "viewer": {"ip": viewer}, "request": sent}
    try:
        returned = function(whole)
        if "statusCode" not in returned:
            return _looked_for(behaviour, event.checked_request(returned, sent), viewer)
        status, headers, body = event.checked_response(returned)
    except event.InvalidEventError as error:
        function.invalid(error)
        return Prepared(behaviour, sent, viewer, answer=messages.function_failed())
    except FunctionFailedError:
        return Prepared(behaviour, sent, viewer, answer=messages.function_failed())
    content = body or b""
    lines = tuple((n.encode(), v.encode("latin-1")) for n in headers if n != "content-length" for v in headers[n])
    length = () if status == HTTPStatus.NO_CONTENT else ((b"content-length", str(len(content)).encode()),)
    return Prepared(behaviour, sent, viewer, answer=FrontAnswer(status, (*lines, *length), content, messages.GENERATED))


def _looked_for(behaviour: Behaviour, request: event.Event, viewer: str) -> Prepared:
    method = request["method"]
    if method not in behaviour.cached:
        return Prepared(behaviour, request, viewer)
    asks_for_less = not _ASKS_FOR_LESS.isdisjoint(request["headers"])
    return Prepared(behaviour, request, viewer, _key(behaviour, request), asks_for_less=asks_for_less)


def _key(behaviour: Behaviour, request: event.Event) -> Key:
    parts = behaviour.cache.key
    method = "GET" if request["method"] in _SELF_CACHED else request["method"]
    headers = tuple(
        (name, tuple(event.values(request["headers"], name)))
        for name in sorted(request["headers"])
        if name in parts.headers
    )
    cookies = tuple((name, value) for name, value in event.pairs(request["cookies"]) if name in parts.cookies)
    return Key(behaviour.pattern, method, request["uri"], _query(request, parts), headers, cookies)


def _query(request: event.Event, *parts: Parts) -> str:
    chosen = (
        (name, value)
        for name, value in event.pairs(request["querystring"])
        if any(name in part.query for part in parts)
    )
    return "&".join(f"{name}={value}" for name, value in chosen)
