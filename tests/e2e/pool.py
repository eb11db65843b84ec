"""Several emulated functions, which take one event at a time each, as in Lambda."""

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
    """Functions for a queue of events: the function that is idle longest takes the oldest event."""

    all: tuple[Limited, ...]
    _idle: "SimpleQueue[Function]" = field(default_factory=SimpleQueue)
    _turns: FairPool[None] = field(default_factory=lambda: FairPool(()))

    def __post_init__(self) -> None:
        """Start with all functions idle."""
        for one in self.all:
            self._idle.put(one.function)
            self._turns.give(None)

    def start(self) -> None:
        """Start each function, by its first event."""
        for one in self.all:
            one.function.send({})

    def send(self, event: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        """Send an event; returns the milliseconds without the wait for a function, and the answer."""
        self._turns.take(None)
        function = self._idle.get()
        try:
            return function.send(event)
        finally:
            self._idle.put(function)
            self._turns.give(None)

    @property
    def processes(self) -> list[int]:
        """The process ids of the functions; a lost function comes back with another one."""
        return [one.function.pid for one in self.all]

    @property
    def workers(self) -> list[int]:
        """The process ids of the workers of all functions."""
        return [pid for one in self.all for pid in one.function.workers]


@contextmanager
def pool(built: Built, size: int, memory: int, **changed: str) -> Iterator[Pool]:
    """Run `size` functions with `memory` megabytes each; `changed` are variables as for `emulated`."""
    with ExitStack() as stack:
        functions = []
        for _ in range(size):
            limit = stack.enter_context(limited(memory))
            function = stack.enter_context(emulated(built, memory, limit.before, **changed))
            functions.append(Limited(function, limit))
        yield Pool(tuple(functions))
