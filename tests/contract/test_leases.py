"""Every implementation of Leases has the same behaviour."""

from concurrent.futures import ThreadPoolExecutor

from imagestack.ports import Leases, Turn
from tests.contract.conftest import Clock, Leasing

NAME = "site.example/a/é.jpg/@/width=1&preset=80&v=1.avif@" + '"etag"'


def test_one_has_it(leases: Leases) -> None:
    """The first owner gets the turn; the others see that it is taken."""
    assert leases.acquire(NAME, "one", 30) is Turn.MINE
    assert leases.acquire(NAME, "two", 30) is Turn.ANOTHERS
    assert leases.acquire(f"{NAME}2", "two", 30) is Turn.MINE


def test_asked_twice(leases: Leases) -> None:
    """An owner that lost the answer and tries again still has the turn."""
    assert leases.acquire(NAME, "one", 30) is Turn.MINE
    assert leases.acquire(NAME, "one", 30) is Turn.MINE
    assert leases.acquire(NAME, "two", 30) is Turn.ANOTHERS


def test_one_of_many_has_it(leases: Leases) -> None:
    """Of many that come at once it is one."""
    with ThreadPoolExecutor(16) as executor:
        turns = list(executor.map(lambda number: leases.acquire(NAME, str(number), 30), range(16)))
    assert sorted(turn.name for turn in turns) == ["ANOTHERS"] * 15 + ["MINE"]


def test_given_back(leases: Leases) -> None:
    """Without a result it is free for the next one at once."""
    leases.acquire(NAME, "one", 30)
    leases.release(NAME, "one", done=False)
    assert leases.acquire(NAME, "two", 30) is Turn.MINE


def test_done(leases: Leases, clock: Clock) -> None:
    """With a result it says so, for as long as somebody may have missed it by a moment; then it is free."""
    leases.acquire(NAME, "one", 30)
    leases.release(NAME, "one", done=True)
    assert leases.acquire(NAME, "two", 30) is Turn.DONE
    clock.now += 9
    assert leases.acquire(NAME, "two", 30) is Turn.DONE
    clock.now += 2
    assert leases.acquire(NAME, "two", 30) is Turn.MINE


def test_expiry(leases: Leases, clock: Clock) -> None:
    """A lease whose owner is gone ends by itself, and what its owner says later counts no more."""
    assert leases.acquire(NAME, "gone", 30) is Turn.MINE
    clock.now += 29
    assert leases.acquire(NAME, "two", 30) is Turn.ANOTHERS
    clock.now += 2
    assert leases.acquire(NAME, "two", 30) is Turn.MINE
    for done in (False, True):
        leases.release(NAME, "gone", done=done)
        assert leases.acquire(NAME, "three", 30) is Turn.ANOTHERS


def test_items_remove_themselves(leasing: Leasing, clock: Clock) -> None:
    """`expires` is a number of seconds since the epoch, by which DynamoDB removes items."""
    leasing.store.acquire(NAME, "one", 30)
    assert leasing.expires(NAME) == clock.now + 30
    leasing.store.release(NAME, "one", done=True)
    assert leasing.expires(NAME) == clock.now + 10
