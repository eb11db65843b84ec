"""Fetches responses from origins and stores them in the cache."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from starlette.types import ASGIApp, Receive
from werkzeug.http import http_date

from imagestack_local.front import event, messages
from imagestack_local.front.cache import Cache, Entry, Key, Pending
from imagestack_local.front.distribution import Behaviour, Distribution
from imagestack_local.front.freshness import FIRST_SERVER_ERROR, NOT_KEPT, lifetime
from imagestack_local.front.messages import FrontAnswer
from imagestack_local.front.origin import (
    BodyTooLargeError,
    OriginFailedError,
    OriginTimeoutError,
    Question,
    RawHeaders,
    ask,
    nothing,
)
from imagestack_local.front.prepare import Prepared

Clock = Callable[[], float]

logger = logging.getLogger(__name__)

_USER_AGENT = (b"user-agent", b"Amazon CloudFront")
_BODY_HEADERS = frozenset({"content-length", "content-type", "transfer-encoding"})
CONDITIONAL_HEADERS: Final = frozenset({"if-modified-since", "if-none-match", "if-range", "range"})
_KEPT_BY_REVALIDATION = frozenset({b"content-encoding", b"content-length", b"content-range", b"content-type"})
"""Headers that a 304 does not change (RFC 9111 section 3.2)."""


@dataclass(frozen=True)
class Fetched:
    """A response that was fetched or validated."""

    entry: Entry
    x_cache: bytes
    shared: bool
    """Whether it may be sent to other viewers who wait for it."""


class Fetcher:
    """Fetches from the origins of a distribution.

    Args:
        distribution: The distribution.
        apps: The origins' applications by origin id.
        cache: The cache.
        bytes_at_most: Larger bodies are not stored.
        clock: Seconds since the epoch.
    """

    def __init__(
        self,
        distribution: Distribution,
        apps: Mapping[str, ASGIApp],
        cache: Cache,
        bytes_at_most: int,
        clock: Clock,
    ) -> None:
        self._distribution = distribution
        self._apps = apps
        self._cache = cache
        self._bytes_at_most = bytes_at_most
        self._clock = clock

    def app(self, behaviour: Behaviour) -> ASGIApp:
        """The application of a behaviour's origin."""
        return self._apps[behaviour.origin.id]

    async def fetch(self, prepared: Prepared, key: Key, stale: Entry | None) -> Fetched:
        """Fetch a response from the origin, and store it if that is allowed.

        Args:
            prepared: The request.
            key: Its cache key.
            stale: The stored response. It is renewed if the origin validates it, and served if the origin fails.

        Raises:
            BodyTooLargeError: The body is too large to be stored.
        """
        with self._cache.asking(key) as pending:
            return await self._fetch(prepared, stale, pending)

    async def _fetch(self, prepared: Prepared, stale: Entry | None, pending: Pending) -> Fetched:
        validators = _validators(stale)
        status, headers, body = await self._ask(prepared, validators)
        now = self._clock()
        if stale and status == HTTPStatus.NOT_MODIFIED and validators:
            renewed = self._renewed(prepared, stale, headers, now)
            if renewed is None:
                # RFC 9111 section 4.3.4: the 304 is about another version than the stored one.
                return await self._fetch(prepared, None, pending)
            self._keep(renewed, pending)
            return Fetched(renewed, messages.REFRESH_HIT, renewed.lifetime.shared)
        if stale and status >= FIRST_SERVER_ERROR and not stale.is_error and stale.serves_if_error(now):
            # Guide, HTTPStatusCodes: the expired object is served, without a new request for the time of the error.
            stale.retry = now + self._distribution.errors(status)
            return Fetched(stale, messages.HIT, shared=True)
        entry = self._entry(prepared, status, headers, body, now)
        self._keep(entry, pending)
        return Fetched(entry, messages.ERROR if entry.is_error else messages.MISS, entry.lifetime.shared)

    async def _ask(self, prepared: Prepared, validators: RawHeaders) -> tuple[int, RawHeaders, bytes]:
        # A miss of HEAD fetches the body too, as other caches do: HEAD and GET share the entry.
        method = "GET" if prepared.method == "HEAD" else prepared.method
        question = replace(question_of(prepared, nothing()), method=method)
        question = replace(question, headers=(*question.headers, *validators))
        origin = prepared.behaviour.origin
        try:
            async with ask(self.app(prepared.behaviour), question, origin.timeout) as reply:
                return reply.status, reply.headers, await reply.body(self._bytes_at_most)
        except (OriginFailedError, OriginTimeoutError) as error:
            answer = failure(prepared, error)
            return answer.status, answer.headers, answer.body

    def _keep(self, entry: Entry, pending: Pending) -> None:
        if pending.is_purged:
            return  # The request was sent before the purge, so its response may be outdated.
        if entry.lifetime.kept:
            self._cache.put(pending.key, entry)
        else:
            self._cache.remove(pending.key)

    def _entry(self, prepared: Prepared, status: int, headers: RawHeaders, body: bytes, now: float) -> Entry:
        behaviour = prepared.behaviour
        joined = _joined(headers)
        # A 304 to a request without conditions makes no sense.
        life = (
            NOT_KEPT
            if status == HTTPStatus.NOT_MODIFIED
            else lifetime(status, joined, behaviour.cache, self._distribution.errors(status), now)
        )
        lines = [line for line in for_viewer(headers, behaviour, now) if line[0] != b"content-length"]
        if status not in (HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED):
            lines.append((b"content-length", str(len(body)).encode()))
        age = joined.get("age", "")
        return Entry(status, tuple(lines), body, life, now, float(age) if age.isdigit() else 0)

    def _renewed(self, prepared: Prepared, stale: Entry, headers: RawHeaders, now: float) -> Entry | None:
        """The stored response with the headers of a 304 (RFC 9111 sections 3.2, 4.3.4); None for another version."""
        fresh = [line for line in headers if line[0] not in _KEPT_BY_REVALIDATION]
        etag, said = stale.value(b"etag"), _joined(headers).get("etag")
        if etag and said and etag.removeprefix("W/") != said.removeprefix("W/"):
            return None
        names = {name for name, _ in fresh} | {b"age", b"date"}
        lines = (*(line for line in stale.headers if line[0] not in names), *fresh)
        return self._entry(prepared, stale.status, lines, stale.body, now)


def question_of(prepared: Prepared, receive: Receive, also: frozenset[str] = frozenset()) -> Question:
    """The request to the origin.

    It has the parts of the cache key and of the origin request policy, a few headers of CloudFront, and the custom
    headers of the origin. Nothing else of the viewer's request is sent.

    Args:
        prepared: The viewer's request.
        receive: Receives its body.
        also: Names of more headers that are sent.
    """
    behaviour, request = prepared.behaviour, prepared.request
    parts = (behaviour.cache.key, behaviour.forwarded)
    custom = {name.decode() for name, _ in behaviour.origin.headers}
    headers = [
        (name.encode(), value.encode("latin-1"))
        for name, value in event.pairs(request["headers"])
        if name not in custom and (name in also or any(name in part.headers for part in parts))
    ]
    cookies = "; ".join(
        f"{name}={value}"
        for name, value in event.pairs(request["cookies"])
        if any(name in part.cookies for part in parts)
    )
    if cookies:
        headers.append((b"cookie", cookies.encode("latin-1")))
    told = {name for name, _ in headers}
    if b"host" not in told:
        headers.append((b"host", f"{behaviour.origin.id}.origin.local".encode()))
    if b"user-agent" not in told:
        headers.append(_USER_AGENT)
    forwarded = ", ".join([*event.values(request["headers"], "x-forwarded-for"), prepared.viewer])
    headers = [line for line in headers if line[0] != b"x-forwarded-for"]
    headers.append((b"x-forwarded-for", forwarded.encode("latin-1")))
    headers.extend(behaviour.origin.headers)
    return Question(request["method"], request["uri"], prepared.query(), tuple(headers), receive)


def passed_on(prepared: Prepared, receive: Receive) -> Question:
    """The request to the origin for a response that is not stored: with the body, and with Range."""
    return question_of(prepared, receive, _BODY_HEADERS | CONDITIONAL_HEADERS)


def for_viewer(headers: RawHeaders, behaviour: Behaviour, now: float) -> list[tuple[bytes, bytes]]:
    """The headers of an origin without those that CloudFront removes or updates.

    Guide, "Request and response behavior for custom origins".
    """
    lines = []
    dated = False
    for name, value in headers:
        if name == b"vary":
            kept = [one.strip() for one in value.decode("latin-1").split(",")]
            kept = [one for one in kept if behaviour.varies_by(one.lower())]
            if kept:
                lines.append((name, ", ".join(kept).encode("latin-1")))
        elif name not in (b"age", b"via", b"x-cache") and (name != b"set-cookie" or behaviour.keeps_cookies):
            dated = dated or name == b"date"
            lines.append((name, value))
    if not dated:
        lines.append((b"date", http_date(now).encode()))
    return lines


def failure(prepared: Prepared, error: OriginFailedError | OriginTimeoutError | BodyTooLargeError) -> FrontAnswer:
    """The front's own response when an origin fails; the failure is logged."""
    timed_out = isinstance(error, OriginTimeoutError)
    said = "does not answer in time" if timed_out else "failed"
    logger.error(
        "the origin %s %s at %s %s: %s",
        prepared.behaviour.origin.id,
        said,
        prepared.method,
        prepared.request["uri"],
        error.__cause__ or error,
    )
    return messages.origin_timed_out() if timed_out else messages.origin_failed()


def _validators(stale: Entry | None) -> RawHeaders:
    """The headers that validate a stored response (RFC 9111 section 4.3.1)."""
    if stale is None or not stale.lifetime.validated or stale.status != HTTPStatus.OK:
        return ()
    conditions = ((b"if-none-match", b"etag"), (b"if-modified-since", b"last-modified"))
    return tuple(
        (condition, value.encode("latin-1"))
        for condition, header in conditions
        if (value := stale.value(header)) is not None
    )


def _joined(headers: RawHeaders) -> dict[str, str]:
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1"), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined
