"""The HTTP response that API Gateway makes of a function's result."""

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

LARGEST_ANSWER_BYTES = 6_291_556
"""The largest result of a Lambda function, in bytes of JSON."""

_SUCCESS_TO_ERROR = range(200, 600)
_WITHOUT_BODY = frozenset({204, 304})
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


class MalformedAnswerError(Exception):
    """API Gateway cannot make a response of the function's result."""


@dataclass(frozen=True)
class HttpAnswer:
    """An HTTP response."""

    status: int
    headers: tuple[tuple[str, str], ...]
    """With the Content-Length; names in lower case."""
    body: bytes


def answer(result: object, method: str) -> HttpAnswer:
    """The response for a result of the handler.

    Args:
        result: The result of the handler.
        method: The method of the request. The response to HEAD has no body and keeps the handler's Content-Length.

    Raises:
        MalformedAnswerError: The result is not JSON, too large, without a status, or has headers that HTTP
            cannot carry.
    """
    if not isinstance(result, Mapping):
        raise MalformedAnswerError(f"it is {type(result).__name__}, not a dictionary")
    try:
        size = len(json.dumps(result).encode())
    except (TypeError, ValueError) as error:
        raise MalformedAnswerError(f"it is not JSON: {error}") from error
    if size > LARGEST_ANSWER_BYTES:
        raise MalformedAnswerError(f"its {size:,} bytes are more than the {LARGEST_ANSWER_BYTES:,} of Lambda")
    status = result.get("statusCode")
    if not isinstance(status, int) or status not in _SUCCESS_TO_ERROR:
        raise MalformedAnswerError(f"its statusCode is {status!r}")
    body = _body(result)
    headers = _headers(result.get("headers") or {})
    if status in _WITHOUT_BODY:
        body = b""
        headers.pop("content-length", None)
    elif method == "HEAD":
        headers.setdefault("content-length", str(len(body)))
        body = b""
    else:
        headers["content-length"] = str(len(body))
    cookies = tuple(("set-cookie", _value(cookie)) for cookie in result.get("cookies") or ())
    return HttpAnswer(status, (*headers.items(), *cookies), body)


def _body(result: Mapping[str, object]) -> bytes:
    body = result.get("body")
    if body is None:
        return b""
    if not isinstance(body, str):
        raise MalformedAnswerError("its body is not a string")
    if not result.get("isBase64Encoded"):
        return body.encode()
    try:
        return base64.b64decode(body, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedAnswerError("its body is not base64") from error


def _headers(headers: object) -> dict[str, str]:
    if not isinstance(headers, Mapping):
        raise MalformedAnswerError("its headers are not a dictionary")
    checked = {}
    for name, value in headers.items():
        if not isinstance(name, str) or not _TOKEN.fullmatch(name):
            raise MalformedAnswerError(f"it has a header named {name!r}")
        checked[name.lower()] = _value(value)
    return checked


def _value(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str) or not _VALUE.fullmatch(value):
        raise MalformedAnswerError(f"it has a header with the value {value!r}")
    return value
