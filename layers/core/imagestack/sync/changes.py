"""What a record of a stream tells: which copies no longer hold, or that there is a new job."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagestack.control.jobs import PREFETCH, PURGE
from imagestack.rules.items import RULE_PREFIX, SETTINGS, partition_key
from imagestack.sync.paths import EVERYTHING, of_pattern

# What decides about answers; names, descriptions and times do not.
_OF_RESOURCES = ("active", "options", "origin")
_OF_RULES = ("active", "id", "options", "rule", "ruleType", "weight")
_RESOURCE_PREFIX = partition_key("")
_INSERT = "INSERT"

# A typed value of DynamoDB's protocol: {"S": "text"}.
Image = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Change:
    """What follows from a record.

    Attributes:
        paths: of the edge that are to be purged.
        job: kind and number of a job that has just been recorded.
    """

    paths: tuple[str, ...] = ()
    job: tuple[str, int] | None = None


def read_record(record: Mapping[str, Any]) -> Change:
    """Read a record of the stream of either table, with new and old image. What is of no concern changes nothing."""
    told = record["dynamodb"]
    pk, sk = told["Keys"]["pk"]["S"], told["Keys"]["sk"]["S"]
    before, after = told.get("OldImage", {}), told.get("NewImage", {})
    kind = pk.partition("#")[0]
    if kind in {PURGE, PREFETCH}:
        return Change(job=(kind, int(sk))) if record["eventName"] == _INSERT else Change()
    if pk.startswith(_RESOURCE_PREFIX):
        if sk == SETTINGS and _differs(before, after, _OF_RESOURCES):
            # CloudFront knows no hosts, only paths.
            return Change(paths=(EVERYTHING,))
        if sk.startswith(RULE_PREFIX) and _differs(before, after, _OF_RULES):
            return Change(paths=_paths(before) + _paths(after))
    return Change()


def _differs(before: Image, after: Image, names: tuple[str, ...]) -> bool:
    """Whether it makes a difference; that an item is there at all is one."""
    return bool(before) != bool(after) or any(before.get(name) != after.get(name) for name in names)


def _paths(rule: Image) -> tuple[str, ...]:
    """What a rule decides about: nothing if it is switched off."""
    if not rule or rule.get("active") == {"BOOL": False}:
        return ()
    pattern = rule.get("rule", {}).get("S")
    return of_pattern(pattern) if isinstance(pattern, str) else (EVERYTHING,)
