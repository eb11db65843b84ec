"""A distribution as values: its behaviours, cache keys, lifetimes and origins."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from urllib.parse import unquote_to_bytes

from imagestack_local.front.headers_policy import NO_POLICY, HeadersPolicy

ERROR_SECONDS = 10
"""How long an error is cached by default (developer guide, "Control how long CloudFront caches errors")."""

_UNRESERVED = re.compile(r"%(?:2[de]|5f|7e|3[0-9]|[46][1-9a-f]|[57][0-9a])", re.IGNORECASE)


class Which(StrEnum):
    """How headers, cookies or parameters of a request are selected."""

    NONE = "none"
    WHITELIST = "whitelist"
    ALL_EXCEPT = "allExcept"
    ALL = "all"


@dataclass(frozen=True)
class Selection:
    """A selection of names."""

    which: Which = Which.NONE
    names: frozenset[str] = frozenset()

    def __contains__(self, name: str) -> bool:
        """Whether a name is selected. Names of headers are in lower case on both sides."""
        match self.which:
            case Which.NONE:
                return False
            case Which.WHITELIST:
                return name in self.names
            case Which.ALL_EXCEPT:
                return name not in self.names
            case _:
                return True


@dataclass(frozen=True)
class Parts:
    """Parts of a request: those of the cache key, or those that are sent to the origin besides."""

    headers: Selection = Selection()
    cookies: Selection = Selection()
    query: Selection = Selection()


@dataclass(frozen=True)
class CachePolicy:
    """How long responses are cached (seconds), and by which parts of a request besides the path."""

    minimum: int
    default: int
    maximum: int
    key: Parts = Parts()


@dataclass(frozen=True)
class Origin:
    """An origin of the distribution."""

    id: str
    headers: tuple[tuple[bytes, bytes], ...] = ()
    """The origin's custom headers, which replace those of the viewer."""
    timeout: float = 30
    """Seconds until the response begins, and between any two parts of it."""


@dataclass(frozen=True)
class Code:
    """A CloudFront function: its name and its JavaScript."""

    name: str
    text: str


@dataclass(frozen=True, eq=False)
class Behaviour:
    """A cache behaviour."""

    pattern: str
    """Path pattern; `*` for the default."""
    origin: Origin
    allowed: frozenset[str]
    """Methods that are allowed."""
    cached: frozenset[str]
    """Methods whose responses may be cached."""
    cache: CachePolicy
    forwarded: Parts = Parts()
    """Parts that are sent to the origin besides those of the cache key."""
    headers: HeadersPolicy = NO_POLICY
    viewer_request: Code | None = None
    viewer_response: Code | None = None

    @cached_property
    def keeps_cookies(self) -> bool:
        """Whether any cookie is sent to the origin; only then its own cookies reach the viewer."""
        return any(part.cookies.which is not Which.NONE for part in (self.cache.key, self.forwarded))

    def varies_by(self, name: str) -> bool:
        """Whether a name in the origin's Vary reaches the viewer.

        Guide, "Request and response behavior for custom origins", headers that CloudFront removes or updates.
        """
        return name in ("accept-encoding", "cookie") or name in self.cache.key.headers or name in self.forwarded.headers


@dataclass(frozen=True)
class Distribution:
    """All behaviours, in the order in which their patterns are tried; the last one is the default."""

    behaviours: tuple[Behaviour, ...]
    error_seconds: Mapping[int, int] = field(default_factory=dict)
    """How long an error is cached at least, by status."""

    def behaviour(self, path: str) -> Behaviour:
        """The behaviour for a path as the viewer sent it.

        The path is compared in its normal form (RFC 3986 section 6.2.2; guide, "Path pattern"). The origin gets
        it unchanged.
        """
        normal = _normal(path)
        return next(behaviour for behaviour, pattern in self._patterns if pattern.fullmatch(normal))

    def errors(self, status: int) -> int:
        """Seconds for which an error is cached at least."""
        return self.error_seconds.get(status, ERROR_SECONDS)

    @cached_property
    def _patterns(self) -> tuple[tuple[Behaviour, re.Pattern[str]], ...]:
        return tuple((behaviour, _pattern(behaviour.pattern)) for behaviour in self.behaviours)


def _pattern(text: str) -> re.Pattern[str]:
    words = {"*": ".*", "?": "."}
    body = "".join(words.get(character, re.escape(character)) for character in text.removeprefix("/"))
    return re.compile(f"/?{body}" if text == "*" else f"/{body}", re.DOTALL)


def _normal(path: str) -> str:
    decoded = _UNRESERVED.sub(lambda match: unquote_to_bytes(match[0]).decode(), path)
    return "/" + "/".join(_without_dots(decoded.removeprefix("/").split("/")))


def _without_dots(segments: Iterable[str]) -> list[str]:
    """A path without dot segments (RFC 3986 section 5.2.4)."""
    kept: list[str] = []
    segment = ""
    for segment in segments:
        if segment == "..":
            kept[-1:] = []
        elif segment != ".":
            kept.append(segment)
    return [*kept, ""] if segment in (".", "..") else kept
