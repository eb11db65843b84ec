"""The function's side: workers that are started before they are needed, watched, and replaced when they are lost."""

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
from imagestack.sandbox.frames import LostError, read_body, read_frame, write_body, write_frame
from imagestack.transform import Encoded, in_this_process

# Ways to die that are an image's doing, each time anew. Others are want of memory or of time.
_CRASHES = {signal.SIGSEGV, signal.SIGBUS, signal.SIGILL, signal.SIGFPE}
# All that a worker needs to know of the world.
_ENVIRONMENT = ("PATH", "LD_LIBRARY_PATH", "LANG", "SYSTEMROOT")
# So much of its time a task stands in line for a worker, and where a viewer waits, so many seconds.
_WAITING_SHARE = 1 / 2
VIEWER_SECONDS = 5.0


class _NotBegunError(MemoryError):
    """A worker was lost before it began: nothing of what it was to do has ended it."""


class _Worker:
    """One process, and what connects it with this one."""

    def __init__(self, memory: int) -> None:
        """Start it.

        Raises:
            MemoryError: the system starts no more processes.
        """
        commands, self._commands = os.pipe()
        self._answers, answers = os.pipe()
        self._bodies, self._results = _file("bodies"), _file("results")
        theirs = (commands, answers, self._bodies, self._results)
        arguments = [str(number) for number in (*theirs, memory)]
        environment = {name: os.environ[name] for name in _ENVIRONMENT if name in os.environ}
        ours = (self._commands, self._answers, self._bodies, self._results)
        try:
            self._process = subprocess.Popen(  # noqa: S603 - every argument is ours
                [sys.executable, "-S", "-P", "-m", "imagestack.sandbox.worker", *arguments],
                pass_fds=theirs,
                stdin=subprocess.DEVNULL,
                # With a heap for each thread of a codec, more memory stays, and nothing is faster.
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
        # At the end of this process at the latest.
        self._finish = finalize(self, _finished, self._process, ours)

    def do(self, name: str, bodies: tuple[bytes, ...], work: Work, seconds: float) -> Encoded | None:
        """Have something done.

        Raises:
            DamagedImageError, EncodeError, MemoryError: as it says; or as it died.
        """
        until = monotonic() + seconds
        begun = False
        try:
            write_body(self._bodies, *bodies)
            write_frame(self._commands, pickle.dumps((name, work, [len(body) for body in bodies])))
            read_frame(lambda length: self._read(length, until))
            begun = True
            answer = json.loads(read_frame(lambda length: self._read(length, until)))
            return self._encoded(answer)
        except (LostError, BrokenPipeError, ValueError) as error:
            code = self.end()
            if not begun:
                raise _NotBegunError from error
            if -code in _CRASHES:
                raise DamagedImageError(f"the codec crashed: {signal.Signals(-code).name}") from error
            # Out of time, or out of memory: another time it may do.
            raise MemoryError(f"the worker ended with {code}") from error

    def _encoded(self, answer: Any) -> Encoded | None:  # noqa: ANN401 - what an image may have forged
        """What an answer says; a worker that an image has taken over may say anything."""
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
        raise LostError

    def _read(self, length: int, until: float) -> bytes:
        """The next bytes of an answer.

        Raises:
            LostError: they do not come in time.
        """
        waiting = poll()
        waiting.register(self._answers, POLLIN)
        if not waiting.poll(max(until - monotonic(), 0) * 1000):
            raise LostError
        return os.read(self._answers, length)

    @property
    def alive(self) -> bool:
        """Whether it can still be told anything."""
        return self._process.poll() is None

    def end(self) -> int:
        """See to it that it is gone; it holds nothing that would be lost.

        Returns:
            How it ended, as `subprocess` tells it.
        """
        self._finish()
        return self._process.returncode


def _finished(process: subprocess.Popen[bytes], descriptors: Iterable[int]) -> None:
    _close(descriptors)
    process.kill()
    process.wait()


def _close(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


@dataclass
class Workers:
    """As many workers as there are tasks at a time, but no more than `most`.

    Attributes:
        memory: bytes that pixels and codecs of a worker may take.
        most: workers at a time; further tasks stand in line.
    """

    memory: int
    most: int
    _pool: FairPool[_Worker | None] = field(init=False)

    def __post_init__(self) -> None:
        """Have room for all of them; None is one that is not there yet."""
        self._pool = FairPool([None] * self.most)

    def prepare(self) -> None:
        """Start a worker before there are tasks, without waiting for it."""
        self._pool.give(self._ready(self._pool.take(0)))

    def transform(self, body: bytes, work: Work, seconds: float) -> Encoded:
        """`imagestack.transform.transform`, in a worker, within so many seconds.

        Raises:
            DamagedImageError, EncodeError, MemoryError: likewise; what crashes a codec is damaged, and where time is
                short, memory is said to be.
            BusyError: no worker came free in a part of that time.
        """
        encoded = self._do("transform", (body,), work, seconds, VIEWER_SECONDS)
        if encoded is None:
            raise EncodeError("the worker made nothing")
        return encoded

    def refine(self, original: bytes, derived: bytes, work: Work, seconds: float) -> Encoded | None:
        """`imagestack.transform.refine.refine`, likewise."""
        return self._do("refine", (original, derived), work, seconds, seconds)

    def end(self) -> None:
        """End all workers, once they are idle."""
        for worker in [self._pool.take(None) for _ in range(self.most)]:
            if worker:
                worker.end()
            self._pool.give(None)

    def _do(self, name: str, bodies: tuple[bytes, ...], work: Work, seconds: float, patience: float) -> Encoded | None:
        until = monotonic() + seconds
        try:
            worker = self._pool.take(min(seconds * _WAITING_SHARE, patience))
        except TimeoutError as error:
            raise BusyError from error
        try:
            worker = self._ready(worker)
            try:
                return worker.do(name, bodies, work, until - monotonic())
            except _NotBegunError:
                # It was ending while it had nothing to do, which takes a moment in which it seems to be there.
                worker = _Worker(self.memory)
                return worker.do(name, bodies, work, until - monotonic())
        finally:
            self._pool.give(self._replaced(worker))

    def _ready(self, worker: _Worker | None) -> _Worker:
        """One that can be told something.

        Raises:
            MemoryError: none can be started.
        """
        if worker and worker.alive:
            return worker
        if worker:
            # It was lost while it had nothing to do.
            worker.end()
        return _Worker(self.memory)

    def _replaced(self, worker: _Worker | None) -> _Worker | None:
        """What the next task finds: a worker that is started, if one can be."""
        with suppress(MemoryError):
            return self._ready(worker)
        return None


class NoWorkers:
    """Where the system has no means for workers: everything is done here, and nothing stops it before it is done."""

    transform = staticmethod(in_this_process)

    def prepare(self) -> None:
        """There is nothing to start."""

    def refine(self, original: bytes, derived: bytes, work: Work, _seconds: float) -> Encoded | None:
        """`imagestack.transform.refine.refine` as it is."""
        from imagestack.transform.refine import refine  # noqa: PLC0415 - only one of the functions refines

        return refine(original, derived, work)

    def end(self) -> None:
        """There is nothing to end."""


def make_workers(memory: int) -> Workers | NoWorkers:
    """As many as there are processors, where the system has means for them.

    Args:
        memory: bytes that pixels and codecs of a worker may take.
    """
    return Workers(memory, len(os.sched_getaffinity(0))) if sys.platform == "linux" else NoWorkers()


def _file(name: str) -> int:
    """The descriptor of a file that is nowhere but in memory."""
    return os.memfd_create(name)
