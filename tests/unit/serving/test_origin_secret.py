"""The back door: only what comes through the distribution is let in."""

from collections.abc import Sequence

import pytest

from imagestack.errors import ForbiddenError, OriginSecretError, StoreError
from imagestack.serving.origin_secret import OriginSecretCheck

TTL = 300.0


class Secrets:
    """A store of secrets whose content and mood can be changed."""

    def __init__(self, *values: str) -> None:
        self.valid: Sequence[str] = values
        self.fails = False
        self.asked = 0

    def values(self) -> Sequence[str]:
        self.asked += 1
        if self.fails:
            raise StoreError("no")
        return self.valid


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def admits(gate: OriginSecretCheck, secret: str | None) -> bool:
    try:
        return gate.admit({} if secret is None else {"x-origin-secret": secret})
    except ForbiddenError as error:
        assert (error.status, error.text) == (403, "forbidden")  # noqa: PT017 - the other outcome is right too
        return False


def test_valid_ones() -> None:
    """The current secret and the previous one open; none, an empty, a wrong and a longer one do not."""
    gate = OriginSecretCheck(Secrets("new", "old"), TTL, Clock())
    assert [admits(gate, secret) for secret in ("new", "old")] == [True, True]
    wrong = (None, "", "ne", "news", "older", "néw", "\ud800")
    assert [admits(gate, secret) for secret in wrong] == [False] * len(wrong)


def test_open() -> None:
    """Without a store everybody may ask, and nobody has proved anything."""
    assert OriginSecretCheck(None, TTL, Clock()).admit({"x-origin-secret": "new"}) is False


def test_read_once() -> None:
    """Right secrets cost nothing until the time is over."""
    secrets, clock = Secrets("new"), Clock()
    gate = OriginSecretCheck(secrets, TTL, clock)
    gate.prepare()
    for _ in range(10):
        assert admits(gate, "new")
        clock.now += 20
    assert secrets.asked == 1
    clock.now += TTL
    assert admits(gate, "new")
    assert secrets.asked == 2


def test_rotation() -> None:
    """A new secret is known within seconds of its first use, the one before it goes on, the one before that ends."""
    secrets, clock = Secrets("b", "a"), Clock()
    gate = OriginSecretCheck(secrets, TTL, clock)
    assert admits(gate, "a")
    clock.now += 10
    secrets.valid = ("c", "b")
    assert admits(gate, "c")
    assert admits(gate, "b")
    assert not admits(gate, "a")


def test_wrong_secrets_do_not_flood_the_store() -> None:
    """However many wrong ones come, the store is asked every five seconds at most."""
    secrets, clock = Secrets("new"), Clock()
    gate = OriginSecretCheck(secrets, TTL, clock)
    for _ in range(100):
        assert not admits(gate, "wrong")
        clock.now += 0.1
    assert secrets.asked <= 3


def test_store_fails() -> None:
    """The last good copy goes on; without one nobody can tell, which is 503 for a while."""
    secrets, clock = Secrets("new"), Clock()
    gate = OriginSecretCheck(secrets, TTL, clock)
    assert admits(gate, "new")
    secrets.fails = True
    clock.now += 2 * TTL
    assert admits(gate, "new")
    assert not admits(gate, "wrong")

    cold = OriginSecretCheck(secrets, TTL, clock)
    cold.prepare()
    for secret in ("new", "wrong"):
        with pytest.raises(OriginSecretError) as failed:
            cold.admit({"x-origin-secret": secret})
        assert failed.value.status == 503
        assert isinstance(failed.value.__cause__, StoreError)
    secrets.fails = False
    clock.now += 5
    assert admits(cold, "new")
