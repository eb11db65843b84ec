"""Purge jobs: derived objects first, then the edge, which could otherwise fetch them again."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import Any

from imagestack.errors import StoreError
from imagestack.sync.edge_purger import reference
from imagestack.sync.jobs import StepResult
from imagestack.sync.paths import batches
from imagestack.sync.ports import DerivedObjects, Invalidator, Item, StoreBusyError, TimeLeft
from imagestack.sync.targets import purge_targets

# Seconds reserved for calls in progress.
RESERVE = 15.0
_BUSY_SECONDS = 20
_WAIT_SECONDS = 5
# Waits of `_WAIT_SECONDS`: half an hour and more.
_MOST_WAITS = 400


class PurgeRunner:
    """Runs purges; see `imagestack.sync.jobs.StepRunner`.

    Its work holds `target` (the index of the current prefix) and `after` (the last removed key). For the edge it holds
    `batch` (the next invalidation), `tickets` of invalidations in progress, and `waits`.
    """

    def __init__(self, derived: DerivedObjects, invalidator: Invalidator, executor: Executor) -> None:
        """Remove derived objects and edge copies; `executor` lists the next keys ahead."""
        self._derived = derived
        self._invalidator = invalidator
        self._executor = executor

    def run(
        self, job: Item, work: Mapping[str, Any], progress: Mapping[str, int], seconds_left: TimeLeft
    ) -> StepResult:
        """Run the next step."""
        targets = purge_targets(str(job["resource"]["cname"]), job["payload"])
        removed = progress.get("derived", 0)
        target, after = int(work.get("target", 0)), str(work.get("after", ""))
        while target < len(targets.derived):
            count, after = delete_prefix(self._derived, targets.derived[target], after, self._executor, seconds_left)
            removed += count
            if after:
                next_work = {"target": target, "after": after}
                return StepResult({"derived": removed, "paths": 0, "of_paths": len(targets.edge)}, next_work)
            target += 1
        at_edge = {**work, "target": target}
        try:
            return self._edge(f"{job['pk']}/{job['sk']}", targets.edge, at_edge, removed)
        except StoreError:
            if removed == progress.get("derived", 0):
                raise
            # Keep the count of removed objects: the edge becomes a step of its own.
            return StepResult({"derived": removed, "paths": 0, "of_paths": len(targets.edge)}, at_edge, _WAIT_SECONDS)

    def _edge(self, name: str, paths: Sequence[str], work: Mapping[str, Any], removed: int) -> StepResult:
        wanted = list(batches(paths))
        batch, waits = int(work.get("batch", 0)), int(work.get("waits", 0))
        tickets = [str(ticket) for ticket in work.get("tickets", ())]
        delay = _WAIT_SECONDS
        try:
            while batch < len(wanted):
                tickets.append(self._invalidator.invalidate(wanted[batch], reference(wanted[batch], [name])))
                batch += 1
            tickets = [ticket for ticket in tickets if not self._invalidator.is_done(ticket)]
        except StoreBusyError:
            delay = _BUSY_SECONDS
        purged = sum(map(len, wanted[:batch]))
        progress = {"derived": removed, "paths": purged, "of_paths": len(paths)}
        if batch == len(wanted) and not tickets:
            return StepResult(progress)
        if waits >= _MOST_WAITS:
            return StepResult(progress, problem="the edge has not finished in half an hour; it may still do so")
        done = {"target": work["target"], "batch": batch, "tickets": tickets, "waits": waits + 1}
        return StepResult(progress, done, delay)


def delete_prefix(  # noqa: PLR0913, PLR0917 - where, what, from where, with what, until when
    derived: DerivedObjects,
    prefix: str,
    after: str,
    executor: Executor,
    seconds_left: TimeLeft,
    reserve: float = RESERVE,
) -> tuple[int, str]:
    """Remove the objects of a prefix after a key, until the time is nearly over or the store fails.

    Args:
        derived: The store.
        prefix: The prefix of the keys.
        after: The last key that is already removed; empty at first.
        executor: Lists the next keys while others are removed.
        seconds_left: Returns the seconds that remain.
        reserve: Seconds that must remain for another page.

    Returns:
        The number of removed objects; and the last removed key if more may follow, else an empty text.

    Raises:
        StoreError: The first page could not be removed.
    """
    count = 0
    listing = executor.submit(derived.page, prefix, after)
    try:
        while keys := listing.result():
            if seconds_left() < reserve:
                return count, after or prefix
            # The next page is listed while this one is removed: it begins after a key, which need not exist.
            listing = executor.submit(derived.page, prefix, keys[-1])
            derived.delete(keys)
            count, after = count + len(keys), keys[-1]
    except StoreError:
        if not count:
            raise
        return count, after
    return count, ""
