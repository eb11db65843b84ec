"""Sends requests to an origin: an ASGI application in this process, called without a socket."""

import asyncio
from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import unquote

from starlette.types import ASGIApp, Message, Receive

RawHeaders = tuple[tuple[bytes, bytes], ...]

_WITHOUT_BODY = frozenset({204, 304})
_HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    },
)
"""Headers of one connection (RFC 9110 section 7.6.1)."""
_unfinished: set[asyncio.Task[None]] = set()
"""Calls that no request waits for any more. The event loop holds no strong reference to them."""


class OriginFailedError(Exception):
    """The origin closed the connection, or its response is incomplete."""


class OriginTimeoutError(Exception):
    """The origin did not respond in time."""


class BodyTooLargeError(Exception):
    """The body is larger than the limit."""


@dataclass(frozen=True)
class Question:
    """A request to an origin."""

    method: str
    path: str
    """Percent-encoded."""
    query: str
    headers: RawHeaders
    receive: Receive
    """Receives the body of the request."""


@dataclass(frozen=True)
class Reply:
    """A response of an origin, whose body is not read yet."""

    status: int
    headers: RawHeaders
    """Names in lower case, without those of one connection only."""
    closes: bool
    """Whether the connection cannot be used again, because the body of the request was not read."""
    chunks: AsyncIterator[bytes]

    @property
    def length(self) -> int | None:
        """The length of the body, if it is known."""
        told = next((value for name, value in self.headers if name == b"content-length"), b"")
        return int(told) if told.isdigit() else None

    async def body(self, bytes_at_most: int) -> bytes:
        """The whole body.

        Raises:
            BodyTooLargeError: It has more bytes.
            OriginFailedError: It is incomplete or does not have its length.
            OriginTimeoutError: It did not arrive in time.
        """
        told = self.length
        if told is not None and told > bytes_at_most:
            raise BodyTooLargeError
        body = bytearray()
        async for chunk in self.chunks:
            body += chunk
            if len(body) > bytes_at_most:
                raise BodyTooLargeError
        if told is not None and told != len(body) and self.status not in _WITHOUT_BODY:
            raise OriginFailedError(f"{len(body)} bytes came instead of {told}")
        return bytes(body)


def nothing() -> Receive:
    """Receives the body of a request that has none."""
    sent = False

    async def receive() -> Message:
        nonlocal sent
        if sent:
            await asyncio.Event().wait()
        sent = True
        return {"type": "http.request", "body": b"", "more_body": False}

    return receive


@asynccontextmanager
async def ask(app: ASGIApp, question: Question, seconds: float) -> AsyncIterator[Reply]:
    """The response to a request. The call ends with the context, even if the body was not read.

    Args:
        app: The origin.
        question: The request.
        seconds: How long to wait for the beginning of the response and for each part of its body.

    Raises:
        OriginFailedError: The application raised an exception, or ended without a response.
        OriginTimeoutError: No response began in time.
    """
    messages: asyncio.Queue[Message | None] = asyncio.Queue(maxsize=4)

    async def send(message: Message) -> None:
        await messages.put(message)

    async def call() -> None:
        try:
            await app(_scope(question), question.receive, send)
        except Exception:
            await messages.put(None)
            raise
        await messages.put(None)

    task = asyncio.ensure_future(call())
    try:
        start = await _next(messages, task, seconds)
        headers = tuple((name.lower(), value) for name, value in start.get("headers", ()))
        named = {
            token.strip().lower() for name, value in headers if name == b"connection" for token in value.split(b",")
        }
        kept = tuple((name, value) for name, value in headers if name not in _HOP_BY_HOP and name not in named)
        yield Reply(start["status"], kept, b"close" in named, _chunks(messages, task, seconds))
    finally:
        if not task.done():
            # It may run in a thread that cannot be interrupted, so its end is not awaited.
            task.cancel()
            _unfinished.add(task)
            task.add_done_callback(_forget)
        elif not task.cancelled():
            task.exception()


def _forget(task: asyncio.Task[None]) -> None:
    _unfinished.discard(task)
    if not task.cancelled():
        task.exception()


async def _next(messages: asyncio.Queue[Message | None], task: asyncio.Task[None], seconds: float) -> Message:
    try:
        async with asyncio.timeout(seconds):
            message = await messages.get()
    except TimeoutError as error:
        raise OriginTimeoutError from error
    if message is None:
        await asyncio.wait([task])
        raise OriginFailedError from (None if task.cancelled() else task.exception())
    return message


async def _chunks(
    messages: asyncio.Queue[Message | None], task: asyncio.Task[None], seconds: float
) -> AsyncIterator[bytes]:
    more = True
    while more:
        message = await _next(messages, task, seconds)
        if message["type"] == "http.response.body":
            yield message.get("body", b"")
            more = message.get("more_body", False)


def _scope(question: Question) -> MutableMapping[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": question.method,
        "scheme": "https",
        "path": unquote(question.path),
        "raw_path": question.path.encode("ascii"),
        "query_string": question.query.encode("latin-1"),
        "root_path": "",
        "headers": list(question.headers),
        "client": ("127.0.0.1", 0),
        "server": ("127.0.0.1", 443),
        "state": {},
    }
