"""Usage that is counted in this process: where no log keeps it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from threading import Lock

from imagestack.control.backends import Counts
from imagestack.usage import Use

# As far back as anybody can ask.
_KEPT = timedelta(hours=720)


class CountedUsage:
    """Counts uses by the minute; see `imagestack.control.backends.Usage`."""

    def __init__(self) -> None:
        """Count nothing yet."""
        self._minutes: dict[datetime, dict[tuple[str, str], Counts]] = {}
        self._lock = Lock()

    def add(self, use: Use, now: datetime | None = None) -> None:
        """Count a use; `now` is this moment unless it is said."""
        minute = (now or datetime.now(UTC)).replace(second=0, microsecond=0)
        key = (use.resource, use.rule)
        with self._lock:
            if minute not in self._minutes:
                oldest = minute - _KEPT
                self._minutes = {when: uses for when, uses in self._minutes.items() if when >= oldest} | {minute: {}}
            uses = self._minutes[minute]
            uses[key] = uses.get(key, Counts()).plus(Counts(1, int(use.hit), use.saved))

    def count(self, host: str, since: datetime, until: datetime) -> Mapping[str, Counts]:
        """Those of the minutes that have begun between two moments."""
        found: dict[str, Counts] = {}
        with self._lock:
            for minute, uses in self._minutes.items():
                for (resource, rule), counts in uses.items() if since <= minute <= until else ():
                    if resource == host:
                        found[rule] = found.get(rule, Counts()).plus(counts)
        return found
