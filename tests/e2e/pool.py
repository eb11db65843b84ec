"""Several emulated functions as Lambda runs them: each takes one event at a time."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any

from bench.emulated import Built, Function, emulated
from imagestack.sandbox.fair_pool import FairPool
from tests.e2e.memory import Limit, limited


@dataclass(frozen=True)
class Limited:
    """A function, and the limit of its memory."""

    function: Function
    limit: Limit


@dataclass(frozen=True)
class Pool:
    """Functions, of which the one that has been idle longest takes the event that has waited longest."""

    all: tuple[Limited, ...]
    _idle: "SimpleQueue[Function]" = field(default_factory=SimpleQueue)
    _turns: FairPool[None] = field(default_factory=lambda: FairPool(()))

    def __post_init__(self) -> None:
        """All of them are idle."""
        for one in self.all:
            self._idle.put(one.function)
            self._turns.give(None)

    def start(self) -> None:
        """Have each of them started, which happens at its first event."""
        for one in self.all:
            one.function.send({})

    def send(self, event: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        """Milliseconds without the wait for a function, and the answer."""
        self._turns.take(None)
        function = self._idle.get()
        try:
            return function.send(event)
        finally:
            self._idle.put(function)
            self._turns.give(None)

    @property
    def processes(self) -> list[int]:
        """Of the functions, without their workers: another one is there when one was lost."""
        return [one.function.pid for one in self.all]

    @property
    def workers(self) -> list[int]:
        """Of all functions."""
        return [pid for one in self.all for pid in one.function.workers]


@contextmanager
def pool(built: Built, size: int, memory: int, **changed: str) -> Iterator[Pool]:
    """So many functions with so many megabytes each; `changed` as for `emulated`."""
    with ExitStack() as stack:
        functions = []
        for _ in range(size):
            limit = stack.enter_context(limited(memory))
            function = stack.enter_context(emulated(built, memory, limit.before, **changed))
            functions.append(Limited(function, limit))
        yield Pool(tuple(functions))
