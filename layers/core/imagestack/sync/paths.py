"""Paths of invalidations (CloudFront's developer guide, "What you need to know when invalidating paths").

The edge keeps an image under the path that `functions/edge/viewer_request.js` makes: canonically encoded, then each `%`
encoded once more. The guide recommends to invalidate the path before a function changes it, too. For most names both
are the same. An asterisk at the end matches anything, the query included. `/a.jpg*` would match `/a.jpgx` too, so that
the paths of an image are `/a.jpg` and `/a.jpg?*`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain
from urllib.parse import quote

EVERYTHING = "/*"
# Of one distribution there may be 15 paths with an asterisk in progress (guide, "Concurrent invalidation request
# maximum"), and 3,000 without. Some are left for other callers.
WILDCARDS = 10
SINGLES = 1_000

_LONGEST = 4_000
_VARIANTS = "?*"
_METACHARACTERS = frozenset(".^$*+?()[]{}|\\")
# Metacharacters that make the character before them optional.
_OPTIONAL = frozenset("*?{")


def image_paths(path: str) -> tuple[str, ...]:
    """The paths of an image, with any query.

    Args:
        path: The decoded path, with its leading slash.
    """
    paths = tuple(spelling + end for spelling in _spellings(path) for end in ("", _VARIANTS))
    return prefix_paths(path) if max(map(len, paths)) > _LONGEST else paths


def prefix_paths(prefix: str) -> tuple[str, ...]:
    """The paths of everything below a decoded prefix with a leading slash. A long prefix is cut and matches more."""
    while max(map(len, _spellings(prefix))) >= _LONGEST:
        prefix = prefix[: len(prefix) // 2]
    return tuple(f"{spelling}*" for spelling in _spellings(prefix))


def pattern_paths(pattern: str) -> tuple[str, ...]:
    """The paths of everything that a rule's pattern can match, by its literal beginning."""
    if not pattern.startswith("^/") or "|" in pattern:
        return (EVERYTHING,)
    text = pattern[1:]
    end = next((at for at, character in enumerate(text) if character in _METACHARACTERS), len(text))
    if text[end : end + 1] in _OPTIONAL:
        end -= 1
    return prefix_paths(text[:end] or "/")


def is_wildcard(path: str) -> bool:
    """Whether a path ends in an asterisk."""
    return path.endswith("*")


def covers(path: str, address: str) -> bool:
    """Whether a path matches an address: the path of an edge copy, with `?` and the query if there is one.

    An address may also be a path of an invalidation.
    """
    return address.startswith(path[:-1]) if is_wildcard(path) else address == path


def merged(paths: Iterable[str], wildcards: int = WILDCARDS) -> list[str]:
    """Leave out covered paths, and reduce the wildcards to a number.

    Too many wildcards are replaced by the deepest folder that holds the most of them. That purges more than needed, but
    makes one path of a folder with a thousand new images.
    """
    kept = _uncovered(set(paths))
    while len(wildcard_paths := [path for path in kept if is_wildcard(path)]) > wildcards:
        folders = Counter(map(_folder, wildcard_paths))
        fullest = max(folders, key=lambda folder: (folder.count("/"), folders[folder], folder))
        # No other path covers this folder: such a path would have covered its content.
        kept = {path for path in kept if not covers(fullest, path)} | {fullest}
    return sorted(kept)


def batches(paths: Iterable[str], wildcards: int = WILDCARDS, singles: int = SINGLES) -> Iterator[list[str]]:
    """Split paths into groups that each fit into an invalidation."""
    kept = sorted(set(paths))
    wildcard_paths, single = (
        [path for path in kept if is_wildcard(path)],
        [path for path in kept if not is_wildcard(path)],
    )
    while wildcard_paths or single:
        yield list(chain(wildcard_paths[:wildcards], single[:singles]))
        wildcard_paths, single = wildcard_paths[wildcards:], single[singles:]


def _folder(path: str) -> str:
    """The folder of a path with an asterisk, as a path."""
    return f"{path.removesuffix('*').removesuffix('?').rstrip('/').rpartition('/')[0]}/*"


def _uncovered(paths: set[str]) -> set[str]:
    wildcard_paths = [path for path in paths if is_wildcard(path)]
    return {path for path in paths if not any(covers(other, path) for other in wildcard_paths if other != path)}


def _spellings(path: str) -> tuple[str, ...]:
    canonical = quote(path, safe="/")
    return tuple(dict.fromkeys((canonical.replace("%", "%25"), canonical)))
