"""The console's pages: static files for everybody, which hold nothing of a deployment."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

PATH = "/console"
METHODS = ["GET", "HEAD"]

_INDEX = "index.html"
_TYPES = {
    "css": "text/css; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
# Names of this form lead to nothing outside of the folder.
_NAME = re.compile(r"(?:[a-z0-9_-]+/)*[a-z0-9_-]+\.(css|html|js|svg)")
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
    "trusted-types 'none'"
)
_HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@dataclass(frozen=True)
class Page:
    """An answer."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


def page(path: str, none_match: str | None, read: Callable[[str], bytes | None], *, head: bool = False) -> Page:
    """Answer for an address of the console.

    Args:
        path: decoded.
        none_match: If-None-Match, None if there is none.
        read: gives a file of the console by its name; None if there is none.
        head: HEAD instead of GET.
    """
    if path == PATH:
        return Page(301, {**_HEADERS, "Location": f"{PATH}/"})
    name = path.removeprefix(f"{PATH}/") or _INDEX
    match = _NAME.fullmatch(name)
    body = read(name) if match else None
    if match is None or body is None:
        text = b"There is no such page.\n"
        headers = {**_HEADERS, "Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(text))}
        return Page(404, headers, b"" if head else text)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**_HEADERS, "ETag": tag}
    if none_match is not None and (none_match.strip() == "*" or tag in re.findall(r'"[^"]*"', none_match)):
        return Page(304, headers)
    headers |= {"Content-Type": _TYPES[match[1]], "Content-Length": str(len(body))}
    return Page(200, headers, b"" if head else body)
