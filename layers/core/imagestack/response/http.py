"""HTTP responses: every header of docs/specification.md#section-7, in one place."""

import json
from base64 import b64encode
from dataclasses import dataclass
from email.utils import format_datetime
from typing import Any

from imagestack import __version__
from imagestack.errors import ImageStackError, MethodNotAllowedError
from imagestack.formats import DEFAULT_TYPE
from imagestack.request.image_request import ImageRequest
from imagestack.response import cache_control
from imagestack.response.answer import Answer
from imagestack.response.cache_control import CachePolicy
from imagestack.response.object_url import location
from imagestack.response.printable import printable
from imagestack.rules.options import Cors
from imagestack.skips import join

_SERVER = f"imagestack/{__version__}"


@dataclass(frozen=True)
class Response:
    """An HTTP response for the viewer.

    Attributes:
        status: HTTP status.
        headers: headers by name, in the letter case that is sent.
        body: empty if there is none.
    """

    status: int
    headers: dict[str, str]
    body: bytes = b""

    def as_event(self) -> dict[str, Any]:
        """The response as Lambda returns it to API Gateway, in both payload versions, and to function URLs."""
        return {
            "statusCode": self.status,
            "headers": self.headers,
            "body": b64encode(self.body).decode() if self.body else "",
            "isBase64Encoded": bool(self.body),
        }


_NO_OPTIONS = CachePolicy()


def image_response(
    request: ImageRequest, answer: Answer, policy: CachePolicy = _NO_OPTIONS, now: float = 0
) -> Response:
    """The response for an image: 200, 304, or 302 to a body that is too large.

    Args:
        request: for the image.
        answer: of the pipeline.
        policy: decides how long the response is kept.
        now: seconds since the epoch; a redirect is valid for some time from then on.
    """
    validators = _validators(answer, policy)
    if _not_modified(request, answer):
        return Response(304, _always() | validators)
    headers = _always() | _facts(answer)
    if answer.body is None:
        max_seconds = cache_control.TRANSIENT_SECONDS if answer.transient else cache_control.REDIRECT_SECONDS
        headers |= _vary(answer)
        headers["Cache-Control"] = cache_control.image(_own(answer), policy, 302, max_seconds)
        headers["Location"] = location(answer.path, answer.etag, request.origin_secret, now)
        return Response(302, headers | {"Content-Length": "0"})
    headers |= _representation(answer) | validators
    return Response(200, headers, b"" if request.head else answer.body)


def preflight_response(option: Cors | None) -> Response:
    """The response to a preflight of CORS; `page_headers.deliver` adds what is allowed.

    Raises:
        MethodNotAllowedError: no rule sets CORS.
    """
    if option is None:
        raise MethodNotAllowedError
    return Response(204, _always() | {"Cache-Control": cache_control.NEVER})


def error_response(error: ImageStackError, policy: CachePolicy = _NO_OPTIONS, *, head: bool = False) -> Response:
    """The response for a failure; the only place where one becomes a response."""
    body = json.dumps({"error": error.text}).encode()
    headers = _always() | {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Cache-Control": cache_control.error(error.status, policy),
    }
    headers |= error.headers
    if error.reason:
        headers["Img-Skip-Reason"] = error.reason
    return Response(error.status, headers, b"" if head else body)


def _always() -> dict[str, str]:
    return {"X-Img-Server": _SERVER, "X-Content-Type-Options": "nosniff"}


def _facts(answer: Answer) -> dict[str, str]:
    """The headers about operations and skip reasons."""
    headers = {}
    if answer.reasons:
        headers["Img-Skip-Reason"] = join(answer.reasons)
    if answer.transformed:
        transformed = answer.transformed
        headers["X-Img-Operations"] = " ".join(transformed.operations)
        headers["X-Img-Origin-Size"] = str(transformed.origin_size)
        headers["X-Img-Saved-Bytes"] = str(transformed.origin_size - transformed.length)
        headers["X-Img-Origin-Download-Time"] = str(transformed.download_time)
        headers["X-Img-Processing-Time"] = str(transformed.processing_time)
        if transformed.score is not None:
            headers["X-Img-Score"] = str(transformed.score)
        if transformed.quality is not None:
            headers["X-Img-Quality"] = str(transformed.quality)
    elif answer.reasons and answer.download_time is not None:
        headers["X-Img-Origin-Download-Time"] = str(answer.download_time)
    return headers


def _representation(answer: Answer) -> dict[str, str]:
    """The headers that describe the body, and the stored headers of the original."""
    headers = {name: printable(value) for name, value in answer.stored.headers.items()}
    if answer.transformed:
        headers["Content-Type"] = answer.transformed.content_type
    else:
        headers["Content-Type"] = printable(answer.stored.content_type or "") or DEFAULT_TYPE
        if answer.stored.content_encoding:
            headers["Content-Encoding"] = printable(answer.stored.content_encoding)
    headers["Content-Length"] = str(answer.length)
    return headers


def _validators(answer: Answer, policy: CachePolicy) -> dict[str, str]:
    """The headers of both 200 and 304 (RFC 9110 section 15.4.5)."""
    max_seconds = cache_control.TRANSIENT_SECONDS if answer.transient else None
    max_edge_seconds = cache_control.REFINING_SECONDS if answer.refining else None
    return _vary(answer) | {
        "ETag": answer.etag,
        "Last-Modified": format_datetime(answer.stored.version.last_modified, usegmt=True),
        "Cache-Control": cache_control.image(
            _own(answer), policy, max_seconds=max_seconds, max_edge_seconds=max_edge_seconds
        ),
    }


def _own(answer: Answer) -> str | None:
    return answer.stored.headers.get("Cache-Control")


def _vary(answer: Answer) -> dict[str, str]:
    return {"Vary": "Accept"} if answer.varies else {}


def _not_modified(request: ImageRequest, answer: Answer) -> bool:
    """Whether the viewer has this answer already (RFC 9110 section 13.2.2).

    The date counts only if the answer is the original (docs/specification.md#section-7).
    """
    conditions = request.conditions
    if conditions.etags is not None:
        return conditions.any_etag or answer.etag in conditions.etags
    since = conditions.modified_since
    return since is not None and answer.transformed is None and answer.stored.version.last_modified <= since
