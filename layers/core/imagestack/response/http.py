"""HTTP answers: every header of spec section 7, in one place."""

import json
import re
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
from imagestack.rules.options import Cors
from imagestack.skips import join

_SERVER = f"imagestack/{__version__}"
_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]")


@dataclass(frozen=True)
class Response:
    """An HTTP response."""

    status: int
    headers: dict[str, str]
    body: bytes = b""

    def as_event(self) -> dict[str, Any]:
        """What a Lambda function returns to API Gateway, either payload version, and to function URLs."""
        return {
            "statusCode": self.status,
            "headers": self.headers,
            "body": b64encode(self.body).decode() if self.body else "",
            "isBase64Encoded": bool(self.body),
        }


_NOTHING_SET = CachePolicy()


def image_response(
    request: ImageRequest, answer: Answer, keeping: CachePolicy = _NOTHING_SET, now: float = 0
) -> Response:
    """The response for an image: 200, 304, or 302 to a body that is too large.

    Args:
        request: for the image.
        answer: before HTTP.
        keeping: how long it is kept.
        now: seconds since the epoch; a redirect is good for some time from then on.
    """
    validators = _validators(answer, keeping)
    if _not_modified(request, answer):
        return Response(304, _always() | validators)
    headers = _always() | _facts(answer)
    if answer.body is None:
        to = location(answer.path, answer.etag, request.origin_secret, now)
        at_most = cache_control.TRANSIENT_SECONDS if answer.transient else cache_control.REDIRECT
        kept = {"Cache-Control": cache_control.image(_own(answer), keeping, 302, at_most)}
        return Response(302, headers | _vary(answer) | kept | {"Location": to, "Content-Length": "0"})
    headers |= _representation(answer) | validators
    return Response(200, headers, b"" if request.head else answer.body)


def preflight_response(option: Cors | None) -> Response:
    """The answer to a preflight of CORS, before `delivery` says what is allowed.

    Raises:
        MethodNotAllowedError: no rule sets CORS.
    """
    if option is None:
        raise MethodNotAllowedError
    return Response(204, _always() | {"Cache-Control": cache_control.NEVER})


def error_response(error: ImageStackError, keeping: CachePolicy = _NOTHING_SET, *, head: bool = False) -> Response:
    """The one place where a failure becomes a response."""
    body = json.dumps({"error": error.text}).encode()
    headers = _always() | {
        "Content-Type": "application/json",
        "Content-Length": str(len(body)),
        "Cache-Control": cache_control.error(error.status, keeping),
    }
    headers |= error.headers
    if error.reason:
        headers["Img-Skip-Reason"] = error.reason
    return Response(error.status, headers, b"" if head else body)


def _always() -> dict[str, str]:
    return {"X-Img-Server": _SERVER, "X-Content-Type-Options": "nosniff"}


def _facts(answer: Answer) -> dict[str, str]:
    """What was done and what was not."""
    headers = {}
    if answer.reasons:
        headers["Img-Skip-Reason"] = join(answer.reasons)
    if answer.transformed:
        made = answer.transformed
        headers["X-Img-Operations"] = " ".join(made.operations)
        headers["X-Img-Origin-Size"] = str(made.origin_size)
        headers["X-Img-Saved-Bytes"] = str(made.origin_size - made.length)
        headers["X-Img-Origin-Download-Time"] = str(made.download_time)
        headers["X-Img-Processing-Time"] = str(made.processing_time)
        if made.score is not None:
            headers["X-Img-Score"] = str(made.score)
        if made.quality is not None:
            headers["X-Img-Quality"] = str(made.quality)
    elif answer.reasons and answer.download_time is not None:
        headers["X-Img-Origin-Download-Time"] = str(answer.download_time)
    return headers


def _representation(answer: Answer) -> dict[str, str]:
    """What describes the body, and what the original brings along."""
    headers = {name: _NOT_PRINTABLE.sub("", value) for name, value in answer.stored.headers.items()}
    if answer.transformed:
        headers["Content-Type"] = answer.transformed.content_type
    else:
        headers["Content-Type"] = _NOT_PRINTABLE.sub("", answer.stored.content_type or "") or DEFAULT_TYPE
        if answer.stored.content_encoding:
            headers["Content-Encoding"] = _NOT_PRINTABLE.sub("", answer.stored.content_encoding)
    headers["Content-Length"] = str(answer.length)
    return headers


def _validators(answer: Answer, keeping: CachePolicy) -> dict[str, str]:
    """What 200 and 304 have in common (RFC 9110 section 15.4.5)."""
    at_most = cache_control.TRANSIENT_SECONDS if answer.transient else None
    return _vary(answer) | {
        "ETag": answer.etag,
        "Last-Modified": format_datetime(answer.stored.version.last_modified, usegmt=True),
        "Cache-Control": cache_control.image(
            _own(answer), keeping, at_most=at_most, edge_at_most=cache_control.REFINING if answer.refining else None
        ),
    }


def _own(answer: Answer) -> str | None:
    return answer.stored.headers.get("Cache-Control")


def _vary(answer: Answer) -> dict[str, str]:
    return {"Vary": "Accept"} if answer.varies else {}


def _not_modified(request: ImageRequest, answer: Answer) -> bool:
    """RFC 9110 section 13.2.2; the date counts for an original that is passed through only (spec section 7)."""
    conditions = request.conditions
    if conditions.etags is not None:
        return conditions.any_etag or answer.etag in conditions.etags
    since = conditions.modified_since
    return since is not None and answer.transformed is None and answer.stored.version.last_modified <= since
