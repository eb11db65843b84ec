"""Requests images as browsers do, so that they are made and stored before viewers need them."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from imagestack.sync.ports import TimeLeft, Viewer

# Requests at a time, and so images made at a time.
AT_ONCE = 8
# Seconds; no round of requests takes longer.
RESERVE = 75.0
_ERROR = 400


class Warmer:
    """Sends requests in rounds."""

    def __init__(
        self, viewer: Viewer, executor: Executor, rate: float, pause: Callable[[float], None], at_once: int = AT_ONCE
    ) -> None:
        """Request as `viewer`, at most `rate` times a second; `pause` sleeps for seconds."""
        self._viewer = viewer
        self._executor = executor
        self._round = at_once / rate
        self._pause = pause
        self._at_once = at_once

    def warm(self, host: str, wanted: Sequence[tuple[str, str]], seconds_left: TimeLeft) -> tuple[int, int]:
        """Request images until the time is nearly over, but at least one round, so that every call makes progress.

        Args:
            host: The host of the resource; `*` for the resource of all hosts.
            wanted: Paths with their queries, each with an Accept header.
            seconds_left: Returns the seconds that remain.

        Returns:
            The number of sent requests, from the first on, and the number of those that failed.
        """
        at = failed = 0
        while at < len(wanted) and (not at or seconds_left() >= RESERVE):
            began = seconds_left()
            requests = wanted[at : at + self._at_once]
            requested = [
                self._executor.submit(self._viewer.fetch_status, host, path, accept) for path, accept in requests
            ]
            failed += sum(not 0 < request.result() < _ERROR for request in requested)
            at += len(requests)
            if at < len(wanted):
                self._pause(max(0.0, self._round - (began - seconds_left())))
        return at, failed
