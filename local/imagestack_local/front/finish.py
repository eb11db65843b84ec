"""From an answer to what the viewer gets: headers policy, viewer-response function, the front's own headers."""

from dataclasses import dataclass
from functools import lru_cache
from http import HTTPStatus
from typing import Protocol

from imagestack_local.front import event, messages
from imagestack_local.front.distribution import Distribution
from imagestack_local.front.freshness import FIRST_ERROR
from imagestack_local.front.headers_policy import Headers
from imagestack_local.front.javascript import Function, FunctionFailedError
from imagestack_local.front.messages import Answer
from imagestack_local.front.origin import RawHeaders
from imagestack_local.front.prepare import DOMAIN_NAME, Prepared, context

REMEMBERED_ANSWERS = 2_048
VIA = (b"via", f"1.1 {DOMAIN_NAME} (CloudFront)".encode())

_WITHOUT_LENGTH = (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED)


@dataclass(frozen=True)
class Finished:
    """The head of an answer, but for what differs from time to time: Age, X-Cache."""

    status: int
    headers: RawHeaders
    body: bytes | None = None
    """If it takes the place of the answer's."""
    x_cache: bytes | None = None
    """If it is not for the cache to say."""


class Finish(Protocol):
    """Finishes an answer."""

    def __call__(self, prepared: Prepared, status: int, headers: RawHeaders, *, generated: bool = False) -> Finished:
        """Finish it; `generated` says that the front or a viewer-request function made it."""


def finisher(distribution: Distribution) -> Finish:
    """A function that finishes answers, and remembers what it made of the last ones.

    Policy first, then function: what the policy added is among the headers that the function sees ("Amazon CloudFront
    introduces Response Headers Policies", AWS Networking & Content Delivery Blog). The function is not called for
    answers of 400 and more (guide, "Restrictions on all edge functions"), nor for those that no origin gave.
    """
    functions = {
        behaviour.viewer_response: Function(behaviour.viewer_response)
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


def _changed(function: Function, prepared: Prepared, status: int, headers: Headers) -> Finished:
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
    # The length is the front's to tell, whatever the function did to it.
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
    """Whether the length still holds: GET would tell it if the function set another body, HEAD does not."""
    return prepared.method != "HEAD" or status == new_status


def _failed(answer: Answer) -> Finished:
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
