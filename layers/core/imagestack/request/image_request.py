"""What a viewer asks for, read once into frozen values."""

import re
import string
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from imagestack.errors import BadRequestError, MethodNotAllowedError
from imagestack.formats import CONVERSIONS
from imagestack.request.accept import accepted_formats
from imagestack.request.query import Parameters, parse
from imagestack.request.signed_url import Signed, signed
from imagestack.rules.model import ANY_HOST

# The header by which a request proves that it came through the distribution; see `gate`.
ORIGIN_SECRET_HEADER = "x-origin-secret"  # noqa: S105 - the name of a header, not a secret

_METHODS = ("GET", "HEAD", "OPTIONS")
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# RFC 3986 section 3.3: what can stand in a path that is still percent-encoded.
_PATH_CHARACTERS = frozenset(string.ascii_letters + string.digits + "-._~!$&'()*+,;=:@/%")
# Control characters, the backslash, and halves of surrogate pairs, which no UTF-8 can hold.
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]")
_ENTITY_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\xff]*")')


@dataclass(frozen=True)
class Conditions:
    """The preconditions of RFC 9110 section 13.1 that an image answers.

    Attributes:
        etags: opaque tags of If-None-Match, weak or strong; None without the header.
        any_etag: If-None-Match is `*`.
        modified_since: If-Modified-Since, None if absent or no date.
    """

    etags: frozenset[str] | None = None
    any_etag: bool = False
    modified_since: datetime | None = None


@dataclass(frozen=True)
class ImageRequest:
    """A request for an image.

    Attributes:
        host: lower case, without port; `*` if there is none that could have a resource.
        key: the path less one leading slash, decoded.
        parameters: what the query says.
        accepted: formats that the client proves, best first.
        conditions: for `304`.
        head: HEAD instead of GET.
        preflight: OPTIONS, the question of a page on another site before it asks for the image.
        origin_secret: the secret that shows that it came through the distribution; empty if it did not.
        page_origin: the Origin header.
        referrer: the Referer header.
        address: the viewer's IP address, empty if it cannot be told.
        signed: the signature of the address, if there is one.
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
        """Whether it came through the distribution, which decides about `page_origin` and `referrer` by itself."""
        return bool(self.origin_secret)

    @property
    def path(self) -> str:
        """What rules are matched against: decoded, with its leading slash."""
        return f"/{self.key}"

    @property
    def format_asked(self) -> bool:
        """Whether `fmt` stands in the query, well or badly."""
        return self.parameters.formats is not None


def image_request(  # noqa: PLR0913 - an event has as many parts
    method: str,
    path: str,
    query: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    *,
    address: str = "",
    by_edge: bool = False,
) -> ImageRequest:
    """Read a request.

    Args:
        method: HTTP method.
        path: as the viewer sent it, percent-encoded.
        query: decoded names and values in their order.
        headers: names in lower case.
        address: IP address of whoever sent the request.
        by_edge: the request proves that it came through the distribution. Only then what the edge tells of the viewer
            is believed.

    Raises:
        MethodNotAllowedError: neither GET nor HEAD nor OPTIONS.
        BadRequestError: a path that spec section 2 refuses.
    """
    if method not in _METHODS:
        raise MethodNotAllowedError
    told = headers if by_edge else {}
    query = list(query)
    return ImageRequest(
        host=_host(told.get("x-forwarded-host") or headers.get("host", "")),
        key=_key(path),
        parameters=parse(query),
        accepted=_accepted(told.get("x-img-accept"), headers),
        conditions=_conditions(headers),
        head=method == "HEAD",
        preflight=method == "OPTIONS",
        origin_secret=told.get(ORIGIN_SECRET_HEADER, ""),
        page_origin=headers.get("origin"),
        referrer=headers.get("referer"),
        address=told.get("x-img-viewer") or address,
        signed=signed(query),
    )


def _accepted(reduced: str | None, headers: Mapping[str, str]) -> tuple[str, ...]:
    """The formats that the client accepts: as the edge has found out, else as its Accept header proves."""
    if reduced is None:
        return accepted_formats(headers.get("accept", ""))
    return tuple(name for name in reduced.split(",") if name in CONVERSIONS)


def _host(header: str) -> str:
    host = header.strip().lower().partition(":")[0].removesuffix(".")
    return host if _HOST.fullmatch(host) else ANY_HOST


def _key(path: str) -> str:
    """Decode a path once.

    An HTTP API hands over paths that it has decoded itself. Such a path is told by characters that no encoded path can
    have; the deployment's front encodes twice, so that only direct calls of the API depend on this.
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
