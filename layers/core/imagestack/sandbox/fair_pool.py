"""A line for a few things that many want: who has waited longest gets the next one."""

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class FairPool(Generic[T]):
    """Things that are lent to one at a time. Queues of the standard library let newcomers go first."""

    def __init__(self, things: Iterable[T]) -> None:
        """All of them are there; the last one goes first."""
        self._lock = Lock()
        self._idle = list(things)
        self._waiting: deque[Future[T]] = deque()

    def take(self, seconds: float | None) -> T:
        """The thing that was given back last, or the next that is.

        Args:
            seconds: to wait for it at most; None: until there is one.

        Raises:
            TimeoutError: there was none in time.
        """
        mine: Future[T] = Future()
        with self._lock:
            if self._idle:
                return self._idle.pop()
            self._waiting.append(mine)
        try:
            return mine.result(seconds)
        except TimeoutError:
            with self._lock:
                if mine.done():
                    return mine.result()
                self._waiting.remove(mine)
            raise

    def give(self, thing: T) -> None:
        """Give one back, to whoever waits."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set_result(thing)
            else:
                self._idle.append(thing)
