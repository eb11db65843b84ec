"""The request for an image, read once into frozen values."""

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from imagestack.errors import BadRequestError, MethodNotAllowedError
from imagestack.formats import NEGOTIABLE
from imagestack.request.accept import accepted_formats
from imagestack.request.query import Parameters, parse
from imagestack.request.signed_url import Signed, read_signature
from imagestack.rules.model import ANY_HOST

# The header with the secret that the distribution adds; see `imagestack.serving.origin_secret`.
ORIGIN_SECRET_HEADER = "x-origin-secret"  # noqa: S105 - the name of a header, not a secret

_METHODS = ("GET", "HEAD", "OPTIONS")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# The characters of a path that is percent-encoded (RFC 3986 section 3.3).
_PATH_CHARACTERS = frozenset(string.ascii_letters + string.digits + "-._~!$&'()*+,;=:@/%")
# Control characters, the backslash, and halves of surrogate pairs, which UTF-8 cannot encode.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


@dataclass(frozen=True)
class Conditions:
    """The preconditions of a request (RFC 9110 section 13.1).

    Attributes:
        etags: the opaque tags of If-None-Match, weak or strong; None without the header.
        any_etag: whether If-None-Match is `*`.
        modified_since: If-Modified-Since; None if it is missing or not a date.
    """

    etags: frozenset[str] | None = None
    any_etag: bool = False
    modified_since: datetime | None = None


@dataclass(frozen=True)
class ImageRequest:
    """A request for an image.

    Attributes:
        host: lower case, without port; `*` if it is missing or malformed.
        key: the path without its leading slash, decoded.
        parameters: of the query.
        accepted: the formats that the client accepts, best first.
        conditions: for status 304.
        head: whether the method is HEAD.
        preflight: whether the method is OPTIONS: a browser asks for permission before a page on another site may read
            the image.
        origin_secret: the secret that the distribution added; empty if the request did not come through it.
        page_origin: the Origin header.
        referrer: the Referer header.
        address: the viewer's IP address; empty if it is unknown.
        signed: the signature of the address; None if there is none.
    """

    host: str
    key: str
    parameters: Parameters
    accepted: tuple[str, ...]
    conditions: Conditions
    head: bool = False
    preflight: bool = False
    origin_secret: str = field(default="", repr=False)
    page_origin: str | None = None
    referrer: str | None = None
    address: str = ""
    signed: Signed | None = None

    @property
    def by_edge(self) -> bool:
        """Whether the request came through the distribution, which checks `page_origin` and `referrer` itself."""
        return bool(self.origin_secret)

    @property
    def path(self) -> str:
        """The decoded path with its leading slash, which the patterns of rules match."""
        return f"/{self.key}"

    @property
    def has_format(self) -> bool:
        """Whether the query has the parameter `fmt`, valid or not."""
        return self.parameters.has("fmt")


def image_request(  # noqa: PLR0913 - an event has as many parts
    method: str,
    path: str,
    query: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    *,
    address: str = "",
    by_edge: bool = False,
) -> ImageRequest:
    """Make an image request from the parts of an HTTP request.

    Args:
        method: the HTTP method.
        path: percent-encoded, as the viewer sent it.
        query: decoded names and values in their order.
        headers: by name in lower case.
        address: the IP address of the sender.
        by_edge: whether the request came through the distribution. Only then its headers about the viewer count.

    Raises:
        MethodNotAllowedError: the method is not GET, HEAD or OPTIONS.
        BadRequestError: docs/specification.md#section-2 rejects the path.
    """
    if method not in _METHODS:
        raise MethodNotAllowedError
    trusted = headers if by_edge else {}
    query = list(query)
    return ImageRequest(
        host=_host(trusted.get("x-forwarded-host") or headers.get("host", "")),
        key=_key(path),
        parameters=parse(query),
        accepted=_accepted(trusted.get("x-img-accept"), headers),
        conditions=_conditions(headers),
        head=method == "HEAD",
        preflight=method == "OPTIONS",
        origin_secret=trusted.get(ORIGIN_SECRET_HEADER, ""),
        page_origin=headers.get("origin"),
        referrer=headers.get("referer"),
        address=trusted.get("x-img-viewer") or address,
        signed=read_signature(query),
    )


def _accepted(reduced: str | None, headers: Mapping[str, str]) -> tuple[str, ...]:
    """The formats that the client accepts: from the header of the edge, else from the Accept header."""
    if reduced is None:
        return accepted_formats(headers.get("accept", ""))
    negotiable = {fmt.name for fmt in NEGOTIABLE}
    return tuple(name for name in reduced.split(",") if name in negotiable)


def _host(header: str) -> str:
    host = header.strip().lower().partition(":")[0].removesuffix(".")
    return host if _HOST.fullmatch(host) else ANY_HOST


def _key(path: str) -> str:
    """Decode the path of a request once and return the key of the original.

    An HTTP API decodes paths itself. Such a path is recognised by characters that no encoded path can have. The
    deployment's front encodes twice, so only direct calls of the API depend on this.
    """
    decoded = path
    if _PATH_CHARACTERS.issuperset(path) and not _ESCAPE.search(path):
        try:
            decoded = unquote_to_bytes(path).decode()
        except UnicodeDecodeError as error:
            raise BadRequestError("the path is not UTF-8") from error
    key = decoded.removeprefix("/")
    if _FORBIDDEN.search(key):
        raise BadRequestError("the path holds a character that no key may have")
    if {".", ".."} & set(key.split("/")):
        raise BadRequestError("the path holds a segment . or ..")
    return key


def _conditions(headers: Mapping[str, str]) -> Conditions:
    none_match = headers.get("if-none-match")
    since = headers.get("if-modified-since")
    return Conditions(
        etags=None if none_match is None else frozenset(_ENTITY_TAG.findall(none_match)),
        any_etag=none_match is not None and none_match.strip() == "*",
        modified_since=None if since is None else _date(since),
    )


def _date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return date.replace(tzinfo=UTC) if date.tzinfo is None else date
