"""A pool that serves the threads that wait for an item in their order."""

from collections import deque
from collections.abc import Iterable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")


class FairPool(Generic[T]):
    """A pool of items, each used by one thread at a time. Queues of the standard library do not keep the order."""

    def __init__(self, items: Iterable[T]) -> None:
        """Start with all items idle; the last one is taken first."""
        self._lock = Lock()
        self._idle = list(items)
        self._waiting: deque[Future[T]] = deque()

    def take(self, seconds: float | None) -> T:
        """Take the item that was given back last; wait for the next one if none is idle.

        Args:
            seconds: to wait at most; None waits without a limit.

        Raises:
            TimeoutError: no item was given back in time.
        """
        item: Future[T] = Future()
        with self._lock:
            if self._idle:
                return self._idle.pop()
            self._waiting.append(item)
        try:
            return item.result(seconds)
        except TimeoutError:
            with self._lock:
                if item.done():
                    return item.result()
                self._waiting.remove(item)
            raise

    def give(self, item: T) -> None:
        """Give an item back; the thread that has waited longest gets it."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set_result(item)
            else:
                self._idle.append(item)
