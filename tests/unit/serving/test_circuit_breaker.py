"""Stores that a request can do without: how long they are waited for, and when they are left alone."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from imagestack.errors import StoreError
from imagestack.serving.circuit_breaker import MOST_FAILURES, PAUSE_SECONDS, CircuitBreaker, DeadlineError


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Store:
    """Works, or does not; counts."""

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


def ask(guard: CircuitBreaker, store: Store) -> str | None:
    try:
        return guard.call(store, 30)
    except StoreError:
        return None


def test_failures_come_through(executor: ThreadPoolExecutor) -> None:
    """What the store gives or raises is what the caller gets."""
    guard, store = CircuitBreaker(executor, Clock()), Store()
    with pytest.raises(StoreError, match="out of order"):
        guard.call(store, 30)
    store.works = True
    assert guard.call(store, 30) == "found"


def test_left_alone(executor: ThreadPoolExecutor) -> None:
    """After so many failures in a row it is not asked for some seconds; then once, and anew after a failure."""
    clock, store = Clock(), Store()
    guard = CircuitBreaker(executor, clock)
    for _ in range(MOST_FAILURES + 2):
        assert ask(guard, store) is None
    assert store.calls == MOST_FAILURES
    clock.now += PAUSE_SECONDS
    for _ in range(2):
        assert ask(guard, store) is None
    assert store.calls == MOST_FAILURES + 1
    clock.now += PAUSE_SECONDS
    store.works = True
    assert [ask(guard, store), ask(guard, store)] == ["found", "found"]


def test_only_failures_in_a_row_count(executor: ThreadPoolExecutor) -> None:
    """One success makes good for what was before."""
    guard, store = CircuitBreaker(executor, Clock()), Store()
    for _ in range(3):
        for works in (*[False] * (MOST_FAILURES - 1), True):
            store.works = works
            assert ask(guard, store) == ("found" if works else None)
    assert store.calls == 3 * MOST_FAILURES


def test_late_is_failed(executor: ThreadPoolExecutor) -> None:
    """A store that does not answer in time has failed, and is left alone likewise."""
    guard, over = CircuitBreaker(executor, Clock()), Event()
    for _ in range(MOST_FAILURES):
        with pytest.raises(DeadlineError):
            guard.call(over.wait, 0)
    with pytest.raises(StoreError, match="left alone"):
        guard.call(over.wait, 30)
    over.set()
