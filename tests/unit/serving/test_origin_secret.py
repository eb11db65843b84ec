"""Only requests that come through the distribution are accepted."""

from collections.abc import Sequence

import pytest

from imagestack.errors import ForbiddenError, OriginSecretError, StoreError
from imagestack.serving.origin_secret import OriginSecretCheck

TTL = 300.0


class Secrets:
    """A store of secrets whose values and failures a test can change."""

    def __init__(self, *values: str) -> None:
        self.valid: Sequence[str] = values
        self.fails = False
        self.reads = 0

    def values(self) -> Sequence[str]:
        self.reads += 1
        if self.fails:
            raise StoreError("no")
        return self.valid


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def accepts(check: OriginSecretCheck, secret: str | None) -> bool:
    try:
        return check.verify({} if secret is None else {"x-origin-secret": secret})
    except ForbiddenError as error:
        assert (error.status, error.text) == (403, "forbidden")  # noqa: PT017 - the other outcome is right too
        return False


def test_valid_ones() -> None:
    """The current secret and the previous one open; none, an empty, a wrong and a longer one do not."""
    check = OriginSecretCheck(Secrets("new", "old"), TTL, Clock())
    assert [accepts(check, secret) for secret in ("new", "old")] == [True, True]
    wrong = (None, "", "ne", "news", "older", "néw", "\ud800")
    assert [accepts(check, secret) for secret in wrong] == [False] * len(wrong)


def test_open() -> None:
    """Without a store every request is accepted, and none counts as from the distribution."""
    assert OriginSecretCheck(None, TTL, Clock()).verify({"x-origin-secret": "new"}) is False


def test_read_once() -> None:
    """With right secrets the store is read once per TTL."""
    secrets, clock = Secrets("new"), Clock()
    check = OriginSecretCheck(secrets, TTL, clock)
    check.prepare()
    for _ in range(10):
        assert accepts(check, "new")
        clock.now += 20
    assert secrets.reads == 1
    clock.now += TTL
    assert accepts(check, "new")
    assert secrets.reads == 2


def test_rotation() -> None:
    """A new secret is known within seconds of its first use, the one before it goes on, the one before that ends."""
    secrets, clock = Secrets("b", "a"), Clock()
    check = OriginSecretCheck(secrets, TTL, clock)
    assert accepts(check, "a")
    clock.now += 10
    secrets.valid = ("c", "b")
    assert accepts(check, "c")
    assert accepts(check, "b")
    assert not accepts(check, "a")


def test_wrong_secrets_do_not_flood_the_store() -> None:
    """The store is called every five seconds at most, however many wrong secrets come."""
    secrets, clock = Secrets("new"), Clock()
    check = OriginSecretCheck(secrets, TTL, clock)
    for _ in range(100):
        assert not accepts(check, "wrong")
        clock.now += 0.1
    assert secrets.reads <= 3


def test_store_fails() -> None:
    """The last good secrets stay valid; without any, requests get 503 until the store works."""
    secrets, clock = Secrets("new"), Clock()
    check = OriginSecretCheck(secrets, TTL, clock)
    assert accepts(check, "new")
    secrets.fails = True
    clock.now += 2 * TTL
    assert accepts(check, "new")
    assert not accepts(check, "wrong")

    cold = OriginSecretCheck(secrets, TTL, clock)
    cold.prepare()
    for secret in ("new", "wrong"):
        with pytest.raises(OriginSecretError) as failed:
            cold.verify({"x-origin-secret": secret})
        assert failed.value.status == 503
        assert isinstance(failed.value.__cause__, StoreError)
    secrets.fails = False
    clock.now += 5
    assert accepts(cold, "new")
