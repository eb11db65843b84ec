"""HTTP requests, read into calls."""

import json
from base64 import b64decode
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from imagestack.control.api.validation import WHOLE
from imagestack.control.errors import ControlError, InvalidError, NotFoundError, TooLargeError

# What is larger could not be kept together with its entry of the audit trail, which holds it twice.
MOST_BYTES = 100_000
_MOST_DIGITS = 16


class MediaTypeError(ControlError):
    """The body is of another type."""

    status = 415


def read_numbers(texts: Mapping[str, str]) -> dict[str, int]:
    """The numbers of a path.

    Raises:
        NotFoundError: something else stands there, so that it leads nowhere.
    """
    if not all(text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS for text in texts.values()):
        raise NotFoundError("there is no such thing")
    return {name: int(text) for name, text in texts.items()}


def read_query_text(text: str) -> dict[str, str]:
    """A query by name; the last of repeats."""
    return dict(parse_qsl(text, keep_blank_values=True))


def body_bytes(event: Mapping[str, Any]) -> bytes:
    """The body of an event of an HTTP API."""
    body = str(event.get("body") or "")
    return b64decode(body) if event.get("isBase64Encoded") else body.encode("utf-8", "surrogatepass")


def read_body(body: bytes, content_type: str) -> object:
    """JSON of a request's body.

    Raises:
        MediaTypeError: it says that it is something else.
        TooLargeError: it is longer than anything that can be kept.
        InvalidError: it is none.
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
    """The version of If-Match, without its quotes."""
    return header.strip().strip('"') if header else None


def address_of(headers: Mapping[str, str], peer: str, *, by_edge: bool) -> str:
    """The caller's IP address.

    Args:
        headers: names in lower case. What they say of the address is believed of the distribution only.
        peer: who has connected; behind the distribution that is one of its servers.
        by_edge: whether the request came through the distribution.
    """
    if not by_edge:
        return peer
    # CloudFront's own header has the port after the last colon, of IPv6 addresses too.
    told = headers.get("x-img-viewer") or headers.get("cloudfront-viewer-address", "").rpartition(":")[0]
    return told or peer


def _refuse(name: str) -> object:
    raise ValueError(name)
