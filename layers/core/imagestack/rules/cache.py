"""Resources in the memory of a warm function."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from imagestack.errors import RETRY_SECONDS, StoreError
from imagestack.ports import RuleTable
from imagestack.rules.items import BrokenItem, read_items
from imagestack.rules.model import ANY_HOST, Resource

# Anybody can send any Host header, so the number of entries is bounded.
_MAX_HOSTS = 1_000


@dataclass(frozen=True)
class _Entry:
    """A cached lookup result with its expiry.

    Attributes:
        resource: of the host; None if it has none or the lookup failed.
        expires: in seconds of the clock.
        failure: why the lookup failed; None if it did not.
    """

    resource: Resource | None
    expires: float
    failure: str | None = None


class CachedRules:
    """Resources of a rules table, cached for a short time, and for longer while the table fails."""

    def __init__(
        self,
        table: RuleTable,
        bucket: str,
        ttl: float,
        clock: Callable[[], float],
        report: Callable[[BrokenItem], None],
    ) -> None:
        """Start with an empty cache.

        Args:
            table: has the items.
            bucket: the only bucket that an origin may name.
            ttl: seconds for which a resource is cached.
            clock: monotonic seconds.
            report: is called with each item that is left out, whenever the items are read.
        """
        self._table = table
        self._bucket = bucket
        self._ttl = ttl
        self._clock = clock
        self._report = report
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = Lock()

    def resource(self, host: str) -> Resource | None:
        """The resource of a host: its own, or that of all hosts; None if there is neither.

        Raises:
            StoreError: the table failed and no earlier copy is cached.
        """
        own = self._cached(host)
        return self._cached(ANY_HOST) if own is None and host != ANY_HOST else own

    def _cached(self, host: str) -> Resource | None:
        with self._lock:
            entry = self._entries.get(host)
        if entry is None or entry.expires <= self._clock():
            entry = self._fetched(host, entry)
            with self._lock:
                self._entries[host] = entry
                self._entries.move_to_end(host)
                while len(self._entries) > _MAX_HOSTS:
                    self._entries.popitem(last=False)
        if entry.failure is not None:
            raise StoreError(entry.failure)
        return entry.resource

    def _fetched(self, host: str, last: _Entry | None) -> _Entry:
        try:
            items = self._table.items(host)
        except StoreError as error:
            # The last good copy is better than none. Without one the failure itself is cached.
            retry = self._clock() + min(RETRY_SECONDS, self._ttl)
            if last and last.failure is None:
                return _Entry(last.resource, retry)
            return _Entry(None, retry, str(error))
        resource, broken = read_items(host, items, self._bucket)
        for item in broken:
            self._report(item)
        return _Entry(resource, self._clock() + self._ttl)
