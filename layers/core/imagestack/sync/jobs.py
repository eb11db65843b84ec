"""Jobs in steps, each of which fits into an invocation.

The state of a job is in its item in the control table: `step`, `work` (the input of the next step), `progress`
(counts) and, after a failure, `message`. A queue message names the step to do. A step only advances the job if the job
is still at that step, so that repeated messages are harmless.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from imagestack.control import times
from imagestack.control.jobs import Status
from imagestack.errors import StoreError
from imagestack.sync.ports import Item, Queue, Tables, TimeLeft

# Attempts of a step; the queue must deliver a message once more than this.
MOST_ATTEMPTS = 4


@dataclass(frozen=True)
class StepResult:
    """The result of a step.

    Attributes:
        progress: The counts so far.
        work: The input of the next step; None if the job is over.
        delay: Seconds until the next step.
        problem: Why the job has failed, for operators; empty if it has not.
    """

    progress: Mapping[str, int]
    work: Mapping[str, Any] | None = None
    delay: int = 0
    problem: str = ""


class StepRunner(Protocol):
    """Runs the steps of one kind of job."""

    def run(
        self, job: Item, work: Mapping[str, Any], progress: Mapping[str, int], seconds_left: TimeLeft
    ) -> StepResult:
        """Run the next step, until the time is nearly over.

        Args:
            job: The item of the job.
            work: The result of the step before; empty at first.
            progress: The counts so far; empty at first.
            seconds_left: Returns the seconds that remain.

        Raises:
            StoreError: The step failed; it can be repeated.
        """


@dataclass(frozen=True)
class JobStep:
    """A step to do, as a queue message.

    Attributes:
        kind: `PURGE` or `PREFETCH`.
        number: The number of the job.
        step: The number of the step, from 0.
    """

    kind: str
    number: int
    step: int = 0

    def message(self) -> dict[str, Any]:
        """The message, for JSON."""
        return {"job": {"kind": self.kind, "number": self.number, "step": self.step}}


def read_message(message: Mapping[str, Any]) -> JobStep | None:
    """The step that a message names; None if a message is something else."""
    if "job" not in message:
        return None
    step = message["job"]
    return JobStep(str(step["kind"]), int(step["number"]), int(step["step"]))


class JobScheduler:
    """Starts jobs and runs their steps."""

    def __init__(
        self, tables: Tables, queue: Queue, runners: Mapping[str, StepRunner], clock: Callable[[], datetime]
    ) -> None:
        """Run jobs of the kinds in `runners`; steps go to `queue`, and `read_message` reads them."""
        self._tables = tables
        self._queue = queue
        self._runners = runners
        self._clock = clock

    def begin(self, kind: str, number: int) -> None:
        """Start a new job."""
        self._queue.send(JobStep(kind, number).message())

    def step(self, step: JobStep, attempt: int, seconds_left: TimeLeft) -> None:
        """Run a step, and queue the next one.

        Args:
            step: The step.
            attempt: How often its message was delivered, from 1.
            seconds_left: Returns the seconds that remain.

        Raises:
            StoreError: The step failed and is to be repeated.
        """
        job = self._tables.job(step.kind, step.number)
        if job is None or job["status"] != Status.IN_PROGRESS.value:
            return
        at = int(job.get("step", 0))
        if at != step.step:
            # The step is done. The invocation that did it may have ended before it sent the next message.
            if attempt > 1:
                self._queue.send(JobStep(step.kind, step.number, at).message())
            return
        progress = {name: int(count) for name, count in job.get("progress", {}).items()}
        try:
            result = self._runners[step.kind].run(job, job.get("work", {}), progress, seconds_left)
        except StoreError as error:
            if attempt < MOST_ATTEMPTS:
                raise
            result = StepResult(progress, problem=f"given up after {attempt} attempts: {error}")
        self._advance(step, result)

    def _advance(self, step: JobStep, result: StepResult) -> None:
        changed: dict[str, Any] = {"step": step.step + 1, "progress": result.progress, "work": result.work}
        over = result.work is None
        if over:
            status = Status.FAILED if result.problem else Status.SUCCESSFUL
            changed |= {"status": status.value, "finished": times.to_text(self._clock())}
            changed |= {"message": result.problem or None}
        if self._tables.advance(step.kind, step.number, step.step, changed) and not over:
            self._queue.send(JobStep(step.kind, step.number, step.step + 1).message(), result.delay)
