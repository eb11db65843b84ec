"""Worker processes: started before they are needed, watched, and replaced when they end."""

import json
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from select import POLLIN, poll
from time import monotonic
from typing import Any
from weakref import finalize

from imagestack.errors import BusyError, DamagedImageError, EncodeError
from imagestack.plan.work import Work
from imagestack.sandbox.fair_pool import FairPool
from imagestack.sandbox.frames import PeerLostError, read_body, read_frame, write_body, write_frame
from imagestack.transform import Encoded, in_this_process

# Signals of a crash that an image causes each time. Other ends mean too little memory or time.
_CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE}
# The environment of a worker; it has no credentials.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT")
# The share of its time that a task waits for a worker.
_WAITING_SHARE = 1 / 2
# The seconds that a task waits for a worker at most, if a viewer waits for the task.
VIEWER_SECONDS = 5.0


class _NotBegunError(MemoryError):
    """A worker ended before it began the work, so the work is not the cause."""


class _WorkerProcess:
    """One worker process, and the pipes and files that connect it with this process."""

    def __init__(self, memory: int) -> None:
        """Start the worker process.

        Args:
            memory: bytes that pixels and codecs may take.

        Raises:
            MemoryError: the system cannot start a process.
        """
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        self._bodies, self._results = _file("bodies"), _file("results")
        theirs = (commands, answers, self._bodies, self._results)
        arguments = [str(number) for number in (*theirs, memory)]
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        ours = (self._commands, self._answers, self._bodies, self._results)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - no argument comes from outside
                [sys.executable, "-S", "-P", "-m", "imagestack.sandbox.worker", *arguments],
                pass_fds=theirs,
                stdin=subprocess.DEVNULL,
                # With a heap for each thread of a codec, the process keeps more memory and is not faster.
                env=environment
                | {"PYTHONPATH": os.pathsep.join(map(os.path.abspath, sys.path)), "MALLOC_ARENA_MAX": "1"},
                cwd="/",
                start_new_session=True,
            )
        except OSError as error:
            _close(ours)
            raise MemoryError("no worker can be started") from error
        finally:
            _close((commands, answers))
        # Runs at the end of this process at the latest.
        self._finish = finalize(self, _finish, self._process, ours)

    def execute(self, name: str, bodies: tuple[bytes, ...], work: Work, seconds: float) -> Encoded | None:
        """Execute a command in the process.

        Args:
            name: `transform` or `refine`.
            bodies: the images.
            work: to be done.
            seconds: after which the process is killed.

        Raises:
            DamagedImageError: the image is damaged, or it crashed the codec.
            EncodeError: the encoder failed.
            MemoryError: memory or time was not enough.
        """
        deadline = monotonic() + seconds
        begun = False
        try:
            write_body(self._bodies, *bodies)
            write_frame(self._commands, pickle.dumps((name, work, [len(body) for body in bodies])))
            read_frame(lambda length: self._read(length, deadline))
            begun = True
            answer = json.loads(read_frame(lambda length: self._read(length, deadline)))
            return self._encoded(answer)
        except (PeerLostError, BrokenPipeError, ValueError) as error:
            code = self.end()
            if not begun:
                raise _NotBegunError from error
            if -code in _CRASHES:
                raise DamagedImageError(f"the codec crashed: {signal.Signals(-code).name}") from error
            # Too little time or memory; another try may succeed.
            raise MemoryError(f"the worker ended with {code}") from error

    def _encoded(self, answer: Any) -> Encoded | None:  # noqa: ANN401 - an image may have forged it
        """The result in an answer. An image that took over the process may have forged it, so it is checked."""
        match answer:
            case {"error": "damaged", "text": str(text)}:
                raise DamagedImageError(text)
            case {"error": "encode", "text": str(text)}:
                raise EncodeError(text)
            case {"error": "memory"}:
                raise MemoryError
            case {"length": None}:
                return None
            case {"length": int(length), "score": float() | int() | None, "quality": int() | None} if length > 0:
                return Encoded(read_body(self._results, length), answer["score"], answer["quality"])
        raise PeerLostError

    def _read(self, length: int, deadline: float) -> bytes:
        """The next bytes of an answer.

        Raises:
            PeerLostError: the bytes do not arrive in time.
        """
        waiting = poll()
        waiting.register(self._answers, POLLIN)
        if not waiting.poll(max(deadline - monotonic(), 0) * 1000):
            raise PeerLostError
        return os.read(self._answers, length)

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def end(self) -> int:
        """Kill the process, unless it has ended, and wait for its end.

        Returns:
            The exit status as `subprocess` gives it: negative for a signal.
        """
        self._finish()
        return self._process.returncode


def _finish(process: subprocess.Popen[bytes], descriptors: Iterable[int]) -> None:
    _close(descriptors)
    process.kill()
    process.wait()


def _close(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


@dataclass
class Workers:
    """A pool of worker processes, which start as tasks need them.

    Attributes:
        memory: bytes that pixels and codecs of a worker may take.
        max_workers: processes at a time; further tasks wait.
    """

    memory: int
    max_workers: int
    _pool: FairPool[_WorkerProcess | None] = field(init=False)

    def __post_init__(self) -> None:
        """Make room for all workers; None stands for one that is not started yet."""
        self._pool = FairPool([None] * self.max_workers)

    def prepare(self) -> None:
        """Start a worker before there are tasks; return without waiting for it."""
        self._pool.give(self._ready(self._pool.take(0)))

    def transform(self, body: bytes, work: Work, seconds: float) -> Encoded:
        """Run `imagestack.transform.transform` in a worker.

        Args:
            body: the original.
            work: to be done.
            seconds: for waiting and working.

        Raises:
            DamagedImageError: the image is damaged, or it crashed the codec.
            EncodeError: the encoder failed.
            MemoryError: memory or time was not enough.
            BusyError: no worker became free in time.
        """
        encoded = self._execute("transform", (body,), work, seconds, VIEWER_SECONDS)
        if encoded is None:
            raise EncodeError("the worker made nothing")
        return encoded

    def refine(self, original: bytes, derived: bytes, work: Work, seconds: float) -> Encoded | None:
        """Run `imagestack.transform.refine.refine` in a worker, with the errors of `transform`."""
        return self._execute("refine", (original, derived), work, seconds, seconds)

    def end(self) -> None:
        """End all workers; wait for the tasks that they do."""
        for worker in [self._pool.take(None) for _ in range(self.max_workers)]:
            if worker:
                worker.end()
            self._pool.give(None)

    def _execute(
        self, name: str, bodies: tuple[bytes, ...], work: Work, seconds: float, timeout: float
    ) -> Encoded | None:
        """Execute a command in the next free worker, for which a task waits `timeout` seconds at most."""
        deadline = monotonic() + seconds
        try:
            worker = self._pool.take(min(seconds * _WAITING_SHARE, timeout))
        except TimeoutError as error:
            raise BusyError from error
        try:
            worker = self._ready(worker)
            try:
                return worker.execute(name, bodies, work, deadline - monotonic())
            except _NotBegunError:
                # The idle worker was ending, but the system still reported it as running.
                worker = _WorkerProcess(self.memory)
                return worker.execute(name, bodies, work, deadline - monotonic())
        finally:
            self._pool.give(self._replaced(worker))

    def _ready(self, worker: _WorkerProcess | None) -> _WorkerProcess:
        """This worker if it runs, else a new one.

        Raises:
            MemoryError: the system cannot start a process.
        """
        if worker and worker.alive:
            return worker
        if worker:
            # It ended while it was idle.
            worker.end()
        return _WorkerProcess(self.memory)

    def _replaced(self, worker: _WorkerProcess | None) -> _WorkerProcess | None:
        """The worker for the next task; None if the system cannot start a process."""
        with suppress(MemoryError):
            return self._ready(worker)
        return None


class NoWorkers:
    """Runs all work in this process, without a time limit, on systems that cannot limit worker processes."""

    transform = staticmethod(in_this_process)

    def prepare(self) -> None:
        """Do nothing: there is no process to start."""

    def refine(self, original: bytes, derived: bytes, work: Work, _seconds: float) -> Encoded | None:
        """Run `imagestack.transform.refine.refine` in this process."""
        from imagestack.transform.refine import refine  # noqa: PLC0415 - only the refine function needs it

        return refine(original, derived, work)

    def end(self) -> None:
        """Do nothing: there is no process to end."""


def make_workers(memory: int) -> Workers | NoWorkers:
    """Make a worker for each processor; on systems other than Linux all work runs in this process.

    Args:
        memory: bytes that pixels and codecs of a worker may take.
    """
    return Workers(memory, len(os.sched_getaffinity(0))) if sys.platform == "linux" else NoWorkers()


def _file(name: str) -> int:
    """The descriptor of a new file in memory."""
    return os.memfd_create(name)
