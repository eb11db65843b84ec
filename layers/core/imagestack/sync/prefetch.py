"""Prefetches: images are asked for as browsers do, so that they are made and kept before somebody waits for them.

CloudFront keeps them at the edge location that is nearest to this function, in its regional cache and in Origin Shield;
for all others they are in the derived bucket at least.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import Executor
from typing import Any

from imagestack.sync.jobs import Outcome
from imagestack.sync.ports import Item, TimeLeft, Viewer

# What browsers send, by what they can decode.
ACCEPTS = ("image/avif,image/webp,image/*,*/*;q=0.8", "image/webp,image/*,*/*;q=0.8", "image/*,*/*;q=0.8")
# Requests at a time, which is how many images are made at once.
AT_ONCE = 8
# Seconds: a round of requests takes no longer.
RESERVE = 75.0
_ERROR = 400


class Prefetch:
    """Does prefetches; see `imagestack.sync.jobs.Worker`. Its work has `next`, the request to begin with."""

    def __init__(
        self, viewer: Viewer, executor: Executor, rate: float, pause: Callable[[float], None], at_once: int = AT_ONCE
    ) -> None:
        """Ask as `viewer`, `rate` times a second at most; `pause` waits for seconds."""
        self._viewer = viewer
        self._executor = executor
        self._round = at_once / rate
        self._pause = pause
        self._at_once = at_once

    def run(self, job: Item, work: Mapping[str, Any], progress: Mapping[str, int], left: TimeLeft) -> Outcome:
        """Do the next step."""
        host = str(job["resource"]["cname"])
        wanted = [(str(path), accept) for path in job["payload"]["paths"] for accept in ACCEPTS]
        at = int(work.get("next", 0))
        failed = progress.get("failed", 0)
        first = at
        while at < len(wanted):
            # At least one round, whatever the time: or it would never end.
            if at > first and left() < RESERVE:
                break
            began = left()
            requests = wanted[at : at + self._at_once]
            asked = [self._executor.submit(self._viewer.ask, host, path, accept) for path, accept in requests]
            failed += sum(not 0 < request.result() < _ERROR for request in asked)
            at += len(requests)
            if at < len(wanted):
                self._pause(max(0.0, self._round - (began - left())))
        counts = {"done": at - failed, "failed": failed, "of": len(wanted)}
        return Outcome(counts, failed=failed > 0) if at == len(wanted) else Outcome(counts, {"next": at})
