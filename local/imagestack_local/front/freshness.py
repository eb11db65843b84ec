"""How long a response may be cached, from its headers and the times of the behaviour.

Sources are RFC 9111 section 4.2, RFC 5861, and these pages of CloudFront's developer guide:

- "Manage how long content stays in the cache (expiration)"
- "Control how long CloudFront caches errors"
- "How CloudFront processes HTTP 3xx status codes from your origin"
- "How CloudFront processes HTTP 4xx and 5xx status codes from your origin"
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from werkzeug.datastructures import ResponseCacheControl
from werkzeug.http import parse_cache_control_header, parse_date

from imagestack_local.front.distribution import CachePolicy

FIRST_ERROR: Final = 400
FIRST_SERVER_ERROR: Final = 500
_NOT_SATISFIABLE = 416
_ALWAYS_KEPT_ERRORS = frozenset({404, 410, 414, 500, 501, 502, 503, 504})
_ERRORS_KEPT_IF_ASKED = frozenset({400, 403, 405, 412, 415})
"""Cached only if the origin sends max-age or s-maxage."""
_ERRORS_THAT_MAY_FORBID = frozenset({404, 410, 414, 501})
"""Errors that obey `no-store`, `no-cache` and `private`; others are cached all the same."""
_KEPT_IF_ASKED = frozenset({307, 308})
_NEVER_STALE = ("no-cache", "must-revalidate", "proxy-revalidate")


@dataclass(frozen=True)
class Lifetime:
    """The lifetime of a response, in seconds since it was generated."""

    fresh: float
    """Until then it is served without a request. With 0 or less it is validated each time."""
    kept: bool = True
    """Whether it is stored."""
    while_revalidating: float = 0
    """How long it may be served stale while a new one is fetched."""
    if_error: float | None = None
    """How long it may be served stale while the origin fails; None: as long as it is stored."""
    validated: bool = True
    """Whether it may be validated (not with `Vary: *`)."""

    @property
    def shared(self) -> bool:
        """Whether all viewers who wait may get it (guide, "Simultaneous requests for the same object")."""
        return self.kept and self.fresh > 0


NOT_KEPT = Lifetime(0, kept=False, if_error=0)


def lifetime(status: int, headers: Mapping[str, str], policy: CachePolicy, error_seconds: int, now: float) -> Lifetime:
    """The lifetime of a response.

    Args:
        status: Its status.
        headers: Its headers; names in lower case, several lines joined by a comma.
        policy: The behaviour's times.
        error_seconds: How long an error of this status is cached at least.
        now: When it arrived, in seconds since the epoch.
    """
    # Directives are case-insensitive (RFC 9111 section 5.2).
    control = parse_cache_control_header(headers.get("cache-control", "").lower(), cls=ResponseCacheControl)
    asked = _asked(control, headers, now)
    if status >= FIRST_ERROR:
        return _of_error(status, control, asked, policy, error_seconds)
    if status in _KEPT_IF_ASKED and "cache-control" not in headers:
        return NOT_KEPT
    forbidden = any(name in control for name in ("no-store", "private", "no-cache"))
    if forbidden and policy.minimum <= 0:
        return NOT_KEPT if "no-store" in control or "private" in control else Lifetime(0, if_error=0)
    if forbidden:
        fresh = float(policy.minimum)
    elif asked is None:
        fresh = max(policy.minimum, policy.default)
    else:
        fresh = min(max(policy.minimum, asked), policy.maximum)
    any_request_differs = "*" in headers.get("vary", "") and policy.minimum <= 0
    return Lifetime(
        0 if any_request_differs else fresh,
        while_revalidating=0 if any_request_differs else _seconds(control, "stale-while-revalidate") or 0,
        if_error=0 if any(name in control for name in _NEVER_STALE) else _seconds(control, "stale-if-error"),
        validated=not any_request_differs,
    )


def _of_error(
    status: int, control: ResponseCacheControl, asked: float | None, policy: CachePolicy, error_seconds: int
) -> Lifetime:
    named = _seconds(control, "max-age") is not None or _seconds(control, "s-maxage") is not None
    kept = status in _ALWAYS_KEPT_ERRORS or (status in _ERRORS_KEPT_IF_ASKED and named)
    forbidden = any(name in control for name in ("no-store", "no-cache", "private"))
    if not kept or status == _NOT_SATISFIABLE or (forbidden and status in _ERRORS_THAT_MAY_FORBID):
        return NOT_KEPT
    fresh = error_seconds if forbidden or asked is None else max(error_seconds, min(asked, policy.maximum))
    return Lifetime(fresh, if_error=0)


def _asked(control: ResponseCacheControl, headers: Mapping[str, str], now: float) -> float | None:
    """The lifetime that the origin sets: s-maxage, else max-age, else Expires (RFC 9111 section 4.2.1)."""
    for name in ("s-maxage", "max-age"):
        seconds = _seconds(control, name)
        if seconds is not None:
            return seconds
    if "expires" in headers:
        expires = parse_date(headers["expires"])
        # RFC 9111 section 5.3: an invalid date is a time in the past.
        return max(0, expires.timestamp() - now) if expires else 0
    return None


def _seconds(control: ResponseCacheControl, name: str) -> float | None:
    value = control.get(name)
    # RFC 9111 section 1.2.2: digits only. Another value is ignored.
    return float(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None
