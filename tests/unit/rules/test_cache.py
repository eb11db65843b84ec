"""Resources in the memory of a warm function."""

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
    """A rules table that counts its queries and fails on demand."""

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
    """Cached rules over a fake table, with a clock that tests set."""

    ttl: float = TTL
    now: float = 1000.0
    table: FakeTable = field(default_factory=FakeTable)
    reports: list[BrokenItem] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rules = CachedRules(self.table, "originals", self.ttl, lambda: self.now, self.reports.append)

    def quality(self, host: str) -> int | Auto | None:
        """A value that differs between resources; None if there is no resource."""
        resource = self.rules.resource(host)
        return (resource.options_for("/").image_stack or ImageStack()).quality if resource else None


def test_asked_once() -> None:
    """Within the time to live the table is queried once for each host."""
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
    """With a time to live of 0 each request queries the table."""
    warm = Warm(ttl=0)
    for quality in (10, 20):
        warm.table.put("a", quality)
        assert warm.quality("a") == quality


def test_fallback() -> None:
    """A host without a resource of its own has that of `*`. The first host costs two Queries, another host one."""
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
    """A request without a usable host queries `*` alone, once."""
    warm = Warm()
    assert warm.quality("*") is None
    assert warm.quality("*") is None
    assert warm.table.asked == {"*": 1}


def test_no_resource_at_all() -> None:
    """The absence of a resource is cached as well, for the time to live."""
    warm = Warm()
    assert warm.quality("a") is None
    assert warm.quality("a") is None
    assert warm.table.asked == {"a": 1, "*": 1}
    warm.table.put("a", 10)
    warm.now += TTL
    assert warm.quality("a") == 10


def test_last_good_copy() -> None:
    """While the table fails, the last good copy is served, however old. When it recovers, the new one is served."""
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
    """After a failure not every request queries the table. Seconds later it is queried again."""
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
    """After a failure the table is queried again before a good copy would expire."""
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
    """Without a copy the failure is raised and cached for seconds. Then the table is queried again."""
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
    """If a host has no resource and the lookup of `*` fails, the failure is raised."""
    warm = Warm()
    warm.quality("a")
    warm.table.failing = True
    with pytest.raises(StoreError):
        warm.rules.resource("b")


def test_failure_does_not_grow() -> None:
    """A failure that is cached during a long outage keeps no reference to the requests that met it."""
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
    """Anybody can send any Host, so only the latest hosts are cached. Others are queried again."""
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
    """Items that are left out are reported each time they are read."""
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
