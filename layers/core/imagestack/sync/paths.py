"""Paths as an invalidation names them (CloudFront's developer guide, "What you need to know when invalidating paths").

The edge keeps an image under the path that `functions/edge/viewer_request.js` makes: canonically encoded, then each `%`
encoded once more. The guide recommends to invalidate the path before a function changed it as well; where both are the
same, as with most names, that is one. An asterisk at the end stands for anything, the query included; `/a.jpg*` would
find `/a.jpgx` too, so that an image is named as `/a.jpg` and `/a.jpg?*`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from urllib.parse import quote

EVERYTHING = "/*"
# Of one distribution there may be 15 paths with an asterisk in progress (guide, "Concurrent invalidation request
# maximum"), and 3,000 without. Some are left to whoever else invalidates.
WILDCARDS = 10
SINGLES = 1_000

_LONGEST = 4_000
_VARIANTS = "?*"
_METACHARACTERS = frozenset(".^$*+?()[]{}|\\")
# Behind these a character may be missing.
_OPTIONAL = frozenset("*?{")


def of_path(path: str) -> tuple[str, ...]:
    """All variants of one image.

    Args:
        path: decoded, with its leading slash.
    """
    found = tuple(spelling + end for spelling in _spellings(path) for end in ("", _VARIANTS))
    return of_prefix(path) if max(map(len, found)) > _LONGEST else found


def of_prefix(prefix: str) -> tuple[str, ...]:
    """Everything whose path starts so; decoded, with its leading slash. What is too long is cut, and finds more."""
    while max(map(len, _spellings(prefix))) >= _LONGEST:
        prefix = prefix[: len(prefix) // 2]
    return tuple(f"{spelling}*" for spelling in _spellings(prefix))


def of_pattern(pattern: str) -> tuple[str, ...]:
    """Everything that a rule's pattern can match: what it begins with, as far as that is plain text."""
    if not pattern.startswith("^/") or "|" in pattern:
        return (EVERYTHING,)
    text = pattern[1:]
    end = next((at for at, character in enumerate(text) if character in _METACHARACTERS), len(text))
    if text[end : end + 1] in _OPTIONAL:
        end -= 1
    return of_prefix(text[:end] or "/")


def is_wildcard(path: str) -> bool:
    """Whether a path stands for many."""
    return path.endswith("*")


def covers(path: str, address: str) -> bool:
    """Whether a path finds an address: the path that the edge keeps, with `?` and the query if it has one.

    An address may be a path of an invalidation too.
    """
    return address.startswith(path[:-1]) if is_wildcard(path) else address == path


def merged(paths: Iterable[str], wildcards: int = WILDCARDS) -> list[str]:
    """The same paths without those that others cover, and with so many wildcards at most.

    Where they are too many, those of the deepest and fullest folder are put together as that folder: it purges more
    than was asked for, but one folder of a thousand new images is one path.
    """
    found = _uncovered(set(paths))
    while len(many := [path for path in found if is_wildcard(path)]) > wildcards:
        folders = Counter(map(_folder, many))
        fullest = max(folders, key=lambda folder: (folder.count("/"), folders[folder], folder))
        # What covers this folder would have covered what is in it.
        found = {path for path in found if not covers(fullest, path)} | {fullest}
    return sorted(found)


def batches(paths: Iterable[str], wildcards: int = WILDCARDS, singles: int = SINGLES) -> Iterator[list[str]]:
    """The same paths in groups that an invalidation each can take."""
    found = sorted(set(paths))
    many, single = [path for path in found if is_wildcard(path)], [path for path in found if not is_wildcard(path)]
    while many or single:
        yield list(chain(many[:wildcards], single[:singles]))
        many, single = many[wildcards:], single[singles:]


def _folder(path: str) -> str:
    """The folder above a path with an asterisk, as a path."""
    return f"{path.removesuffix('*').removesuffix('?').rstrip('/').rpartition('/')[0]}/*"


def _uncovered(paths: set[str]) -> set[str]:
    many = [path for path in paths if is_wildcard(path)]
    return {path for path in paths if not any(covers(other, path) for other in many if other != path)}


def _spellings(path: str) -> tuple[str, ...]:
    canonical = quote(path, safe="/")
    return tuple(dict.fromkeys((canonical.replace("%", "%25"), canonical)))
