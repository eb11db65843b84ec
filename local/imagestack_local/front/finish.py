"""Completes a response for the viewer: headers policy, viewer-response function, the front's own headers."""

from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Protocol

from imagestack_local.front import event, messages
from imagestack_local.front.distribution import Distribution
from imagestack_local.front.freshness import FIRST_ERROR
from imagestack_local.front.headers_policy import Headers
from imagestack_local.front.javascript import EdgeFunction, FunctionFailedError
from imagestack_local.front.messages import FrontAnswer
from imagestack_local.front.origin import RawHeaders
from imagestack_local.front.prepare import DOMAIN_NAME, Prepared, context

REMEMBERED_ANSWERS = 2_048
VIA = (b"via", f"1.1 {DOMAIN_NAME} (CloudFront)".encode())

_WITHOUT_LENGTH = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


@dataclass(frozen=True)
class Finished:
    """The head of a response, without the headers that change from time to time: Age, X-Cache."""

    status: int
    headers: RawHeaders
    body: bytes | None = None
    """The body, if it replaces that of the response."""
    x_cache: bytes | None = None
    """The value of X-Cache, if the cache does not set it."""


class Finish(Protocol):
    """Completes a response."""

    def __call__(self, prepared: Prepared, status: int, headers: RawHeaders, *, generated: bool = False) -> Finished:
        """Complete a response. `generated`: the front or a viewer-request function made it."""


def finisher(distribution: Distribution) -> Finish:
    """A function that completes responses, and remembers its last results.

    The policy comes first, so the function sees its headers ("Amazon CloudFront introduces Response Headers Policies",
    AWS Networking & Content Delivery Blog). The function is not called for a status of 400 or more (guide,
    "Restrictions on all edge functions"), nor for responses that no origin sent.
    """
    functions = {
        behaviour.viewer_response: EdgeFunction(behaviour.viewer_response)
        for behaviour in distribution.behaviours
        if behaviour.viewer_response
    }

    @lru_cache(maxsize=REMEMBERED_ANSWERS)
    def finish(prepared: Prepared, status: int, headers: RawHeaders, *, generated: bool = False) -> Finished:
        changed = _grouped(headers)
        preflight = prepared.method == "OPTIONS" and prepared.header("access-control-request-method") is not None
        prepared.behaviour.headers.apply(changed, prepared.header("origin"), preflight=preflight)
        code = prepared.behaviour.viewer_response
        if code is None or generated or status >= FIRST_ERROR:
            return Finished(status, (*_lines(changed), VIA))
        return _changed(functions[code], prepared, status, changed)

    return finish


def _changed(function: EdgeFunction, prepared: Prepared, status: int, headers: Headers) -> Finished:
    whole = {
        "version": "1.0",
        "context": context("viewer-response"),
        "viewer": {"ip": prepared.viewer},
        "request": prepared.request,
        "response": event.response(status, _phrase(status), headers),
    }
    try:
        new_status, new_headers, body = event.checked_response(function(whole))
    except event.InvalidEventError as error:
        function.invalid(error)
        return _failed(messages.function_failed())
    except FunctionFailedError:
        return _failed(messages.function_failed())
    # The front sets the length, whatever the function did to it.
    new_headers.pop("content-length", None)
    if body is not None:
        new_headers.pop("content-range", None)
        new_headers["content-length"] = [str(len(body))]
    elif (
        "content-length" in headers
        and new_status not in _WITHOUT_LENGTH
        and _has_same_body(prepared, status, new_status)
    ):
        new_headers["content-length"] = headers["content-length"]
    return Finished(new_status, (*_lines(new_headers), VIA), body)


def _has_same_body(prepared: Prepared, status: int, new_status: int) -> bool:
    """Whether the length is still known: if the function set another body, that of HEAD is not."""
    return prepared.method != "HEAD" or status == new_status


def _failed(answer: FrontAnswer) -> Finished:
    return Finished(answer.status, (*answer.headers, VIA), answer.body, answer.x_cache)


def _grouped(headers: RawHeaders) -> Headers:
    grouped: Headers = {}
    for name, value in headers:
        grouped.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return grouped


def _lines(headers: Headers) -> RawHeaders:
    return tuple((name.encode(), value.encode("latin-1")) for name, lines in headers.items() for value in lines)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
