"""Asks for images as browsers do, so that they are made and kept before somebody waits for them."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor

from imagestack.sync.ports import TimeLeft, Viewer

# Requests at a time, which is how many images are made at once.
AT_ONCE = 8
# Seconds: a round of requests takes no longer.
RESERVE = 75.0
_ERROR = 400


class Asker:
    """Asks in rounds."""

    def __init__(
        self, viewer: Viewer, executor: Executor, rate: float, pause: Callable[[float], None], at_once: int = AT_ONCE
    ) -> None:
        """Ask as `viewer`, `rate` times a second at most; `pause` waits for seconds."""
        self._viewer = viewer
        self._executor = executor
        self._round = at_once / rate
        self._pause = pause
        self._at_once = at_once

    def ask(self, host: str, wanted: Sequence[tuple[str, str]], left: TimeLeft) -> tuple[int, int]:
        """Ask until time is nearly over, for one round at least: or it would never end.

        Args:
            host: of the resource, `*` for that of all hosts.
            wanted: paths with their queries, each with an Accept header.
            left: seconds that remain.

        Returns:
            How many were asked for, from the first on, and how many of those failed.
        """
        at = failed = 0
        while at < len(wanted) and (not at or left() >= RESERVE):
            began = left()
            requests = wanted[at : at + self._at_once]
            asked = [self._executor.submit(self._viewer.ask, host, path, accept) for path, accept in requests]
            failed += sum(not 0 < request.result() < _ERROR for request in asked)
            at += len(requests)
            if at < len(wanted):
                self._pause(max(0.0, self._round - (began - left())))
        return at, failed
