"""Purges of the edge: merged, and postponed while CloudFront is busy."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from imagestack.errors import StoreError
from imagestack.sync.paths import merged
from imagestack.sync.ports import Invalidator, Queue, StoreBusyError

# Seconds until the next attempt, by the number of attempts.
_PAUSES = (15, 30, 60, 120)
# Some hours of attempts; after them an operator should look at it.
_MOST_ATTEMPTS = 120


class EdgePurger:
    """Purges edge paths after changes."""

    def __init__(self, invalidator: Invalidator, queue: Queue) -> None:
        """Purge with `invalidator`; postponed purges go to `queue`, and `read_message` reads them."""
        self._invalidator = invalidator
        self._queue = queue

    def purge(self, paths: Iterable[str], demand: Iterable[str], attempt: int = 0) -> None:
        """Purge paths, or postpone the purge if CloudFront is busy.

        Args:
            paths: Any number of paths.
            demand: Ids of the cause. A repeated demand with the same paths is the same invalidation.
            attempt: How often the purge was postponed before.

        Raises:
            StoreError: The purge is neither done nor postponed.
        """
        wanted = merged(paths)
        if not wanted:
            return
        try:
            self._invalidator.invalidate(wanted, reference(wanted, demand))
        except StoreBusyError:
            if attempt >= _MOST_ATTEMPTS:
                raise
            self.postpone(wanted, _PAUSES[min(attempt, len(_PAUSES) - 1)], attempt + 1)

    def purge_or_postpone(self, paths: Sequence[str], demand: Iterable[str]) -> None:
        """Purge paths; postpone the purge after any failure, so that later records need not wait.

        Raises:
            StoreError: The purge is neither done nor postponed.
        """
        try:
            self.purge(paths, demand)
        except StoreError:
            self.postpone(merged(paths), _PAUSES[0])

    def postpone(self, paths: Sequence[str], seconds: int, attempt: int = 0) -> None:
        """Queue a purge for later."""
        self._queue.send({"edge": list(paths), "attempt": attempt}, seconds)


def read_message(message: Mapping[str, Any]) -> tuple[list[str], int] | None:
    """The paths and the attempt of a postponed purge; None if a message is something else."""
    if "edge" not in message:
        return None
    return [str(path) for path in message["edge"]], int(message.get("attempt", 0))


def reference(paths: Iterable[str], demand: Iterable[str]) -> str:
    """A hash that identifies a demand and its paths."""
    return sha256("\n".join([*sorted(demand), "", *sorted(paths)]).encode()).hexdigest()
