"""The derived objects and edge paths that belong to originals."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from imagestack.errors import BadRequestError
from imagestack.plan.derived_key import derived_prefix
from imagestack.request.image_request import image_request
from imagestack.rules.items import SETTINGS, partition_key, read_items
from imagestack.rules.model import ANY_HOST, Resource
from imagestack.sync.paths import EVERYTHING, image_paths, prefix_paths
from imagestack.sync.ports import Item

# Bytes that a cut key keeps at least; see `imagestack.plan.derived_key`.
_UNCUT = 400


@dataclass(frozen=True)
class PurgeTargets:
    """The derived objects and edge paths that a purge removes.

    Attributes:
        derived: Prefixes of derived objects.
        edge: Edge paths.
    """

    derived: tuple[str, ...]
    edge: tuple[str, ...]


def resources(items: Iterable[Item], bucket: str) -> tuple[Resource, ...]:
    """All resources as the data plane reads them, without their rules; the resource of all hosts is always among them.

    Args:
        items: The items of the rules table.
        bucket: The bucket of originals.
    """
    settings: dict[str, list[Item]] = defaultdict(list, {ANY_HOST: []})
    beginning = partition_key("")
    for item in items:
        pk = str(item["pk"])
        if pk.startswith(beginning):
            settings[pk.removeprefix(beginning)] += [item] if item["sk"] == SETTINGS else []
    return tuple(read_items(host, own, bucket)[0] or Resource(host) for host, own in settings.items())


def original_targets(key: str, known: Iterable[Resource]) -> PurgeTargets:
    """The targets of one original, for every resource whose origin contains it."""
    derived: list[str] = []
    edge: list[str] = []
    for resource in known:
        rest = key.removeprefix(resource.origin.prefix)
        if rest and key.startswith(resource.origin.prefix):
            derived.append(derived_prefix(resource.host, rest))
            edge += image_paths(f"/{rest}")
    return PurgeTargets(tuple(derived), tuple(dict.fromkeys(edge)))


def purge_targets(host: str, payload: Mapping[str, Any]) -> PurgeTargets:
    """The targets of a purge; see `imagestack.control.jobs`.

    A URL means its image with any query. A path means itself and everything below; with an asterisk, it
    means everything that begins with it. An empty list of paths means everything.
    """
    derived: list[str] = []
    edge: list[str] = []
    for url in payload.get("urls") or ():
        key = _key(url)
        derived.append(derived_prefix(host, key))
        edge += image_paths(f"/{key}")
    paths = payload.get("paths")
    for path in paths or ():
        text = path.partition("?")[0]
        key = _key(text.removesuffix("*"))
        if text.endswith("*"):
            derived.append(_beginning(host, key))
            edge += prefix_paths(f"/{key}")
        else:
            key = key.rstrip("/")
            derived.append(_beginning(host, key, "/" if key else ""))
            edge += (*image_paths(f"/{key}"), *prefix_paths(f"/{key}/")) if key else (EVERYTHING,)
    if paths is not None and not paths:
        derived.append(_beginning(host, ""))
        edge.append(EVERYTHING)
    return PurgeTargets(tuple(dict.fromkeys(derived)), tuple(dict.fromkeys(edge)))


def _beginning(host: str, text: str, end: str = "") -> str:
    """The beginning of the keys of derived objects, for all originals whose keys begin with a text, followed by an end.

    If the text is so long that keys may be cut, the result matches more.
    """
    prefix = derived_prefix(host, text).removesuffix("/@/")
    longest = prefix.index("/") + 1 + _UNCUT
    cut = prefix.encode()[:longest].decode(errors="ignore")
    return f"{prefix}{end}" if cut == prefix else cut


def _key(path: str) -> str:
    """The key of the original in a path that an operator wrote."""
    text = path.partition("?")[0]
    try:
        return image_request("GET", text, (), {}).key
    except BadRequestError:
        # Not the path of an image, but it may be the beginning of one.
        return unquote(text).removeprefix("/")
