"""Cross-origin answers: whose pages may read an image (Fetch standard, sections 3.2.2 and 3.2.3)."""

import re

from imagestack.rules.domains import among, host_of
from imagestack.rules.options import Cors

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
METHODS = "GET, HEAD, OPTIONS"

# What can be repeated in a header; browsers send nothing else (RFC 6454 section 7.1).
_ORIGIN = re.compile(r"[\x21-\x7e]+")
_EVERYBODY, _MIRRORED = "*", "$http_origin"
# What a page may send and for how long it need not ask again, in seconds.
PREFLIGHT = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


def headers(option: Cors, page_origin: str | None) -> dict[str, str]:
    """What an answer carries for a page of this origin; where that depends on the origin, `Vary` says so."""
    if option.value == (_EVERYBODY,):
        return {ALLOW_ORIGIN: _EVERYBODY}
    repeated = page_origin is not None and _ORIGIN.fullmatch(page_origin) is not None
    if page_origin and repeated and (option.value == (_MIRRORED,) or _allows(option, page_origin)):
        return {ALLOW_ORIGIN: page_origin, "Vary": "Origin"}
    return {"Vary": "Origin"}


def preflight(option: Cors, page_origin: str | None) -> dict[str, str]:
    """What the answer to a preflight carries; nothing is allowed to a page that may not read the image."""
    found = headers(option, page_origin)
    return found | PREFLIGHT if ALLOW_ORIGIN in found else found


def for_errors(option: Cors) -> dict[str, str]:
    """What an error behind the edge carries: the edge, which knows the page, leaves errors as they are."""
    return {ALLOW_ORIGIN: _EVERYBODY} if option.value in ((_EVERYBODY,), (_MIRRORED,)) else {}


def _allows(option: Cors, page_origin: str) -> bool:
    host = host_of(page_origin)
    return host is not None and among(host, option.value)
