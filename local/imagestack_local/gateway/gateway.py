"""An ASGI application that calls a function for each request, as API Gateway does."""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

from anyio import CapacityLimiter, fail_after, to_thread
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from imagestack_local.gateway.http_answer import HttpAnswer, MalformedAnswerError, answer
from imagestack_local.gateway.http_event import HttpRequest, event, new_request_id

logger = logging.getLogger(__name__)

LARGEST_BODY_BYTES = 10 * 1024 * 1024
"""The largest body of a request that API Gateway accepts."""
CONCURRENT_INVOCATIONS = 8
LINE = 100
"""The most requests that wait. More are refused at once, with Retry-After."""
LINE_SECONDS = 15
"""The longest wait of a request. CloudFront waits 35 seconds, most of which the invocation needs."""
RETRY_SECONDS = 5
"""The value of Retry-After; the front caches the response as long."""

Invoke = Callable[[dict[str, Any], str], object]


class BodyTooLargeError(Exception):
    """The body of the request is larger than the gateway accepts."""


class Gateway:
    """An ASGI application in front of the function.

    Args:
        invoke: Called with an event and the id of the request, from several threads at a time; returns the
            result of the handler.
        invocations: How many run at a time. The others wait in the order in which they came.
        line: How many wait at most.
        line_seconds: How long each waits at most.
        decodes_path: Whether the path is percent-decoded once, as an HTTP API does. The front encodes it for
            that. Without a front, the function gets the path that the viewer sent.
    """

    def __init__(
        self,
        invoke: Invoke,
        invocations: int = CONCURRENT_INVOCATIONS,
        line: int = LINE,
        line_seconds: float = LINE_SECONDS,
        *,
        decodes_path: bool = False,
    ) -> None:
        self._function = invoke
        self._decodes_path = decodes_path
        self._line, self._line_seconds = line, line_seconds
        self._limiter = CapacityLimiter(invocations)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a request with the result of the handler."""
        request_id = new_request_id()
        try:
            request = await _read(scope, receive)
            if self._decodes_path:
                request = replace(request, path=unquote(request.path))
        except BodyTooLargeError:
            # The rest of the body is not read, so the connection cannot be used again.
            response = _message(413, "Request Entity Too Large")
            response.headers["connection"] = "close"
        except ClientDisconnect:
            return
        except ValueError:
            response = _message(400, "Bad Request")
        else:
            response = await self._answered(request, request_id)
        response.headers["apigw-requestid"] = request_id
        await response(scope, receive, send)

    async def _answered(self, request: HttpRequest, request_id: str) -> Response:
        """The response of the function, or a refusal if it cannot be called in time."""
        if self._limiter.statistics().tasks_waiting >= self._line:
            return _busy()
        turn = object()
        try:
            with fail_after(self._line_seconds):
                await self._limiter.acquire_on_behalf_of(turn)
        except TimeoutError:
            return _busy()
        try:
            # Its turn has come; there is no wait for a thread.
            return await to_thread.run_sync(self._invoke, request, request_id, limiter=CapacityLimiter(1))
        finally:
            self._limiter.release_on_behalf_of(turn)

    def _invoke(self, request: HttpRequest, request_id: str) -> Response:
        try:
            result = self._function(event(request, request_id, time.time()), request_id)
            return _response(answer(result, request.method))
        except MalformedAnswerError as error:
            logger.error("the result of the function for %s %s is malformed: %s", request.method, request.path, error)  # noqa: TRY400
        except Exception:
            logger.exception("the function failed at %s %s", request.method, request.path)
        return _message(502, "Internal Server Error")


async def _read(scope: Scope, receive: Receive) -> HttpRequest:
    path: bytes = scope.get("raw_path") or scope["path"].encode()
    if not path.startswith(b"/"):
        raise ValueError("the target of the request is not a path")
    return HttpRequest(
        method=scope["method"],
        path=path.decode("ascii"),
        query=scope["query_string"].decode("ascii"),
        headers=tuple((name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]),
        body=await _body(Request(scope, receive)),
        protocol=f"HTTP/{scope['http_version']}",
        client=scope["client"][0] if scope.get("client") else "",
        server=(scope["server"][0], scope["server"][1] or 0),
    )


async def _body(request: Request) -> bytes:
    announced = request.headers.get("content-length", "0")
    if int(announced) > LARGEST_BODY_BYTES:
        raise BodyTooLargeError
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY_BYTES:
            raise BodyTooLargeError
    return bytes(body)


def _response(http: HttpAnswer) -> Response:
    response = Response(status_code=http.status)
    response.body = http.body
    response.raw_headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in http.headers]
    return response


def _busy() -> Response:
    """The response of an HTTP API when Lambda cannot run another invocation. Retry-After is our addition."""
    response = _message(503, "Service Unavailable")
    response.headers["retry-after"] = str(RETRY_SECONDS)
    return response


def _message(status: int, text: str) -> Response:
    return Response(f'{{"message":"{text}"}}', status, media_type="application/json")
