"""The access log: a line for each request with method, target, status, type, length, time and cache state.

The line of an image also names the parameters that do not exist.
"""

import logging
import time
from itertools import islice

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from imagestack.request.query import pairs
from imagestack.request.unknown_parameters import unknown_parameters

_X_CACHE = b"x-cache"

# Names that a line has at most.
_MOST_NAMES = 5

logger = logging.getLogger(__name__)


class AccessLog:
    """An ASGI application that logs requests to another one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on and log it."""
        if scope["type"] != "http" or not logger.isEnabledFor(logging.INFO):
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        answered: Message = {}

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered.update(message)
            await send(message)

        try:
            await self._app(scope, receive, watched)
        finally:
            _log(scope, answered, time.perf_counter() - began)


def _log(scope: Scope, answered: Message, seconds: float) -> None:
    target = scope["raw_path"] + (b"?" + scope["query_string"] if scope["query_string"] else b"")
    headers = {name.lower(): value.decode("latin-1") for name, value in answered.get("headers", ())}
    logger.info(
        "%s %s %s %s %s bytes %.0f ms%s%s",
        scope["method"],
        target.decode("latin-1"),
        answered.get("status", "-"),
        headers.get(b"content-type", "-"),
        headers.get(b"content-length", "-"),
        seconds * 1_000,
        f" {headers[_X_CACHE].partition(' ')[0]}" if _X_CACHE in headers else "",
        _ignored(scope["query_string"]) if headers.get(b"content-type", "").startswith("image/") else "",
    )


def _ignored(query: bytes) -> str:
    """The unknown parameters of a query, each with the nearest known one."""
    names = islice(unknown_parameters(pairs(query.decode("latin-1"))), _MOST_NAMES)
    told = [f"{one.name!r} (do you mean {one.nearest}?)" if one.nearest else repr(one.name) for one in names]
    return f", ignored: {', '.join(told)}" if told else ""
