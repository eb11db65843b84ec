"""Prefetches that were asked for.

CloudFront keeps the images at the edge location that is nearest to this function, in its regional cache and in Origin
Shield; for all others they are in the derived bucket at least.
"""

from collections.abc import Mapping
from typing import Any

from imagestack.request.accept import BROWSERS
from imagestack.sync.jobs import Outcome
from imagestack.sync.ports import Item, TimeLeft
from imagestack.sync.warmer import Asker


class Prefetch:
    """Does prefetches; see `imagestack.sync.jobs.Worker`. Its work has `next`, the request to begin with."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker

    def run(self, job: Item, work: Mapping[str, Any], progress: Mapping[str, int], left: TimeLeft) -> Outcome:
        """Do the next step."""
        wanted = [(str(path), accept) for path in job["payload"]["paths"] for accept in BROWSERS.values()]
        first = int(work.get("next", 0))
        asked, failures = self._asker.ask(str(job["resource"]["cname"]), wanted[first:], left)
        at, failed = first + asked, progress.get("failed", 0) + failures
        counts = {"done": at - failed, "failed": failed, "of": len(wanted)}
        if at < len(wanted):
            return Outcome(counts, {"next": at})
        return Outcome(counts, problem=f"{failed} of {len(wanted)} requests failed" if failed else "")
