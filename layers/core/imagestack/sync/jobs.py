"""Jobs in steps, each of which fits into an invocation.

How far a job is stands in its item in the control table: `step`, `work` (what the next step has to know), `progress`
(counts) and, once it has failed, `message`. What the queue delivers names the step that is to be done; only one who
finds the job at that step can move it on, so that what comes twice does no harm.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from imagestack.control import times
from imagestack.control.jobs import Status
from imagestack.errors import StoreError
from imagestack.sync.ports import Item, Queue, Tables, TimeLeft

# How often a step is tried; the queue has to deliver a message once more than this.
MOST_ATTEMPTS = 4


@dataclass(frozen=True)
class Outcome:
    """What came of a step.

    Attributes:
        progress: counts so far.
        work: what the next step has to know; None if there is none, since the job is over.
        delay: seconds until the next step.
        problem: why a job that is over has failed, for people; empty if it has not.
    """

    progress: Mapping[str, int]
    work: Mapping[str, Any] | None = None
    delay: int = 0
    problem: str = ""


class Worker(Protocol):
    """What does the steps of a kind of job."""

    def run(self, job: Item, work: Mapping[str, Any], progress: Mapping[str, int], left: TimeLeft) -> Outcome:
        """Do the next step, until time is nearly over.

        Args:
            job: its item.
            work: as the step before has left it; empty at first.
            progress: likewise.
            left: seconds that remain.

        Raises:
            StoreError: nothing was done that cannot be done again.
        """


@dataclass(frozen=True)
class Step:
    """A message: this step of a job is to be done."""

    kind: str
    number: int
    step: int = 0

    def message(self) -> dict[str, Any]:
        """As JSON."""
        return {"job": {"kind": self.kind, "number": self.number, "step": self.step}}


def read_message(message: Mapping[str, Any]) -> Step | None:
    """The step that a message names; None if it is something else."""
    if "job" not in message:
        return None
    told = message["job"]
    return Step(str(told["kind"]), int(told["number"]), int(told["step"]))


class Jobs:
    """All jobs."""

    def __init__(
        self, tables: Tables, queue: Queue, workers: Mapping[str, Worker], clock: Callable[[], datetime]
    ) -> None:
        """Do jobs of the kinds that have workers; messages to `queue` come back as `read_message` takes them."""
        self._tables = tables
        self._queue = queue
        self._workers = workers
        self._clock = clock

    def begin(self, kind: str, number: int) -> None:
        """Have a new job done."""
        self._queue.send(Step(kind, number).message())

    def step(self, step: Step, attempt: int, left: TimeLeft) -> None:
        """Do a step, and send a message for the next.

        Args:
            step: that is to be done.
            attempt: how often its message has come, from 1.
            left: seconds that remain.

        Raises:
            StoreError: it is to be tried again.
        """
        job = self._tables.job(step.kind, step.number)
        if job is None or job["status"] != Status.IN_PROGRESS.value:
            return
        at = int(job.get("step", 0))
        if at != step.step:
            # Done already. Whoever did it may have broken off before it sent the next message.
            if attempt > 1:
                self._queue.send(Step(step.kind, step.number, at).message())
            return
        progress = {name: int(count) for name, count in job.get("progress", {}).items()}
        try:
            outcome = self._workers[step.kind].run(job, job.get("work", {}), progress, left)
        except StoreError as error:
            if attempt < MOST_ATTEMPTS:
                raise
            outcome = Outcome(progress, problem=f"given up after {attempt} attempts: {error}")
        self._advance(step, outcome)

    def _advance(self, step: Step, outcome: Outcome) -> None:
        changed: dict[str, Any] = {"step": step.step + 1, "progress": outcome.progress, "work": outcome.work}
        over = outcome.work is None
        if over:
            status = Status.FAILED if outcome.problem else Status.SUCCESSFUL
            changed |= {"status": status.value, "finished": times.written(self._clock())}
            changed |= {"message": outcome.problem or None}
        if self._tables.advance(step.kind, step.number, step.step, changed) and not over:
            self._queue.send(Step(step.kind, step.number, step.step + 1).message(), outcome.delay)
