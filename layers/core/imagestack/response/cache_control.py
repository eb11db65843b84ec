"""Cache-Control: how long browsers and the edge keep an answer (docs/caching.md)."""

import re
from dataclasses import dataclass

from imagestack.rules.options import BrowserCache, EdgeCache, Options

DEFAULT = "public, max-age=86400"
# Errors, and what another invocation would do better, in seconds.
TRANSIENT_SECONDS = 5
# A redirect must not outlive the object that it names by much, in seconds.
REDIRECT = 60
# What will be made smaller, in seconds: so soon the edge asks again.
REFINING = 60
NEVER = "private, no-store"

_DAY = 86_400
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]")
# What is kept of the original's own words when a rule changes the times.
_KEPT = ("no-transform", "must-revalidate", "proxy-revalidate", "stale-while-revalidate", "stale-if-error")
_CLIENT_ERRORS = range(400, 500)


@dataclass(frozen=True)
class CachePolicy:
    """What decides how long an answer is kept, beside the original's own word.

    Attributes:
        edge: the option for the edge, if it is on.
        browser: the option for browsers, if it is on.
        left: seconds that the address is valid, if it is signed.
        one_viewer: the address is signed for one viewer only, so that the edge must not answer others with it.
    """

    edge: EdgeCache | None = None
    browser: BrowserCache | None = None
    left: int | None = None
    one_viewer: bool = False

    @classmethod
    def of(cls, options: Options, left: int | None = None) -> "CachePolicy":
        """What effective options say; `left` of a signed address."""
        key = options.secure_key
        return cls(options.edge_cache, options.browser_cache, left, one_viewer=key is not None and key.with_address)


def image(
    own: str | None,
    keeping: CachePolicy,
    status: int = 200,
    at_most: int | None = None,
    edge_at_most: int | None = None,
) -> str:
    """Cache-Control of an image or of a redirect to one.

    Args:
        own: what the original says; None if it says nothing.
        keeping: what the options and a signature say.
        status: of the answer.
        at_most: seconds that neither browsers nor the edge may exceed.
        edge_at_most: seconds that the edge may not exceed.
    """
    words = _directives(own) if own is not None else _unsaid(keeping)
    set_for_edge = keeping.edge.seconds(status) if keeping.edge else None
    capped = [seconds for seconds in (at_most, keeping.left) if seconds is not None]
    edge = set_for_edge
    if edge is None and not {"no-store", "private"} & words.keys():
        edge = _seconds(words, ("s-maxage", "max-age"))
    hurried = edge is not None and edge_at_most is not None and edge > edge_at_most
    if not hurried and set_for_edge is None and keeping.browser is None and not capped and not keeping.one_viewer:
        return _spell(words) if own is None else _NOT_PRINTABLE.sub("", own)

    browser = keeping.browser.value if keeping.browser else _seconds(words, ("max-age",))
    if hurried:
        edge = edge_at_most
    if keeping.one_viewer:
        edge = None
    browser = min((browser, *capped))
    if edge is None:
        forbidden = "no-store" in words and not keeping.browser
        return NEVER if forbidden else f"private, max-age={browser}"
    edge = min((edge, *capped))
    spelled = {"public": None, "max-age": str(browser)}
    if edge != browser:
        spelled["s-maxage"] = str(edge)
    if keeping.left is not None:
        # The edge serves expired images while the origin fails; not on an address that has expired.
        return _spell(spelled | {"stale-if-error": "0"})
    return _spell(spelled if capped else spelled | {name: words[name] for name in _KEPT if name in words})


def error(status: int, keeping: CachePolicy) -> str:
    """Cache-Control of an error: seconds, unless a rule sets a time for a status of 4xx.

    A failure of ours or of the origin is over when it is over, whatever a rule says. Where an address is signed for one
    viewer an error may be another's only.
    """
    if keeping.one_viewer:
        return NEVER
    edge = keeping.edge.custom.get(str(status), keeping.edge.custom.get("any")) if keeping.edge else None
    if edge is None or status not in _CLIENT_ERRORS or keeping.left is not None:
        edge = TRANSIENT_SECONDS
    shared = "" if edge == TRANSIENT_SECONDS else f", s-maxage={edge}"
    return f"public, max-age={TRANSIENT_SECONDS}{shared}"


def _unsaid(keeping: CachePolicy) -> dict[str, str | None]:
    """What counts for an original that says nothing."""
    default = keeping.edge.default if keeping.edge else None
    return _directives(DEFAULT if default is None else f"public, max-age={default}")


def _directives(text: str) -> dict[str, str | None]:
    """Directives by their names in lower case; the first of a repeated one counts."""
    found: dict[str, str | None] = {}
    for directive in text.split(","):
        name, _, value = directive.partition("=")
        found.setdefault(name.strip().lower(), value.strip(' \t"') or None)
    return found


def _seconds(words: dict[str, str | None], names: tuple[str, ...]) -> int:
    """For how long an answer is fresh without a question; a broken number is none at all (RFC 9111 section 4.2.1)."""
    if "no-cache" in words or "no-store" in words:
        return 0
    for name in names:
        if name in words:
            value = words[name] or ""
            return min(int(value), 365 * _DAY) if value.isascii() and value.isdigit() else 0
    return _DAY


def _spell(words: dict[str, str | None]) -> str:
    return ", ".join(name if value is None else f"{name}={value}" for name, value in words.items())
