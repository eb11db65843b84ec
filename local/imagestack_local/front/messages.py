"""The front's own responses: the errors of CloudFront."""

from dataclasses import dataclass
from http import HTTPStatus

HIT = b"Hit from cloudfront"
MISS = b"Miss from cloudfront"
REFRESH_HIT = b"RefreshHit from cloudfront"
ERROR = b"Error from cloudfront"
GENERATED = b"FunctionGeneratedResponse from cloudfront"
FUNCTION_FAILED = b"FunctionExecutionError from cloudfront"

X_CACHE = b"x-cache"

_METHOD = "This distribution is not configured to allow the HTTP request method that was used for this request."


@dataclass(frozen=True)
class FrontAnswer:
    """A complete response."""

    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    x_cache: bytes


def method_not_allowed() -> FrontAnswer:
    """The behaviour does not allow the method of the request."""
    return _page(HTTPStatus.FORBIDDEN, _METHOD)


def body_not_allowed() -> FrontAnswer:
    """A GET request has a body (guide, "GET requests that include a body")."""
    return _page(HTTPStatus.FORBIDDEN, "Bad request.")


def bad_request() -> FrontAnswer:
    """The target of the request is not a path."""
    return _page(HTTPStatus.BAD_REQUEST, "Bad request.")


def too_large() -> FrontAnswer:
    """The head of the request is larger than CloudFront accepts."""
    return _page(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "Bad request.")


def function_failed() -> FrontAnswer:
    """A function raised an exception or returned an invalid value."""
    text = "The CloudFront function associated with the CloudFront distribution is invalid or could not run."
    return _page(HTTPStatus.SERVICE_UNAVAILABLE, text, FUNCTION_FAILED)


def origin_failed() -> FrontAnswer:
    """The origin closed the connection."""
    return _page(HTTPStatus.BAD_GATEWAY, "CloudFront wasn't able to connect to the origin.")


def origin_timed_out() -> FrontAnswer:
    """The origin did not respond in time."""
    text = (
        "CloudFront attempted to establish a connection with the origin, but either the attempt failed or the origin "
        "closed the connection."
    )
    return _page(HTTPStatus.GATEWAY_TIMEOUT, text)


def _page(status: HTTPStatus, text: str, x_cache: bytes = ERROR) -> FrontAnswer:
    body = (
        f"<!DOCTYPE html>\n<title>ERROR: The request could not be satisfied</title>\n<h1>{status.value} ERROR</h1>\n"
        f"<h2>The request could not be satisfied.</h2>\n<p>{text}\n"
    ).encode()
    headers = ((b"content-type", b"text/html"), (b"content-length", str(len(body)).encode()))
    return FrontAnswer(status.value, headers, body, x_cache)
