"""The front: an ASGI application that responds as CloudFront does, from its cache or from an origin."""

import asyncio
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from itertools import count
from secrets import token_hex

from starlette.types import ASGIApp, Receive, Scope, Send
from werkzeug.http import http_date

from imagestack.sync.paths import EVERYTHING
from imagestack_local.errors import StartError
from imagestack_local.front import messages
from imagestack_local.front.cache import Cache, Entry, Key, finder
from imagestack_local.front.conditions import select
from imagestack_local.front.distribution import Distribution
from imagestack_local.front.fetch import Clock, Fetched, Fetcher, failure, for_viewer, passed_on
from imagestack_local.front.finish import finisher
from imagestack_local.front.freshness import FIRST_ERROR
from imagestack_local.front.messages import X_CACHE, FrontAnswer
from imagestack_local.front.origin import BodyTooLargeError, OriginFailedError, OriginTimeoutError, ask
from imagestack_local.front.prepare import REMEMBERED_SECONDS, Prepared, preparer

LARGEST_SHARE = 4
"""A larger part of the memory is not given to one object: it is passed through and not stored."""

PURGE_SECONDS = 5.0
"""How long a purge may take until it begins."""

_WITHOUT_BODY = (204, 304)


class Front:
    """A distribution.

    Args:
        distribution: The distribution.
        origins: The origins' applications by origin id.
        memory_bytes: The largest size of all stored responses together.
        clock: Seconds since the epoch.

    Raises:
        StartError: An origin has no application, or a function is not JavaScript.
    """

    def __init__(
        self,
        distribution: Distribution,
        origins: Mapping[str, ASGIApp],
        memory_bytes: int,
        clock: Clock = time.time,
    ) -> None:
        for behaviour in distribution.behaviours:
            if behaviour.origin.id not in origins:
                raise StartError(f"the local front does not have the template's origin {behaviour.origin.id!r}")
        self._cache = Cache(memory_bytes)
        self._fetcher = Fetcher(distribution, origins, self._cache, memory_bytes // LARGEST_SHARE, clock)
        self._clock = clock
        self._prepare = preparer(distribution)
        self._finish = finisher(distribution)
        self._flights: dict[Key, asyncio.Task[Fetched]] = {}
        self._ids = count()
        self._id_prefix = token_hex(8)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = 0

    @property
    def kept_bytes(self) -> int:
        """The current size of all stored responses."""
        return self._cache.bytes

    def purge(self, paths: Sequence[str] = (EVERYTHING,)) -> None:
        """Remove stored responses. It is done when this returns; any thread may call it.

        Args:
            paths: Paths of an invalidation (guide, "What you need to know when invalidating paths").

        Raises:
            TimeoutError: The front has been stopped, or does not respond.
        """
        if self._loop is None or self._loop.is_closed() or threading.get_ident() == self._thread:
            self._forget(paths)
            return
        done: Future[None] = Future()

        def forget() -> None:
            self._forget(paths)
            done.set_result(None)

        self._loop.call_soon_threadsafe(forget)
        done.result(PURGE_SECONDS)

    def _forget(self, paths: Sequence[str]) -> None:
        is_found = finder(paths)
        self._cache.purge(is_found)
        # A viewer who comes now must not wait for a request that was sent before the purge.
        for key in [key for key in self._flights if is_found(key)]:
            del self._flights[key]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond to a viewer."""
        if self._loop is None:
            self._loop, self._thread = asyncio.get_running_loop(), threading.get_ident()
        client = scope.get("client")
        prepared = self._prepare(
            scope["method"],
            scope["raw_path"],
            scope["query_string"],
            tuple(scope["headers"]),
            client[0] if client else "",
            int(self._clock()) // REMEMBERED_SECONDS,
        )
        if prepared.answer:
            await self._send_own(prepared, prepared.answer, send)
        elif prepared.key is None:
            await self._pass_through(prepared, receive, send)
        else:
            await self._answer(prepared, prepared.key, receive, send)

    async def _answer(self, prepared: Prepared, key: Key, receive: Receive, send: Send) -> None:
        entry = self._cache.get(key)
        now = self._clock()
        if entry is not None and entry.is_fresh(now):
            await self._send_entry(prepared, entry, messages.HIT, send)
        elif entry is not None and entry.serves_while_revalidating(now):
            self._flight(prepared, key, entry)
            await self._send_entry(prepared, entry, messages.HIT, send)
        else:
            try:
                fetched = await self._fetched(prepared, key, entry)
            except BodyTooLargeError:
                await self._pass_through(prepared, receive, send)
            else:
                await self._send_entry(prepared, fetched.entry, fetched.x_cache, send)

    async def _fetched(self, prepared: Prepared, key: Key, stale: Entry | None) -> Fetched:
        """The response of the origin, fetched once for all viewers who wait for it.

        A response that may not be shared goes to the first viewer. The others send requests of their own (guide,
        "Simultaneous requests for the same object").
        """
        is_first = key not in self._flights
        # Shielded: a viewer who disconnects must not cancel the request of the others.
        fetched = await asyncio.shield(self._flight(prepared, key, stale))
        if is_first or fetched.shared:
            return fetched
        return await self._fetcher.fetch(prepared, key, self._cache.get(key))

    def _flight(self, prepared: Prepared, key: Key, stale: Entry | None) -> asyncio.Task[Fetched]:
        """The one task that fetches a key."""
        task = self._flights.get(key)
        if task is None:
            task = asyncio.get_running_loop().create_task(self._fetcher.fetch(prepared, key, stale))
            self._flights[key] = task
            task.add_done_callback(lambda done: self._landed(key, done))
        return task

    def _landed(self, key: Key, task: asyncio.Task[Fetched]) -> None:
        if self._flights.get(key) is task:
            del self._flights[key]
        if not task.cancelled():
            task.exception()  # Perhaps no viewer waits for it any more.

    async def _send_entry(self, prepared: Prepared, entry: Entry, x_cache: bytes, send: Send) -> None:
        if prepared.asks_for_less:
            status, headers, body = select(entry, prepared.method, prepared.header)
        else:
            status, headers, body = entry.status, entry.headers, entry.body
        finished = self._finish(prepared, status, headers)
        word = finished.x_cache or (messages.ERROR if status >= FIRST_ERROR else x_cache)
        lines = [*finished.headers, (X_CACHE, word), self._id()]
        if x_cache is messages.HIT:  # RFC 9111 section 5.1
            lines.append((b"age", b"%d" % entry.age(self._clock())))
        await send({"type": "http.response.start", "status": finished.status, "headers": lines})
        await send({"type": "http.response.body", "body": body if finished.body is None else finished.body})

    async def _send_own(self, prepared: Prepared, answer: FrontAnswer, send: Send) -> None:
        finished = self._finish(prepared, answer.status, answer.headers, generated=True)
        date = (b"date", http_date(self._clock()).encode())
        lines = [*finished.headers, date, (X_CACHE, answer.x_cache), self._id()]
        await send({"type": "http.response.start", "status": answer.status, "headers": lines})
        await send({"type": "http.response.body", "body": answer.body})

    async def _pass_through(self, prepared: Prepared, receive: Receive, send: Send) -> None:
        """Pass the response of the origin through in parts, without storing it."""
        origin = prepared.behaviour.origin
        begun = False
        try:
            question = passed_on(prepared, receive)
            async with ask(self._fetcher.app(prepared.behaviour), question, origin.timeout) as reply:
                headers = tuple(for_viewer(reply.headers, prepared.behaviour, self._clock()))
                finished = self._finish(prepared, reply.status, headers)
                x_cache = messages.ERROR if reply.status >= FIRST_ERROR else messages.MISS
                lines = [*finished.headers, (X_CACHE, finished.x_cache or x_cache), self._id()]
                if reply.closes:
                    lines.append((b"connection", b"close"))
                begun = True
                await send({"type": "http.response.start", "status": finished.status, "headers": lines})
                if finished.body is None and finished.status not in _WITHOUT_BODY:
                    async for chunk in reply.chunks:
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
                await send({"type": "http.response.body", "body": finished.body or b""})
        except (OriginFailedError, OriginTimeoutError) as error:
            answer = failure(prepared, error)
            if begun:
                raise  # The headers are sent, so the connection is closed.
            await self._send_own(prepared, answer, send)

    def _id(self) -> tuple[bytes, bytes]:
        return b"x-amz-cf-id", f"{self._id_prefix}{next(self._ids):08x}".encode()
