"""Circuit breaker and deadlines of optional stores."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from imagestack.errors import StoreError
from imagestack.serving.circuit_breaker import MAX_FAILURES, PAUSE_SECONDS, CircuitBreaker, DeadlineError


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Store:
    """A store that works or fails, and counts its calls."""

    def __init__(self) -> None:
        self.works = False
        self.calls = 0

    def __call__(self) -> str:
        self.calls += 1
        if not self.works:
            raise StoreError("out of order")
        return "found"


@pytest.fixture
def executor() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(2) as found:
        yield found


def ask(breaker: CircuitBreaker, store: Store) -> str | None:
    try:
        return breaker.call(store, 30)
    except StoreError:
        return None


def test_failures_come_through(executor: ThreadPoolExecutor) -> None:
    """The caller gets the result or the error of the store."""
    breaker, store = CircuitBreaker(executor, Clock()), Store()
    with pytest.raises(StoreError, match="out of order"):
        breaker.call(store, 30)
    store.works = True
    assert breaker.call(store, 30) == "found"


def test_open_circuit(executor: ThreadPoolExecutor) -> None:
    """After several failures in a row the store is not called for some seconds; then one call tries it again."""
    clock, store = Clock(), Store()
    breaker = CircuitBreaker(executor, clock)
    for _ in range(MAX_FAILURES + 2):
        assert ask(breaker, store) is None
    assert store.calls == MAX_FAILURES
    clock.now += PAUSE_SECONDS
    for _ in range(2):
        assert ask(breaker, store) is None
    assert store.calls == MAX_FAILURES + 1
    clock.now += PAUSE_SECONDS
    store.works = True
    assert [ask(breaker, store), ask(breaker, store)] == ["found", "found"]


def test_only_failures_in_a_row_count(executor: ThreadPoolExecutor) -> None:
    """One success resets the count."""
    breaker, store = CircuitBreaker(executor, Clock()), Store()
    for _ in range(3):
        for works in (*[False] * (MAX_FAILURES - 1), True):
            store.works = works
            assert ask(breaker, store) == ("found" if works else None)
    assert store.calls == 3 * MAX_FAILURES


def test_late_is_failed(executor: ThreadPoolExecutor) -> None:
    """A store that does not answer in time has failed, which opens the circuit too."""
    breaker, over = CircuitBreaker(executor, Clock()), Event()
    for _ in range(MAX_FAILURES):
        with pytest.raises(DeadlineError):
            breaker.call(over.wait, 0)
    with pytest.raises(StoreError, match="left alone"):
        breaker.call(over.wait, 30)
    over.set()
