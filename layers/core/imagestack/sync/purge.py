"""Purges: derived objects first, then the edge, which might fetch them again otherwise."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

from imagestack.errors import StoreError
from imagestack.sync.edge import reference
from imagestack.sync.jobs import Outcome
from imagestack.sync.paths import batches
from imagestack.sync.ports import BusyError, DerivedObjects, Invalidator, Item, TimeLeft
from imagestack.sync.targets import of_purge

# Seconds that are kept back for what is under way.
RESERVE = 15.0
_BUSY_SECONDS = 20
_WAIT_SECONDS = 5
# Half an hour and more.
_MOST_WAITS = 400


class Purge:
    """Does purges; see `imagestack.sync.jobs.Worker`.

    Its work has `target` and `after` (which prefix is being emptied, and the last key that is gone), `batch` (the next
    invalidation), `tickets` of invalidations that are in progress, and `waits`.
    """

    def __init__(self, derived: DerivedObjects, invalidator: Invalidator, executor: Executor) -> None:
        """Remove from both; `executor` is for looking ahead."""
        self._derived = derived
        self._invalidator = invalidator
        self._executor = executor

    def run(self, job: Item, work: Mapping[str, Any], progress: Mapping[str, int], left: TimeLeft) -> Outcome:
        """Do the next step."""
        targets = of_purge(str(job["resource"]["cname"]), job["payload"])
        removed = progress.get("derived", 0)
        target, after = int(work.get("target", 0)), str(work.get("after", ""))
        while target < len(targets.derived):
            count, after = empty(self._derived, targets.derived[target], after, self._executor, left)
            removed += count
            if after:
                going_on = {"target": target, "after": after}
                return Outcome({"derived": removed, "paths": 0, "of_paths": len(targets.edge)}, going_on)
            target += 1
        at_edge = {**work, "target": target}
        try:
            return self._edge(f"{job['pk']}/{job['sk']}", targets.edge, at_edge, removed)
        except StoreError:
            if removed == progress.get("derived", 0):
                raise
            # What was removed is not to be forgotten: the edge is a step of its own then.
            return Outcome({"derived": removed, "paths": 0, "of_paths": len(targets.edge)}, at_edge, _WAIT_SECONDS)

    def _edge(self, name: str, paths: Sequence[str], work: Mapping[str, Any], removed: int) -> Outcome:
        wanted = list(batches(paths))
        batch, waits = int(work.get("batch", 0)), int(work.get("waits", 0))
        tickets = [str(ticket) for ticket in work.get("tickets", ())]
        delay = _WAIT_SECONDS
        try:
            while batch < len(wanted):
                tickets.append(self._invalidator.invalidate(wanted[batch], reference(wanted[batch], [name])))
                batch += 1
            tickets = [ticket for ticket in tickets if not self._invalidator.is_done(ticket)]
        except BusyError:
            delay = _BUSY_SECONDS
        purged = sum(map(len, wanted[:batch]))
        progress = {"derived": removed, "paths": purged, "of_paths": len(paths)}
        if batch == len(wanted) and not tickets:
            return Outcome(progress)
        if waits >= _MOST_WAITS:
            return Outcome(progress, problem="the edge has not finished in half an hour; it may still do so")
        done = {"target": work["target"], "batch": batch, "tickets": tickets, "waits": waits + 1}
        return Outcome(progress, done, delay)


def empty(  # noqa: PLR0913, PLR0917 - where, what, from where, with what, until when
    derived: DerivedObjects, prefix: str, after: str, executor: Executor, left: TimeLeft, reserve: float = RESERVE
) -> tuple[int, str]:
    """Remove all objects of a prefix that come after a key, until time is nearly over or the store fails.

    Returns:
        How many, and the last key of those if there may be more, else nothing.

    Raises:
        StoreError: not one page could be removed.
    """
    count = 0
    listing = executor.submit(derived.page, prefix, after)
    try:
        while keys := listing.result():
            if left() < reserve:
                return count, after or prefix
            # The next page is looked up while this one is removed: it begins after a key, whether that is there or not.
            listing = executor.submit(derived.page, prefix, keys[-1])
            derived.delete(keys)
            count, after = count + len(keys), keys[-1]
    except StoreError:
        if not count:
            raise
        return count, after
    return count, ""
