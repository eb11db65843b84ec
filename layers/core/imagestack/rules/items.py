"""Items of the rules table, validated into a resource. Operators also write them by hand, so every value is checked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from imagestack.rules.attributes import Attributes, integer, typed
from imagestack.rules.model import Origin, Resource, Rule
from imagestack.rules.option_items import GUARDS, read_options
from imagestack.rules.options import LOCKED, Options

SETTINGS = "SETTINGS"
RULE_PREFIX = "RULE#"

_REGULAR_EXPRESSION = 0


@dataclass(frozen=True)
class BrokenItem:
    """An item that was left out.

    Attributes:
        problem: why.
    """

    pk: str
    sk: str
    problem: str


def partition_key(host: str) -> str:
    """The `pk` of a host's items."""
    return f"RESOURCE#{host}"


def read_items(host: str, items: Iterable[Attributes], bucket: str) -> tuple[Resource | None, tuple[BrokenItem, ...]]:
    """Read all items of a host.

    Args:
        host: as in `pk`.
        items: plain attributes; numbers may be Decimal.
        bucket: the only bucket that an origin may name.

    Returns:
        The resource, None if the host has no items; and the items that were left out.

        An item that is left out and guards its images (`referrer_acl`, `secure_key`) admits nobody until it is
        repaired, if its pattern can be read. Broken settings keep their state and origin. If these are broken,
        nothing is served.
    """
    found = False
    broken = []
    settings = Resource(host)
    rules = []
    for item in items:
        found = True
        sk = str(item.get("sk", ""))
        try:
            if sk == SETTINGS:
                settings = _resource(host, item, bucket)
            elif sk.startswith(RULE_PREFIX):
                rules.append(_rule(sk, item))
        except ValueError as error:
            broken.append(BrokenItem(partition_key(host), sk, str(error)))
            if sk == SETTINGS:
                settings = _without_options(host, item, bucket)
            elif _guards(item):
                rules += _locked_rule(sk, item)
    if not found:
        return None, ()
    resource = Resource(host, settings.active, settings.origin, settings.options, tuple(rules))
    return resource, tuple(broken)


def _resource(host: str, item: Attributes, bucket: str) -> Resource:
    origin = typed(item, "origin", Mapping, {})
    named = typed(origin, "bucket", str, bucket)
    if named != bucket:
        raise ValueError("origin.bucket is not the originals bucket of this deployment")
    prefix = typed(origin, "prefix", str, "").strip("/")
    return Resource(
        host,
        active=typed(item, "active", bool, default=True),
        origin=Origin(f"{prefix}/" if prefix else ""),
        options=_options(item),
    )


def _without_options(host: str, item: Attributes, bucket: str) -> Resource:
    """Broken settings without their options. Without its origin a host would serve images of others."""
    try:
        rest = _resource(host, {**item, "options": None}, bucket)
    except ValueError:
        return Resource(host, active=False)
    return replace(rest, options=LOCKED) if _guards(item) else rest


def _rule(sk: str, item: Attributes) -> Rule:
    word = sk.removeprefix(RULE_PREFIX)
    if integer(item, "ruleType", _REGULAR_EXPRESSION) != _REGULAR_EXPRESSION:
        raise ValueError("ruleType is not 0")
    return Rule(
        id=integer(item, "id", int(word)) if word.isdecimal() else word,
        pattern=typed(item, "rule", str, ""),
        name=typed(item, "name", str, ""),
        weight=integer(item, "weight", 0),
        active=typed(item, "active", bool, default=True),
        options=_options(item),
    )


def _locked_rule(sk: str, item: Attributes) -> list[Rule]:
    try:
        return [replace(_rule(sk, {**item, "options": None}), options=LOCKED)]
    except ValueError:
        return []


def _options(item: Attributes) -> Options:
    return read_options(typed(item, "options", Mapping, {}))


def _guards(item: Attributes) -> bool:
    """Whether an item has an option that keeps its images from somebody and is not switched off."""
    options = item.get("options")
    if not isinstance(options, Mapping):
        return False
    present = [options[name] for name in GUARDS if options.get(name) is not None]
    return any(not isinstance(guard, Mapping) or guard.get("enabled") is not False for guard in present)
