"""Circuit breaker and deadlines for optional stores."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import TypeVar

from imagestack.errors import StoreError
from imagestack.serving.pause import Pause

# After this many failures in a row the circuit opens for this many seconds. Then one call tries the store.
MAX_FAILURES = 3
PAUSE_SECONDS = 10.0

T = TypeVar("T")


class CircuitOpenError(StoreError):
    """The store was not called, since it failed lately."""


class DeadlineError(StoreError):
    """A store did not answer in the time that a request can wait."""


class CircuitBreaker:
    """Calls of one kind to one store. Safe for threads: counts that are off by one do no harm."""

    def __init__(self, executor: Executor, clock: Callable[[], float]) -> None:
        """Start with the circuit closed.

        Args:
            executor: makes the calls. A call that nobody waits for goes on there until its own timeouts end it.
            clock: monotonic seconds.
        """
        self._executor = executor
        self._failures = 0
        self._pause = Pause(PAUSE_SECONDS, clock)

    def begin(self, call: Callable[[], T]) -> Future[T]:
        """Begin a call. While the circuit is open, the future fails at once with `CircuitOpenError`."""
        if not self._pause.is_on:
            return self._executor.submit(call)
        future: Future[T] = Future()
        future.set_exception(CircuitOpenError("left alone, since it has failed lately"))
        return future

    def result(self, future: Future[T], seconds: float) -> T:
        """Wait for the result of a call.

        Args:
            future: of `begin`.
            seconds: to wait at most.

        Raises:
            StoreError: the store failed or did not answer in time, or the circuit is open.
        """
        try:
            value = wait(future, seconds)
        except CircuitOpenError:
            raise
        except StoreError:
            self._failures += 1
            if self._failures >= MAX_FAILURES:
                self._pause.begin()
            raise
        self._failures = 0
        return value

    def call(self, call: Callable[[], T], seconds: float) -> T:
        """Begin a call and wait for its result.

        Raises:
            StoreError: as `result`.
        """
        return self.result(self.begin(call), seconds)


def wait(future: Future[T], seconds: float) -> T:
    """Wait for the result of a call that runs in another thread.

    Raises:
        DeadlineError: the call has no result in time.
    """
    try:
        return future.result(max(seconds, 0.0))
    except TimeoutError as error:
        future.cancel()
        raise DeadlineError("no answer in time") from error
