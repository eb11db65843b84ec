"""Responses without an image (docs/specification.md#section-6, #section-7)."""

import json

import pytest

from imagestack.errors import (
    BadRequestError,
    ImageStackError,
    MethodNotAllowedError,
    NotServedError,
    OriginStatusError,
    OriginThrottledError,
    OriginTimeoutError,
)
from imagestack.response.http import error_response
from tests.support.answers import max_age

# error, status, text, further headers.
ERRORS = {
    "bad path": (BadRequestError("bad"), 400, "bad", {}),
    "method": (MethodNotAllowedError(), 405, "method not found", {"Allow": "GET, HEAD"}),
    "not served": (NotServedError("the resource is not active"), 404, "the resource is not active", {}),
    "missing": (
        OriginStatusError(404),
        404,
        "not valid response code from the origin; response code - 404",
        {"Img-Skip-Reason": "not valid response code from the origin; response code - 404"},
    ),
    "forbidden": (
        OriginStatusError(403),
        403,
        "not valid response code from the origin; response code - 403",
        {"Img-Skip-Reason": "not valid response code from the origin; response code - 403"},
    ),
    "timeout": (OriginTimeoutError("read"), 504, "request to origin timeout: read", {}),
    "throttled": (OriginThrottledError(), 504, "too many requests", {}),
    "ours": (ImageStackError("internal error"), 500, "internal error", {}),
}


@pytest.mark.parametrize(("error", "status", "text", "headers"), ERRORS.values(), ids=ERRORS)
def test_errors(error: ImageStackError, status: int, text: str, headers: dict[str, str]) -> None:
    """An error without an image to fall back on is JSON with X-Img-Server, kept for seconds only."""
    response = error_response(error)
    assert response.status == status
    assert json.loads(response.body) == {"error": text}
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Content-Length"] == str(len(response.body))
    assert response.headers["X-Img-Server"]
    assert max_age(response.headers) < 60
    assert headers.items() <= response.headers.items()
    assert "ETag" not in response.headers
    assert ("Img-Skip-Reason" in response.headers) is ("Img-Skip-Reason" in headers)


def test_retry_after() -> None:
    """A throttled origin asks viewers to come again, in seconds."""
    assert int(error_response(OriginThrottledError()).headers["Retry-After"]) > 0


def test_error_of_head() -> None:
    """An error that answers HEAD has the same headers and no body."""
    response = error_response(OriginStatusError(404), head=True)
    assert response.body == b""
    assert response.headers == error_response(OriginStatusError(404)).headers
