"""Resources as a warm function remembers them."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from imagestack.errors import RETRY_SECONDS, StoreError
from imagestack.ports import RuleTable
from imagestack.rules.items import BrokenItem, read_items
from imagestack.rules.model import ANY_HOST, Resource

# Anybody can send any Host header: what is remembered of them is bounded.
_MOST_HOSTS = 1_000


@dataclass(frozen=True)
class _Entry:
    """What is known of a host until a moment: its resource, that it has none, or why the table could not be asked."""

    resource: Resource | None
    expires: float
    failure: str | None = None


class CachedRules:
    """Resources of a rules table: remembered for a short time, and for longer while the table fails."""

    def __init__(
        self,
        table: RuleTable,
        bucket: str,
        ttl: float,
        clock: Callable[[], float],
        report: Callable[[BrokenItem], None],
    ) -> None:
        """Remember nothing yet.

        Args:
            table: where the items are.
            bucket: the one bucket that an origin may name.
            ttl: seconds that a resource is taken as it was.
            clock: monotonic seconds.
            report: is told each item that was left out, whenever the items are read.
        """
        self._table = table
        self._bucket = bucket
        self._ttl = ttl
        self._clock = clock
        self._report = report
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._lock = Lock()

    def resource(self, host: str) -> Resource | None:
        """The resource that answers for a host: its own, or that of all hosts; None if there is neither.

        Raises:
            StoreError: the table failed and there is no copy from before.
        """
        own = self._remembered(host)
        return self._remembered(ANY_HOST) if own is None and host != ANY_HOST else own

    def _remembered(self, host: str) -> Resource | None:
        with self._lock:
            entry = self._entries.get(host)
        if entry is None or entry.expires <= self._clock():
            entry = self._ask(host, entry)
            with self._lock:
                self._entries[host] = entry
                self._entries.move_to_end(host)
                while len(self._entries) > _MOST_HOSTS:
                    self._entries.popitem(last=False)
        if entry.failure is not None:
            raise StoreError(entry.failure)
        return entry.resource

    def _ask(self, host: str, last: _Entry | None) -> _Entry:
        try:
            items = self._table.items(host)
        except StoreError as error:
            # The last good copy is better than none; without one the failure itself is remembered.
            retry = self._clock() + min(RETRY_SECONDS, self._ttl)
            if last and last.failure is None:
                return _Entry(last.resource, retry)
            return _Entry(None, retry, str(error))
        resource, broken = read_items(host, items, self._bucket)
        for item in broken:
            self._report(item)
        return _Entry(resource, self._clock() + self._ttl)
