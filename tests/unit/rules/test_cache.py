"""Resources as a warm function remembers them."""

import traceback
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from imagestack.errors import StoreError
from imagestack.quality import Auto
from imagestack.rules.cache import CachedRules
from imagestack.rules.items import BrokenItem
from imagestack.rules.options import ImageStack

TTL = 30.0


@dataclass
class FakeTable:
    """A rules table that counts what it is asked, and fails when it is told to."""

    hosts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    failing: bool = False
    asked: Counter[str] = field(default_factory=Counter)

    def items(self, host: str) -> Sequence[Mapping[str, Any]]:
        self.asked[host] += 1
        if self.failing:
            raise StoreError("the table does not answer")
        return self.hosts.get(host, [])

    def put(self, host: str, quality: int) -> None:
        self.hosts[host] = [{"sk": "SETTINGS", "options": {"image_stack": {"enabled": True, "quality": quality}}}]


@dataclass
class Warm:
    """A warm function's rules over a fake table, with a clock of its own."""

    ttl: float = TTL
    now: float = 1000.0
    table: FakeTable = field(default_factory=FakeTable)
    reports: list[BrokenItem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules = CachedRules(self.table, "originals", self.ttl, lambda: self.now, self.reports.append)

    def quality(self, host: str) -> int | Auto | None:
        """What tells resources apart; None if there is no resource."""
        resource = self.rules.resource(host)
        return (resource.options_for("/").image_stack or ImageStack()).quality if resource else None


def test_asked_once() -> None:
    """Within the time to live the table is asked once a host."""
    warm = Warm()
    warm.table.put("a", 10)
    assert [warm.quality("a") for _ in range(5)] == [10] * 5
    warm.now += TTL - 0.1
    assert warm.quality("a") == 10
    assert warm.table.asked == {"a": 1}


def test_asked_again() -> None:
    """After the time to live a change is seen."""
    warm = Warm()
    warm.table.put("a", 10)
    assert warm.quality("a") == 10
    warm.table.put("a", 20)
    assert warm.quality("a") == 10
    warm.now += TTL
    assert warm.quality("a") == 20
    assert warm.table.asked == {"a": 2}


def test_without_time_to_live() -> None:
    """With a time to live of 0 each request asks."""
    warm = Warm(ttl=0)
    for quality in (10, 20):
        warm.table.put("a", quality)
        assert warm.quality("a") == quality


def test_fallback() -> None:
    """A host without a resource of its own is answered by `*`: two Queries, then none for it, one for another."""
    warm = Warm()
    warm.table.put("*", 10)
    assert warm.quality("a") == 10
    assert warm.table.asked == {"a": 1, "*": 1}
    assert warm.quality("a") == 10
    assert warm.table.asked == {"a": 1, "*": 1}
    assert warm.quality("b") == 10
    assert warm.table.asked == {"a": 1, "b": 1, "*": 1}


def test_own_resource_alone() -> None:
    """A host with a resource of its own costs one Query."""
    warm = Warm()
    warm.table.put("*", 10)
    warm.table.put("a", 20)
    assert warm.quality("a") == 20
    assert warm.table.asked == {"a": 1}


def test_any_host() -> None:
    """A request without a usable host asks for `*` alone, once."""
    warm = Warm()
    assert warm.quality("*") is None
    assert warm.quality("*") is None
    assert warm.table.asked == {"*": 1}


def test_no_resource_at_all() -> None:
    """That there is no resource is remembered as well, and forgotten after the time to live."""
    warm = Warm()
    assert warm.quality("a") is None
    assert warm.quality("a") is None
    assert warm.table.asked == {"a": 1, "*": 1}
    warm.table.put("a", 10)
    warm.now += TTL
    assert warm.quality("a") == 10


def test_last_good_copy() -> None:
    """While the table fails the last good copy is served, however old; when it answers again, the new one."""
    warm = Warm()
    warm.table.put("a", 10)
    warm.quality("a")
    warm.table.failing = True
    for _ in range(100):
        warm.now += TTL
        assert warm.quality("a") == 10
    warm.table.failing = False
    warm.table.put("a", 20)
    warm.now += TTL
    assert warm.quality("a") == 20


def test_last_good_copy_of_none() -> None:
    """That a host had no resource is a good copy, too."""
    warm = Warm()
    warm.table.put("*", 10)
    warm.quality("a")
    warm.table.failing = True
    warm.now += TTL
    assert warm.quality("a") == 10


def test_failing_table_is_left_alone() -> None:
    """A table that failed is not asked by every request; in seconds it is asked again."""
    warm = Warm()
    warm.table.put("a", 10)
    warm.quality("a")
    warm.table.failing = True
    warm.now += TTL
    assert [warm.quality("a") for _ in range(10)] == [10] * 10
    assert warm.table.asked["a"] == 2
    warm.now += TTL
    warm.quality("a")
    assert warm.table.asked["a"] == 3


def test_retry_comes_before_the_time_to_live() -> None:
    """After a failure the table is asked again sooner than a good copy would expire."""
    warm = Warm(ttl=3600)
    warm.table.put("a", 10)
    warm.quality("a")
    warm.table.failing = True
    warm.now += 3600
    warm.quality("a")
    warm.table.failing = False
    warm.table.put("a", 20)
    warm.now += 60
    assert warm.quality("a") == 20


def test_failure_without_a_copy() -> None:
    """Without a copy the failure is the answer, remembered for seconds; then the table is asked again."""
    warm = Warm()
    warm.table.put("a", 10)
    warm.table.failing = True
    for _ in range(3):
        with pytest.raises(StoreError):
            warm.rules.resource("a")
    assert warm.table.asked == {"a": 1}
    warm.table.failing = False
    warm.now += TTL
    assert warm.quality("a") == 10


def test_failure_of_the_fallback() -> None:
    """If it is known that a host has no resource but not what `*` says, the failure is the answer."""
    warm = Warm()
    warm.quality("a")
    warm.table.failing = True
    with pytest.raises(StoreError):
        warm.rules.resource("b")


def test_failure_does_not_grow() -> None:
    """A failure that is remembered through a long outage holds on to no request that met it."""
    warm = Warm()
    warm.table.failing = True
    lengths = set()
    for _ in range(20):
        with pytest.raises(StoreError) as raised:
            warm.rules.resource("a")
        lengths.add(sum(1 for _ in traceback.walk_tb(raised.value.__traceback__)))
        warm.now += 1
    assert max(lengths) < 10


def test_hosts_are_bounded() -> None:
    """Anybody can send any Host: memory holds the latest only, and what fell out is asked for again."""
    warm = Warm()
    warm.quality("first")
    for number in range(10_000):
        warm.quality(f"host-{number}")
    asked = warm.table.asked.total()
    warm.quality("host-9999")
    assert warm.table.asked.total() == asked
    warm.quality("first")
    assert warm.table.asked["first"] == 2


def test_broken_items_are_reported() -> None:
    """Items that are left out are reported whenever they are read, and not more often."""
    warm = Warm()
    warm.table.hosts["a"] = [{"sk": "RULE#1", "rule": "("}]
    warm.quality("a")
    warm.quality("a")
    assert [report.sk for report in warm.reports] == ["RULE#1"]
    warm.now += TTL
    warm.quality("a")
    assert len(warm.reports) == 2


def test_foreign_buckets_are_refused() -> None:
    """The bucket that an origin may name is the one of the deployment."""
    warm = Warm()
    warm.table.hosts["a"] = [{"sk": "SETTINGS", "origin": {"bucket": "another"}}]
    warm.table.hosts["b"] = [{"sk": "SETTINGS", "origin": {"bucket": "originals"}}]
    warm.quality("a")
    warm.quality("b")
    assert [report.pk for report in warm.reports] == ["RESOURCE#a"]
