"""Prefetch jobs.

CloudFront keeps the images at the edge location nearest to this function, in its regional cache and in Origin Shield.
For other locations they are at least in the derived bucket.
"""

from collections.abc import Mapping
from typing import Any

from imagestack.request.accept import BROWSERS
from imagestack.sync.jobs import StepResult
from imagestack.sync.ports import Item, TimeLeft
from imagestack.sync.warmer import Warmer


class PrefetchRunner:
    """Runs prefetches; see `imagestack.sync.jobs.StepRunner`. Its work holds `next`, the request to begin with."""

    def __init__(self, warmer: Warmer) -> None:
        self._warmer = warmer

    def run(
        self, job: Item, work: Mapping[str, Any], progress: Mapping[str, int], seconds_left: TimeLeft
    ) -> StepResult:
        """Run the next step."""
        wanted = [(str(path), accept) for path in job["payload"]["paths"] for accept in BROWSERS.values()]
        first = int(work.get("next", 0))
        requested, failures = self._warmer.warm(str(job["resource"]["cname"]), wanted[first:], seconds_left)
        at, failed = first + requested, progress.get("failed", 0) + failures
        counts = {"done": at - failed, "failed": failed, "of": len(wanted)}
        if at < len(wanted):
            return StepResult(counts, {"next": at})
        return StepResult(counts, problem=f"{failed} of {len(wanted)} requests failed" if failed else "")
