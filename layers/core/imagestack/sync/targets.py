"""What there is of originals: the prefixes of their derived objects, and their paths at the edge."""

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
from imagestack.sync.paths import EVERYTHING, of_path, of_prefix
from imagestack.sync.ports import Item

# Bytes; a key that is so long that it is cut keeps more than these (see `imagestack.plan.derived_key`).
_UNCUT = 400


@dataclass(frozen=True)
class Targets:
    """What is to be removed.

    Attributes:
        derived: prefixes of derived objects.
        edge: paths.
    """

    derived: tuple[str, ...]
    edge: tuple[str, ...]


def resources(items: Iterable[Item], bucket: str) -> tuple[Resource, ...]:
    """All resources of a rules table as the data plane reads them, without their rules; that of all hosts in any case.

    Args:
        items: of the table.
        bucket: the originals'.
    """
    settings: dict[str, list[Item]] = defaultdict(list, {ANY_HOST: []})
    beginning = partition_key("")
    for item in items:
        pk = str(item["pk"])
        if pk.startswith(beginning):
            settings[pk.removeprefix(beginning)] += [item] if item["sk"] == SETTINGS else []
    return tuple(read_items(host, found, bucket)[0] or Resource(host) for host, found in settings.items())


def of_original(key: str, found: Iterable[Resource]) -> Targets:
    """What there is of one original: below every resource whose origin has it."""
    derived: list[str] = []
    edge: list[str] = []
    for resource in found:
        rest = key.removeprefix(resource.origin.prefix)
        if rest and key.startswith(resource.origin.prefix):
            derived.append(derived_prefix(resource.host, rest))
            edge += of_path(f"/{rest}")
    return Targets(tuple(derived), tuple(dict.fromkeys(edge)))


def of_purge(host: str, payload: Mapping[str, Any]) -> Targets:
    """What a purge asks for; see `imagestack.control.jobs`.

    An address stands for all variants of its image, whatever its query is. A path stands for itself and all below, with
    an asterisk for everything that starts so; no paths stand for everything.
    """
    derived: list[str] = []
    edge: list[str] = []
    for url in payload.get("urls") or ():
        key = _key(url)
        derived.append(derived_prefix(host, key))
        edge += of_path(f"/{key}")
    paths = payload.get("paths")
    for path in paths or ():
        text = path.partition("?")[0]
        key = _key(text.removesuffix("*"))
        if text.endswith("*"):
            derived.append(_beginning(host, key))
            edge += of_prefix(f"/{key}")
        else:
            key = key.rstrip("/")
            derived.append(_beginning(host, key, "/" if key else ""))
            edge += (*of_path(f"/{key}"), *of_prefix(f"/{key}/")) if key else (EVERYTHING,)
    if paths is not None and not paths:
        derived.append(_beginning(host, ""))
        edge.append(EVERYTHING)
    return Targets(tuple(dict.fromkeys(derived)), tuple(dict.fromkeys(edge)))


def _beginning(host: str, text: str, end: str = "") -> str:
    """What the keys of derived objects begin with, of all originals whose keys begin with a text, and then an end.

    Where the text is so long that keys may be cut, it finds more than was asked for.
    """
    found = derived_prefix(host, text).removesuffix("/@/")
    longest = found.index("/") + 1 + _UNCUT
    cut = found.encode()[:longest].decode(errors="ignore")
    return f"{found}{end}" if cut == found else cut


def _key(path: str) -> str:
    """The original's key in a path as an operator wrote it."""
    text = path.partition("?")[0]
    try:
        return image_request("GET", text, (), {}).key
    except BadRequestError:
        # No image can be asked for so, but the beginning of one may look like it.
        return unquote(text).removeprefix("/")
