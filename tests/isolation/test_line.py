"""Who waits gets what is given back in the order of coming."""

from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import pytest

from imagestack.isolation.line import Line
from tests.isolation.processes import PATIENT, wait_until


def standing(line: Line[int], executor: ThreadPoolExecutor, many: int) -> list[Future[int]]:
    """So many who wait, one behind the other."""
    found = []
    for at in range(many):
        found.append(executor.submit(line.take, PATIENT))
        wait_until(partial(has, line, at + 1))
    return found


def has(line: Line[int], waiting: int) -> bool:
    return len(line._waiting) == waiting  # noqa: SLF001 - nobody else need know


def test_last_back_first_out() -> None:
    """Of idle things the one that was used last goes first: the others may never be needed."""
    line = Line([1, 2, 3])
    assert [line.take(0), line.take(0)] == [3, 2]
    line.give(3)
    line.give(2)
    assert [line.take(0), line.take(0), line.take(0)] == [2, 3, 1]
    with pytest.raises(TimeoutError):
        line.take(0)


def test_first_come_first_served() -> None:
    """Things go to those who wait, the longest first, and never to a newcomer."""
    line = Line[int]([])
    with ThreadPoolExecutor(5) as executor:
        waiting = standing(line, executor, 5)
        for thing in range(5):
            line.give(thing)
            with pytest.raises(TimeoutError):
                line.take(0)
        assert [one.result(PATIENT) for one in waiting] == [0, 1, 2, 3, 4]


def test_leaving() -> None:
    """Who has left the line gets nothing, and nothing is lost."""
    line = Line[int]([])
    with pytest.raises(TimeoutError):
        line.take(0.01)
    line.give(1)
    assert line.take(None) == 1


def test_given_in_the_moment_of_leaving(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes between the end of the wait and the leaving is taken."""
    line = Line[int]([])

    def late(_future: Future[int], _seconds: float | None = None) -> int:
        monkeypatch.undo()
        line.give(7)
        raise TimeoutError

    monkeypatch.setattr(Future, "result", late)
    assert line.take(1) == 7
