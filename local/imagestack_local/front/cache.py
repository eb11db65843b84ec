"""A cache of responses in memory, bounded by bytes; the least recently used entry is removed first."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from imagestack.sync.paths import is_wildcard
from imagestack_local.front.freshness import FIRST_ERROR, Lifetime

RawHeaders = tuple[tuple[bytes, bytes], ...]
"""Header lines, names in lower case."""

_ENTRY_BYTES = 2_000
"""The size of an entry besides body and headers: objects, key, place in the table (measured, rounded up)."""


class Key(NamedTuple):
    """A cache key: method, path, and the parts that the cache policy names."""

    behaviour: str
    method: str
    """GET for HEAD too."""
    uri: str
    query: str
    headers: tuple[tuple[str, tuple[str, ...]], ...]
    cookies: tuple[tuple[str, str], ...]

    @property
    def address(self) -> str:
        """The path by which a purge finds it."""
        return f"{self.uri}?{self.query}" if self.query else self.uri


@dataclass(eq=False)
class Pending:
    """A request to an origin whose response will be stored, unless its key is purged meanwhile."""

    key: Key
    is_purged: bool = False


@dataclass(eq=False)
class Entry:
    """A stored response of an origin."""

    status: int
    headers: RawHeaders
    """As they are sent to the viewer, with Date and Content-Length, except those that depend on the request."""
    body: bytes
    lifetime: Lifetime
    stored: float
    """When it arrived or was last validated, in seconds since the epoch."""
    initial_age: float = 0
    """The Age with which it arrived (RFC 9111 section 4.2.3)."""
    retry: float = field(default=0.0)
    """Until then it is served without a request, since the origin failed."""

    def __post_init__(self) -> None:
        self.fresh_until = self.stored + self.lifetime.fresh - self.initial_age
        self.size = _ENTRY_BYTES + len(self.body) + sum(len(name) + len(value) for name, value in self.headers)

    @property
    def is_error(self) -> bool:
        """Whether its status is 400 or more."""
        return self.status >= FIRST_ERROR

    def age(self, now: float) -> int:
        """Seconds since it was generated or validated."""
        return max(0, int(now - self.stored + self.initial_age))

    def is_fresh(self, now: float) -> bool:
        """Whether it may be served without a request to the origin."""
        return now < self.fresh_until or now < self.retry

    def serves_while_revalidating(self, now: float) -> bool:
        """Whether it may be served while a new one is fetched (RFC 5861 section 3)."""
        return now < self.fresh_until + self.lifetime.while_revalidating

    def serves_if_error(self, now: float) -> bool:
        """Whether it may be served when the origin fails (RFC 5861 section 4)."""
        limit = self.lifetime.if_error
        return limit is None or now < self.fresh_until + limit

    def value(self, name: bytes) -> str | None:
        """A header's value."""
        return next((value.decode("latin-1") for found, value in self.headers if found == name), None)


class Cache:
    """Entries by cache key.

    Args:
        bytes_at_most: The largest size of all entries together.
    """

    def __init__(self, bytes_at_most: int) -> None:
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._pendings: set[Pending] = set()
        self._bytes_at_most = bytes_at_most
        self.bytes = 0
        """The size of all entries together."""

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: Key) -> Entry | None:
        """The entry of a key; it becomes the most recently used one."""
        entry = self._entries.get(key)
        if entry is not None:
            self._entries.move_to_end(key)
        return entry

    def put(self, key: Key, entry: Entry) -> None:
        """Store an entry in the place of any other of its key."""
        self.remove(key)
        if entry.size > self._bytes_at_most:
            return
        self._entries[key] = entry
        self.bytes += entry.size
        while self.bytes > self._bytes_at_most:
            _, oldest = self._entries.popitem(last=False)
            self.bytes -= oldest.size

    def remove(self, key: Key) -> None:
        """Remove the entry of a key."""
        entry = self._entries.pop(key, None)
        if entry is not None:
            self.bytes -= entry.size

    @contextmanager
    def asking(self, key: Key) -> Iterator[Pending]:
        """A request to an origin, while it lasts; it says whether the response may be stored."""
        pending = Pending(key)
        self._pendings.add(pending)
        try:
            yield pending
        finally:
            self._pendings.discard(pending)

    def purge(self, is_found: Callable[[Key], bool]) -> None:
        """Remove the entries of some keys, and do not store responses that are on their way."""
        for key in [key for key in self._entries if is_found(key)]:
            self.remove(key)
        for pending in self._pendings:
            pending.is_purged = pending.is_purged or is_found(pending.key)


def finder(paths: Sequence[str]) -> Callable[[Key], bool]:
    """Whether the paths of an invalidation cover a key: the quick form of `imagestack.sync.paths.covers`."""
    addresses = frozenset(path for path in paths if not is_wildcard(path))
    beginnings = tuple(path[:-1] for path in paths if is_wildcard(path))
    return lambda key: key.address in addresses or key.address.startswith(beginnings)
