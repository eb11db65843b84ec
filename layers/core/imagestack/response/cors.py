"""CORS: which pages may read an image (Fetch standard, sections 3.2.2 and 3.2.3)."""

import re

from imagestack.rules.domains import among, host_of
from imagestack.rules.options import Cors

ALLOW_ORIGIN = "Access-Control-Allow-Origin"
METHODS = "GET, HEAD, OPTIONS"

# An origin that may stand in a response header; browsers send no other (RFC 6454 section 7.1).
_ORIGIN = re.compile(r"[\x21-\x7e]+")
_ANY, _MIRRORED = "*", "$http_origin"
# What a page may send, and for how many seconds a browser remembers that.
PREFLIGHT = {
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


def headers(option: Cors, page_origin: str | None) -> dict[str, str]:
    """The CORS headers for a page of this origin; `Vary` stands there if they depend on the origin."""
    if option.value == (_ANY,):
        return {ALLOW_ORIGIN: _ANY}
    well_formed = page_origin is not None and _ORIGIN.fullmatch(page_origin) is not None
    if page_origin and well_formed and (option.value == (_MIRRORED,) or _allows(option, page_origin)):
        return {ALLOW_ORIGIN: page_origin, "Vary": "Origin"}
    return {"Vary": "Origin"}


def preflight(option: Cors, page_origin: str | None) -> dict[str, str]:
    """The CORS headers of the response to a preflight; a page that may not read the image gets no permission."""
    allowed = headers(option, page_origin)
    return allowed | PREFLIGHT if ALLOW_ORIGIN in allowed else allowed


def for_errors(option: Cors) -> dict[str, str]:
    """The CORS headers of an error behind the edge, which adds none to errors although it knows the page."""
    return {ALLOW_ORIGIN: _ANY} if option.value in ((_ANY,), (_MIRRORED,)) else {}


def _allows(option: Cors, page_origin: str) -> bool:
    host = host_of(page_origin)
    return host is not None and among(host, option.value)
