"""A front before an origin that says what a test wants, over a real socket and with a clock of the test's own."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from imagestack_local.front.distribution import Behaviour, CachePolicy, Distribution, Origin, Parts, Selection, Which
from imagestack_local.front.front import Front
from imagestack_local.front.protocol import LimitedHeads
from imagestack_local.operator import address
from tests.support.plain import PLAIN

METHODS = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"})
READ = frozenset({"GET", "HEAD"})
MEMORY = 4_000_000
START_SECONDS = 30.0


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class Says:
    """What the origin answers."""

    control: str | None = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"0123456789"
    seconds: float = 0
    """Before it begins."""
    viewers: int = 0
    """How many requests the front must have got before it begins: none of them meets what it brings."""
    breaks: bool = False
    """Whether it breaks off in the middle of the body, or where there is none before it answers."""


@dataclass
class Scripted:
    """An origin that gives one answer after the other, the last one again and again."""

    answers: list[Says] = field(default_factory=lambda: [Says()])
    asked: list[dict[str, Any]] = field(default_factory=list)
    """Method, path, query, headers and body of each request."""
    viewers: int = 0
    """Requests that the front has got."""
    another: asyncio.Event = field(default_factory=asyncio.Event)
    """That there is one more."""

    def came(self) -> None:
        """The front has got a request."""
        self.viewers += 1
        self.another.set()
        self.another = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        assert len(headers) == len(scope["headers"]), "a header came twice"
        request = {
            "method": scope["method"],
            "path": scope["raw_path"].decode(),
            "query": scope["query_string"].decode(),
            "headers": headers,
        }
        self.asked.append(request)
        if "content-length" in headers:
            request["body"] = await _read(receive)
        await asyncio.sleep(answer.seconds)
        while self.viewers < answer.viewers:
            await self.another.wait()
        if answer.breaks and not answer.body:
            raise RuntimeError("broken")
        control = {"cache-control": answer.control} if answer.control is not None else {}
        told = {"content-length": str(len(answer.body)), **control, **answer.headers}
        lines = [(name.encode(), value.encode()) for name, value in told.items() if value]
        await send({"type": "http.response.start", "status": answer.status, "headers": lines})
        half = len(answer.body) // 2
        await send({"type": "http.response.body", "body": answer.body[:half], "more_body": True})
        if answer.breaks:
            raise RuntimeError("broken")
        await send({"type": "http.response.body", "body": answer.body[half:]})


async def _read(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return body


def distribution(minimum: int = 0, default: int = 60, maximum: int = 1_000, **settings: Any) -> Distribution:
    """A distribution with one behaviour: the key has the header X-Kind and the parameter v."""
    key = Parts(
        headers=Selection(Which.WHITELIST, frozenset({"x-kind"})),
        query=Selection(Which.WHITELIST, frozenset({"v"})),
    )
    errors = settings.pop("errors", {})
    chosen: dict[str, Any] = {
        "pattern": "*",
        "origin": Origin("api", timeout=5),
        "allowed": METHODS,
        "cached": READ,
        "cache": CachePolicy(minimum, default, maximum, key),
    }
    return Distribution((Behaviour(**chosen | settings),), errors)


@dataclass
class Fronted:
    """A running front and what is behind it."""

    url: str
    origin: Scripted
    clock: Clock
    front: Front
    client: httpx.Client

    def ask(self, method: str = "GET", path: str = "/a", **headers: str) -> httpx.Response:
        """Send a request; header names with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, path, headers=named)


class _Server(uvicorn.Server):
    """A server that ends as soon as `end` is called; uvicorn's own checks for that only ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._loop: Future[asyncio.AbstractEventLoop] = Future()
        self._ended = asyncio.Event()

    def end(self) -> None:
        """End it, from another thread, once it has begun."""
        self._loop.result(START_SECONDS).call_soon_threadsafe(self._ended.set)

    async def main_loop(self) -> None:
        await self.on_tick(0)
        self._loop.set_result(asyncio.get_running_loop())
        await self._ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listening in sockets or ():
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await asyncio.gather(*self.server_state.tasks, return_exceptions=True)


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """An application at the URL that is yielded, as `imagestack serve` runs it."""
    listening = address.listen("127.0.0.1", 0)
    config = uvicorn.Config(
        app,
        http=LimitedHeads,
        ws="none",
        lifespan="off",
        log_config=None,
        date_header=False,
        access_log=False,
        proxy_headers=False,
    )
    server = _Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.end()
        thread.join()
        listening.close()


@contextmanager
def fronted(found: Distribution | None = None, *answers: Says, memory: int = MEMORY) -> Iterator[Fronted]:
    """A front before a scripted origin."""
    origin, clock = Scripted(list(answers) or [Says()]), Clock()
    front = Front(found or distribution(), {"api": origin}, memory, clock)

    async def counted(scope: Scope, receive: Receive, send: Send) -> None:
        origin.came()
        await front(scope, receive, send)

    # Without headers of the client's own.
    with running(counted) as url, httpx.Client(base_url=url, timeout=30, verify=PLAIN) as client:
        client.headers.clear()
        yield Fronted(url, origin, clock, front, client)


def x_cache(response: httpx.Response) -> str:
    """The first word of X-Cache."""
    word, _, rest = response.headers["x-cache"].partition(" ")
    assert rest == "from cloudfront"
    return word
