"""Who waits gets what is given back in the order of coming."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest

from imagestack.sandbox.fair_pool import FairPool
from tests.support.processes import PATIENT, wait_until


def standing(pool: FairPool[int], executor: ThreadPoolExecutor, many: int) -> list[Future[int]]:
    """So many who wait, one behind the other."""
    found = []
    for at in range(many):
        found.append(executor.submit(pool.take, PATIENT))
        wait_until(partial(has, pool, at + 1))
    return found


def has(pool: FairPool[int], waiting: int) -> bool:
    return len(pool._waiting) == waiting  # noqa: SLF001 - nobody else need know


def test_last_back_first_out() -> None:
    """Of idle things the one that was used last goes first: the others may never be needed."""
    pool = FairPool([1, 2, 3])
    assert [pool.take(0), pool.take(0)] == [3, 2]
    pool.give(3)
    pool.give(2)
    assert [pool.take(0), pool.take(0), pool.take(0)] == [2, 3, 1]
    with pytest.raises(TimeoutError):
        pool.take(0)


def test_first_come_first_served() -> None:
    """Things go to those who wait, the longest first, and never to a newcomer."""
    pool = FairPool[int]([])
    with ThreadPoolExecutor(5) as executor:
        waiting = standing(pool, executor, 5)
        for thing in range(5):
            pool.give(thing)
            with pytest.raises(TimeoutError):
                pool.take(0)
        assert [one.result(PATIENT) for one in waiting] == [0, 1, 2, 3, 4]


def test_leaving() -> None:
    """Who has left the pool gets nothing, and nothing is lost."""
    pool = FairPool[int]([])
    with pytest.raises(TimeoutError):
        pool.take(0.01)
    pool.give(1)
    assert pool.take(None) == 1


def test_given_in_the_moment_of_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes between the end of the wait and the leaving is taken."""
    pool = FairPool[int]([])

    def late(_future: Future[int], _seconds: float | None = None) -> int:
        monkeypatch.undo()
        pool.give(7)
        raise TimeoutError

    monkeypatch.setattr(Future, "result", late)
    assert pool.take(1) == 7
