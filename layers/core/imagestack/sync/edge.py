"""Purges of the edge, merged, and put off where CloudFront takes no more."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from imagestack.errors import StoreError
from imagestack.sync.paths import merged
from imagestack.sync.ports import BusyError, Invalidator, Queue

# Seconds until another attempt, after so many.
_PAUSES = (15, 30, 60, 120)
# Some hours; whoever is refused for so long should be looked at.
_MOST_ATTEMPTS = 120


class Edge:
    """The edge, as changes reach it."""

    def __init__(self, invalidator: Invalidator, queue: Queue) -> None:
        """Purge by `invalidator`; messages to `queue` come back as `read_message` takes them."""
        self._invalidator = invalidator
        self._queue = queue

    def purge(self, paths: Iterable[str], demand: Iterable[str], attempt: int = 0) -> None:
        """Purge paths, or put it off if CloudFront is busy.

        Args:
            paths: any number.
            demand: ids of what asks for it: the same for the same demand.
            attempt: how often it was put off.

        Raises:
            StoreError: it is neither done nor put off.
        """
        wanted = merged(paths)
        if not wanted:
            return
        try:
            self._invalidator.invalidate(wanted, reference(wanted, demand))
        except BusyError:
            if attempt >= _MOST_ATTEMPTS:
                raise
            self.put_off(wanted, _PAUSES[min(attempt, len(_PAUSES) - 1)], attempt + 1)

    def purge_or_put_off(self, paths: Sequence[str], demand: Iterable[str]) -> None:
        """Purge paths; whatever hinders it, it is put off, so that nothing that follows has to wait.

        Raises:
            StoreError: it is neither done nor put off.
        """
        try:
            self.purge(paths, demand)
        except StoreError:
            self.put_off(merged(paths), _PAUSES[0])

    def put_off(self, paths: Sequence[str], seconds: int, attempt: int = 0) -> None:
        """Purge paths later."""
        self._queue.send({"edge": list(paths), "attempt": attempt}, seconds)


def read_message(message: Mapping[str, Any]) -> tuple[list[str], int] | None:
    """Paths and attempt of a purge that was put off; None if a message is something else."""
    if "edge" not in message:
        return None
    return [str(path) for path in message["edge"]], int(message.get("attempt", 0))


def reference(paths: Iterable[str], demand: Iterable[str]) -> str:
    """One word for a demand."""
    return sha256("\n".join([*sorted(demand), "", *sorted(paths)]).encode()).hexdigest()
