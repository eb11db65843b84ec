"""Usage counted in memory, for deployments whose log is not searchable."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock

from imagestack.control.backends import UseCounts
from imagestack.usage import Use

# The longest span of a usage query.
_KEPT = timedelta(hours=720)


class InProcessUsage:
    """Counts uses by the minute; see `imagestack.control.backends.Usage`."""

    def __init__(self) -> None:
        """Start without any counts."""
        self._minutes: dict[datetime, dict[tuple[str, str], UseCounts]] = {}
        self._lock = Lock()

    def add(self, use: Use, now: datetime | None = None) -> None:
        """Count a use; `now` defaults to the current time."""
        minute = (now or datetime.now(UTC)).replace(second=0, microsecond=0)
        key = (use.resource, use.rule)
        with self._lock:
            if minute not in self._minutes:
                oldest = minute - _KEPT
                self._minutes = {when: uses for when, uses in self._minutes.items() if when >= oldest} | {minute: {}}
            uses = self._minutes[minute]
            uses[key] = uses.get(key, UseCounts()).plus(UseCounts(1, int(use.hit), use.saved))

    def count(self, host: str, since: datetime, until: datetime) -> Mapping[str, UseCounts]:
        """The counts of the minutes that begin within a span."""
        totals: dict[str, UseCounts] = {}
        with self._lock:
            for minute, uses in self._minutes.items():
                for (resource, rule), counts in uses.items() if since <= minute <= until else ():
                    if resource == host:
                        totals[rule] = totals.get(rule, UseCounts()).plus(counts)
        return totals
