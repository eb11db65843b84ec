"""Objects of a bucket over HTTP, as CloudFront serves them from S3."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from botocore.exceptions import BotoCoreError, ClientError
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef

_HEADERS = frozenset(
    {
        "accept-ranges",
        "cache-control",
        "content-disposition",
        "content-encoding",
        "content-language",
        "content-length",
        "content-range",
        "content-type",
        "etag",
        "expires",
        "last-modified",
    },
)
_VALIDATORS = frozenset({"cache-control", "etag", "expires", "last-modified", "x-content-type-options"})
_METADATA_PREFIX = "x-amz-meta-"
_CHUNK_BYTES = 64 * 1024


class Objects:
    """The objects of one bucket under one path.

    Args:
        s3: A client for the bucket.
        bucket: The bucket's name.
        prefix: The part of the path before the key, with both slashes.
    """

    def __init__(self, s3: "S3Client", bucket: str, prefix: str) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._prefix = prefix.encode()

    def respond(self, request: Request) -> Response:
        """Respond to GET or HEAD; blocks until S3 responds."""
        key = unquote_to_bytes(request.scope["raw_path"].removeprefix(self._prefix)).decode(errors="replace")
        if not key:
            return _missing()
        parameters: dict[str, Any] = {"Bucket": self._bucket, "Key": key}
        ranges = request.headers.get("range")
        # The whole object is a valid response to If-Range.
        if ranges and request.method == "GET" and "if-range" not in request.headers:
            parameters["Range"] = ranges
        try:
            found = self._s3.get_object(**parameters)
        except ClientError as error:
            return _refusal(error.response)
        except BotoCoreError as error:
            return PlainTextResponse(f"S3 does not respond: {error}\n", 502)
        return _found(request, found)


def _found(request: Request, found: "GetObjectOutputTypeDef") -> Response:
    metadata = found["ResponseMetadata"]
    headers = _headers(metadata["HTTPHeaders"])
    if _is_known(request, headers.get("etag", "")):
        found["Body"].close()
        return Response(status_code=304, headers={k: v for k, v in headers.items() if k in _VALIDATORS})
    if request.method == "HEAD":
        found["Body"].close()
        return Response(headers=headers)
    return StreamingResponse(_chunks(found["Body"]), metadata["HTTPStatusCode"], headers)


def _headers(headers: dict[str, str]) -> dict[str, str]:
    return {
        name.lower(): value
        for name, value in headers.items()
        if name.lower() in _HEADERS or name.lower().startswith(_METADATA_PREFIX)
    } | {"x-content-type-options": "nosniff"}


def _is_known(request: Request, etag: str) -> bool:
    known = [tag.strip().removeprefix("W/") for tag in request.headers.get("if-none-match", "").split(",")]
    return etag in known or "*" in known


def _refusal(response: Any) -> Response:  # noqa: ANN401 - botocore has one type for the errors of all services
    status = response["ResponseMetadata"]["HTTPStatusCode"]
    if status == 404:  # noqa: PLR2004
        return _missing()
    if status == 416:  # noqa: PLR2004
        headers = _headers(response["ResponseMetadata"]["HTTPHeaders"])
        return PlainTextResponse(
            "the range is not in the object\n",
            status,
            {k: v for k, v in headers.items() if k == "content-range"},
        )
    return PlainTextResponse(f"S3 answers {response['Error'].get('Code', status)}\n", 502)


def _missing() -> Response:
    return PlainTextResponse("there is no such object\n", 404)


def _chunks(body: "StreamingBody") -> Iterator[bytes]:
    try:
        yield from body.iter_chunks(_CHUNK_BYTES)
    finally:
        body.close()
