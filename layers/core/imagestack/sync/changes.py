"""Records of a DynamoDB stream: which edge paths a change makes stale, or which job is new."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagestack.control.jobs import PREFETCH, PURGE
from imagestack.rules.items import RULE_PREFIX, SETTINGS, partition_key
from imagestack.sync.paths import EVERYTHING, pattern_paths

# The attributes that affect responses; names, descriptions and times do not.
_OF_RESOURCES = ("active", "options", "origin")
_OF_RULES = ("active", "id", "options", "rule", "ruleType", "weight")
_RESOURCE_PREFIX = partition_key("")
_INSERT = "INSERT"

# A typed value of DynamoDB's protocol: {"S": "text"}.
Image = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class RecordEffect:
    """What a record requires.

    Attributes:
        paths: Edge paths to purge.
        job: Kind and number of a new job; None if the record is none.
    """

    paths: tuple[str, ...] = ()
    job: tuple[str, int] | None = None


def read_record(record: Mapping[str, Any]) -> RecordEffect:
    """Read a record of either table's stream, with its new and old image. Irrelevant records have no effect."""
    images = record["dynamodb"]
    pk, sk = images["Keys"]["pk"]["S"], images["Keys"]["sk"]["S"]
    before, after = images.get("OldImage", {}), images.get("NewImage", {})
    kind = pk.partition("#")[0]
    if kind in {PURGE, PREFETCH}:
        return RecordEffect(job=(kind, int(sk))) if record["eventName"] == _INSERT else RecordEffect()
    if pk.startswith(_RESOURCE_PREFIX):
        if sk == SETTINGS and _differs(before, after, _OF_RESOURCES):
            # CloudFront invalidates paths of all hosts.
            return RecordEffect(paths=(EVERYTHING,))
        if sk.startswith(RULE_PREFIX) and _differs(before, after, _OF_RULES):
            return RecordEffect(paths=_paths(before) + _paths(after))
    return RecordEffect()


def _differs(before: Image, after: Image, names: tuple[str, ...]) -> bool:
    """Whether one of the attributes differs, or the item itself appears or disappears."""
    return bool(before) != bool(after) or any(before.get(name) != after.get(name) for name in names)


def _paths(rule: Image) -> tuple[str, ...]:
    """The edge paths that a rule affects; none if it is switched off."""
    if not rule or rule.get("active") == {"BOOL": False}:
        return ()
    pattern = rule.get("rule", {}).get("S")
    return pattern_paths(pattern) if isinstance(pattern, str) else (EVERYTHING,)
