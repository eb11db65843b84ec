"""The parts of HTTP requests, parsed."""

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from imagestack.control.api.validation import WHOLE
from imagestack.control.errors import ControlError, InvalidError, NotFoundError, TooLargeError

# Bytes. The audit entry holds a body twice, and an item holds 400 KB.
MOST_BYTES = 100_000
_MOST_DIGITS = 16


class MediaTypeError(ControlError):
    """The body is not JSON by its content type."""

    status = 415


def read_numbers(texts: Mapping[str, str]) -> dict[str, int]:
    """Parse the numbers of a path.

    Raises:
        NotFoundError: A part is not a number, so that the address does not exist.
    """
    if not all(text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS for text in texts.values()):
        raise NotFoundError("there is no such thing")
    return {name: int(text) for name, text in texts.items()}


def read_query_text(text: str) -> dict[str, str]:
    """Parse a query; of repeated names the last one counts."""
    return dict(parse_qsl(text, keep_blank_values=True))


def body_bytes(event: Mapping[str, Any]) -> bytes:
    """The body of an HTTP API event."""
    body = str(event.get("body") or "")
    return b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass")


def read_body(body: bytes, content_type: str) -> object:
    """Parse the JSON of a request's body.

    Raises:
        MediaTypeError: The content type is not JSON.
        TooLargeError: The body is longer than anything that can be stored.
        InvalidError: The body is not JSON.
    """
    if len(body) > MOST_BYTES:
        raise TooLargeError(f"a body has at most {MOST_BYTES} bytes")
    if content_type and content_type.partition(";")[0].strip().lower() != "application/json":
        raise MediaTypeError("a body is application/json")
    try:
        return json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise InvalidError({WHOLE: ["the body is no JSON"]}) from None


def read_version(header: str | None) -> str | None:
    """The version in If-Match, without its quotes."""
    return header.strip().strip('"') if header else None


def address_of(headers: Mapping[str, str], peer: str, *, by_edge: bool) -> str:
    """The client's IP address.

    Args:
        headers: Headers by lower-case name. Address headers are trusted only from the distribution.
        peer: The connected peer; behind the distribution, one of its servers.
        by_edge: Whether the request came through the distribution.
    """
    if not by_edge:
        return peer
    # CloudFront's header ends in a colon and the port, for IPv6 addresses too.
    viewer_address = headers.get("x-img-viewer") or headers.get("cloudfront-viewer-address", "").rpartition(":")[0]
    return viewer_address or peer


def _refuse(name: str) -> object:
    raise ValueError(name)
