"""Items of the rules table, validated into a resource. Operators write them by hand too: nothing is taken on trust."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from imagestack.rules import ImageStack, Options, Origin, Resource, Rule

SETTINGS = "SETTINGS"
RULE_PREFIX = "RULE#"

_MAX_QUALITY = 100
_REGULAR_EXPRESSION = 0


@dataclass(frozen=True)
class BrokenItem:
    """An item that was left out, and why."""

    pk: str
    sk: str
    problem: str


def partition_key(host: str) -> str:
    """The `pk` of a host's items."""
    return f"RESOURCE#{host}"


def read_items(
    host: str, items: Iterable[Mapping[str, Any]], bucket: str
) -> tuple[Resource | None, tuple[BrokenItem, ...]]:
    """Read all items of a host.

    Args:
        host: as in `pk`.
        items: plain attributes; numbers may be Decimal.
        bucket: the one bucket that an origin may name.

    Returns:
        The resource, None if there is not one item; and the items that were left out of it.
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
    if not found:
        return None, ()
    resource = Resource(host, settings.active, settings.origin, settings.options, tuple(rules))
    return resource, tuple(broken)


def _resource(host: str, item: Mapping[str, Any], bucket: str) -> Resource:
    origin = _typed(item, "origin", Mapping, {})
    named = _typed(origin, "bucket", str, bucket)
    if named != bucket:
        raise ValueError("origin.bucket is not the originals bucket of this deployment")
    prefix = _typed(origin, "prefix", str, "").strip("/")
    return Resource(
        host,
        active=_typed(item, "active", bool, default=True),
        origin=Origin(f"{prefix}/" if prefix else ""),
        options=_options(item),
    )


def _rule(sk: str, item: Mapping[str, Any]) -> Rule:
    word = sk.removeprefix(RULE_PREFIX)
    if _integer(item, "ruleType", _REGULAR_EXPRESSION) != _REGULAR_EXPRESSION:
        raise ValueError("ruleType is not 0")
    return Rule(
        id=_integer(item, "id", int(word)) if word.isdecimal() else word,
        pattern=_typed(item, "rule", str, ""),
        name=_typed(item, "name", str, ""),
        weight=_integer(item, "weight", 0),
        active=_typed(item, "active", bool, default=True),
        options=_options(item),
    )


def _options(item: Mapping[str, Any]) -> Options:
    options = _typed(item, "options", Mapping, {})
    found = _typed(options, "image_stack", Mapping, None)
    if found is None:
        return Options()
    default = ImageStack()
    quality = _integer(found, "quality", default.quality)
    if not 0 <= quality <= _MAX_QUALITY:
        raise ValueError("image_stack.quality is not between 0 and 100")
    return Options(
        ImageStack(
            enabled=_typed(found, "enabled", bool, default.enabled),
            quality=quality,
            webp_enabled=_typed(found, "webp_enabled", bool, default.webp_enabled),
            avif_enabled=_typed(found, "avif_enabled", bool, default.avif_enabled),
            png_lossless=_typed(found, "png_lossless", bool, default.png_lossless),
        )
    )


def _typed(item: Mapping[str, Any], name: str, kind: type, default: Any) -> Any:  # noqa: ANN401 - attributes are of any type
    """An attribute of one type; the default where it is absent or null."""
    value = item.get(name)
    if value is None:
        return default
    if not isinstance(value, kind):
        raise ValueError(f"{name} is not of the type {kind.__name__.lower()}")  # noqa: TRY004 - a broken value, not a wrong call
    return value


def _integer(item: Mapping[str, Any], name: str, default: int) -> int:
    value = item.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value != int(value):
        raise ValueError(f"{name} is not a whole number")
    return int(value)
