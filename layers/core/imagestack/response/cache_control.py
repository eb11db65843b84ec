"""Cache-Control: how long browsers and the edge keep a response (docs/caching.md)."""

from dataclasses import dataclass

from imagestack.errors import RETRY_SECONDS
from imagestack.ports import DEFAULT_CACHE_CONTROL
from imagestack.response.printable import printable
from imagestack.rules.options import BrowserCache, EdgeCache, Options

# Seconds for errors, and for answers that another invocation would improve.
TRANSIENT_SECONDS = RETRY_SECONDS
# Seconds for a redirect, which must not outlive its object by much.
REDIRECT_SECONDS = 60
# Seconds for a derived object that will be made smaller; then the edge fetches it again.
REFINING_SECONDS = 60
NEVER = "private, no-store"

_DAY = 86_400
# Directives of the original that stay when a rule changes the times.
_KEPT = ("no-transform", "must-revalidate", "proxy-revalidate", "stale-while-revalidate", "stale-if-error")
_CLIENT_ERRORS = range(400, 500)


@dataclass(frozen=True)
class CachePolicy:
    """What decides how long a response is kept, beside the original's own Cache-Control.

    Attributes:
        edge: the option for the edge; None if it is off.
        browser: the option for browsers; None if it is off.
        valid_seconds: for how long the address is valid; None if it is not signed.
        one_viewer: whether the address is signed for one viewer, so that the edge must not keep the response.
    """

    edge: EdgeCache | None = None
    browser: BrowserCache | None = None
    valid_seconds: int | None = None
    one_viewer: bool = False

    @classmethod
    def of(cls, options: Options, valid_seconds: int | None = None) -> "CachePolicy":
        """The policy of effective options.

        Args:
            options: the effective options.
            valid_seconds: for how long a signed address is valid; None if it is not signed.
        """
        key = options.secure_key
        return cls(
            options.edge_cache, options.browser_cache, valid_seconds, one_viewer=key is not None and key.with_address
        )


def image(
    own: str | None,
    policy: CachePolicy,
    status: int = 200,
    max_seconds: int | None = None,
    max_edge_seconds: int | None = None,
) -> str:
    """Cache-Control of an image or of a redirect to one.

    Args:
        own: the original's Cache-Control; None if it has none.
        policy: of the options and the signature.
        status: of the response.
        max_seconds: the limit for browsers and the edge.
        max_edge_seconds: the limit for the edge.
    """
    directives = _directives(own) if own is not None else _default(policy)
    set_for_edge = policy.edge.seconds(status) if policy.edge else None
    caps = [seconds for seconds in (max_seconds, policy.valid_seconds) if seconds is not None]
    edge = set_for_edge
    if edge is None and not {"no-store", "private"} & directives.keys():
        edge = _seconds(directives, ("s-maxage", "max-age"))
    is_capped = edge is not None and max_edge_seconds is not None and edge > max_edge_seconds
    if not is_capped and set_for_edge is None and policy.browser is None and not caps and not policy.one_viewer:
        return _spell(directives) if own is None else printable(own)

    browser = policy.browser.value if policy.browser else _seconds(directives, ("max-age",))
    if is_capped:
        edge = max_edge_seconds
    if policy.one_viewer:
        edge = None
    browser = min((browser, *caps))
    if edge is None:
        forbidden = "no-store" in directives and not policy.browser
        return NEVER if forbidden else f"private, max-age={browser}"
    edge = min((edge, *caps))
    spelled = {"public": None, "max-age": str(browser)}
    if edge != browser:
        spelled["s-maxage"] = str(edge)
    if policy.valid_seconds is not None:
        # The edge serves expired images while the origin fails; not on an address that has expired.
        return _spell(spelled | {"stale-if-error": "0"})
    return _spell(spelled if caps else spelled | {name: directives[name] for name in _KEPT if name in directives})


def error(status: int, policy: CachePolicy) -> str:
    """Cache-Control of an error: seconds, unless a rule sets a time for a status of 4xx.

    Rules do not apply to 5xx, so that caches do not prolong a failure. An error for an address that is signed for one
    viewer is not kept, since another viewer may get the image.
    """
    if policy.one_viewer:
        return NEVER
    edge = policy.edge.custom.get(str(status), policy.edge.custom.get("any")) if policy.edge else None
    if edge is None or status not in _CLIENT_ERRORS or policy.valid_seconds is not None:
        edge = TRANSIENT_SECONDS
    shared = "" if edge == TRANSIENT_SECONDS else f", s-maxage={edge}"
    return f"public, max-age={TRANSIENT_SECONDS}{shared}"


def _default(policy: CachePolicy) -> dict[str, str | None]:
    """The directives for an original without Cache-Control."""
    default = policy.edge.default if policy.edge else None
    return _directives(DEFAULT_CACHE_CONTROL if default is None else f"public, max-age={default}")


def _directives(text: str) -> dict[str, str | None]:
    """Directives by their names in lower case; the first of a repeated one counts."""
    directives: dict[str, str | None] = {}
    for directive in text.split(","):
        name, _, value = directive.partition("=")
        directives.setdefault(name.strip().lower(), value.strip(' \t"') or None)
    return directives


def _seconds(directives: dict[str, str | None], names: tuple[str, ...]) -> int:
    """The seconds for which a response is fresh; a malformed number means 0 (RFC 9111 section 4.2.1)."""
    if "no-cache" in directives or "no-store" in directives:
        return 0
    for name in names:
        if name in directives:
            value = directives[name] or ""
            return min(int(value), 365 * _DAY) if value.isascii() and value.isdigit() else 0
    return _DAY


def _spell(directives: dict[str, str | None]) -> str:
    return ", ".join(name if value is None else f"{name}={value}" for name, value in directives.items())
