"""How HTTP requests of the API are read."""

import base64
from typing import Any

import pytest

from imagestack.control.api.requests import (
    MOST_BYTES,
    MediaTypeError,
    address_of,
    body_bytes,
    read_body,
    read_numbers,
    read_query_text,
    read_version,
)
from imagestack.control.errors import InvalidError, NotFoundError, TooLargeError

JSON = "application/json"


@pytest.mark.parametrize(
    ("event", "body"),
    [
        ({}, b""),
        ({"body": None}, b""),
        ({"body": "é"}, "é".encode()),
        ({"body": base64.b64encode(b"\xff\x00").decode(), "isBase64Encoded": True}, b"\xff\x00"),
    ],
)
def test_body_bytes(event: dict[str, Any], body: bytes) -> None:
    """API Gateway sends bodies as text or as base64."""
    assert body_bytes(event) == body


@pytest.mark.parametrize("content_type", ["", JSON, "Application/JSON; charset=utf-8"])
def test_body(content_type: str) -> None:
    """Any JSON value is read."""
    assert read_body(b'{"a": [1, null]}', content_type) == {"a": [1, None]}


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b"[Infinity]", b"\xff", b"[" * 90_000])
def test_no_json(body: bytes) -> None:
    """Text that is not JSON (RFC 8259) is refused."""
    with pytest.raises(InvalidError):
        read_body(body, JSON)


def test_too_large() -> None:
    """A body over the limit is not parsed."""
    assert read_body(b'"' + b"x" * (MOST_BYTES - 2) + b'"', JSON)
    with pytest.raises(TooLargeError):
        read_body(b'"' + b"x" * (MOST_BYTES - 1) + b'"', JSON)


def test_other_types() -> None:
    """Bodies of other content types, such as web forms, are refused even if they hold JSON."""
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "application/jsonp"):
        with pytest.raises(MediaTypeError):
            read_body(b"{}", content_type)


def test_numbers() -> None:
    """Numbers are digits; anything else is not found."""
    assert read_numbers({"a": "0", "b": str(2**53)}) == {"a": 0, "b": 2**53}
    for text in ("", "-1", "1.0", "٣", "²", "1" * 17):
        with pytest.raises(NotFoundError):
            read_numbers({"a": text})


def test_query() -> None:
    """Names and values are decoded; the last of repeats counts."""
    assert read_query_text("a=1&a=2&b=x%20y+z&c=") == {"a": "2", "b": "x y z", "c": ""}


@pytest.mark.parametrize(("header", "version"), [(None, None), ('"abc"', "abc"), ("abc", "abc"), ("*", "*")])
def test_version(header: str | None, version: str | None) -> None:
    """A version is read with or without its quotes (RFC 9110 section 13.1.1)."""
    assert read_version(header) == version


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "192.0.2.1"),
        ({"x-img-viewer": "198.51.100.7"}, "198.51.100.7"),
        ({"cloudfront-viewer-address": "198.51.100.7:46532"}, "198.51.100.7"),
        ({"cloudfront-viewer-address": "2001:db8::7:46532"}, "2001:db8::7"),
    ],
)
def test_addresses(headers: dict[str, str], address: str) -> None:
    """Only the distribution's headers name the client; others are ignored."""
    assert address_of(headers, "192.0.2.1", by_edge=True) == address
    assert address_of(headers, "192.0.2.1", by_edge=False) == "192.0.2.1"
