"""Stores that a request can do without: waited for so long and not longer, and left alone while they fail."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import TypeVar

from imagestack.errors import StoreError

# After so many failures in a row a store is left alone for so many seconds; then one call tries it.
MOST_FAILURES = 3
PAUSE_SECONDS = 10.0

T = TypeVar("T")


class CircuitOpenError(StoreError):
    """The store was not asked, since it has failed lately."""


class DeadlineError(StoreError):
    """A store has not answered in the time that a request can wait."""


class CircuitBreaker:
    """Calls of one kind to one store. Safe for threads: counts that are off by one do no harm."""

    def __init__(self, executor: Executor, clock: Callable[[], float]) -> None:
        """Think well of the store.

        Args:
            executor: makes the calls; one that is given up goes on there, until its own timeouts end it.
            clock: monotonic seconds.
        """
        self._executor = executor
        self._clock = clock
        self._failures = 0
        self._until = float("-inf")

    def begin(self, call: Callable[[], T]) -> Future[T]:
        """Begin a call, unless the store is left alone."""
        if self._clock() >= self._until:
            return self._executor.submit(call)
        future: Future[T] = Future()
        future.set_exception(CircuitOpenError("left alone, since it has failed lately"))
        return future

    def result(self, future: Future[T], seconds: float) -> T:
        """What a call gives.

        Args:
            future: of `begin`.
            seconds: to wait for it.

        Raises:
            StoreError: the store failed, did not answer in time, or was left alone.
        """
        try:
            found = wait(future, seconds)
        except CircuitOpenError:
            raise
        except StoreError:
            self._failures += 1
            if self._failures >= MOST_FAILURES:
                self._until = self._clock() + PAUSE_SECONDS
            raise
        self._failures = 0
        return found

    def call(self, call: Callable[[], T], seconds: float) -> T:
        """Both at once.

        Raises:
            StoreError: as `result`.
        """
        return self.result(self.begin(call), seconds)


def wait(future: Future[T], seconds: float) -> T:
    """What a call gives that goes on elsewhere.

    Raises:
        DeadlineError: it has not come in time.
    """
    try:
        return future.result(max(seconds, 0.0))
    except TimeoutError as error:
        future.cancel()
        raise DeadlineError("no answer in time") from error
