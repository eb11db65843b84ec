"""Parameters of a query that nothing reads, for people who wonder why they have no effect."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from imagestack.request.foreign_names import ALIASES
from imagestack.request.parameters import PARAMETERS
from imagestack.request.signed_url import EXPIRES, SIGNATURE

_KNOWN = (*PARAMETERS, SIGNATURE, EXPIRES)
# Below this similarity of `difflib` a suggestion would be a guess: `fbclid` is not far from `flip`.
_SIMILAR = 0.7
# Longer names are not compared, since that takes time and nobody mistypes them.
_LONGEST = 20


@dataclass(frozen=True)
class UnknownParameter:
    """A parameter that is ignored.

    Attributes:
        name: its name, decoded.
        nearest: the known parameter that may have been meant; None if no name is near.
    """

    name: str
    nearest: str | None


def unknown_parameters(query: Iterable[tuple[str, str]]) -> tuple[UnknownParameter, ...]:
    """The unknown parameters of a query, each once, in their order.

    Args:
        query: decoded names and values.
    """
    names = dict.fromkeys(name for name, _ in query if name and name not in _KNOWN)
    return tuple(UnknownParameter(name, _nearest(name)) for name in names)


def _nearest(name: str) -> str | None:
    lower = name.strip().lower()
    if lower in _KNOWN:
        return lower
    if lower in ALIASES or len(lower) > _LONGEST:
        return ALIASES.get(lower)
    found = get_close_matches(lower, _KNOWN, n=1, cutoff=_SIMILAR)
    return found[0] if found else None
