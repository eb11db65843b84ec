"""The web console's static files. They need no token and hold no data of the deployment."""

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
# Names of this form cannot leave the folder.
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
class ConsoleResponse:
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


def respond(
    path: str, none_match: str | None, read: Callable[[str], bytes | None], *, head: bool = False
) -> ConsoleResponse:
    """Answer a request for an address of the console.

    Args:
        path: The decoded path.
        none_match: The `If-None-Match` header; None if there is none.
        read: Reads a file of the console by name; None if there is no such file.
        head: Whether the method is HEAD.
    """
    if path == PATH:
        return ConsoleResponse(301, {**_HEADERS, "Location": f"{PATH}/"})
    name = path.removeprefix(f"{PATH}/") or _INDEX
    match = _NAME.fullmatch(name)
    body = read(name) if match else None
    if match is None or body is None:
        text = b"There is no such page.\n"
        headers = {**_HEADERS, "Content-Type": "text/plain; charset=utf-8", "Content-Length": str(len(text))}
        return ConsoleResponse(404, headers, b"" if head else text)
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    headers = {**_HEADERS, "ETag": tag}
    if none_match is not None and (none_match.strip() == "*" or tag in re.findall(r'"[^"]*"', none_match)):
        return ConsoleResponse(304, headers)
    headers |= {"Content-Type": _TYPES[match[1]], "Content-Length": str(len(body))}
    return ConsoleResponse(200, headers, b"" if head else body)
