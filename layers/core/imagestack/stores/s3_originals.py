"""A store of originals in an S3 bucket."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC
from typing import TYPE_CHECKING, Any

from botocore.exceptions import (
    ClientError,
    ConnectionError,  # noqa: A004 - botocore's name for it
    ConnectTimeoutError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
)

from imagestack.errors import (
    OriginBrokenError,
    OriginRefusedError,
    OriginStatusError,
    OriginThrottledError,
    OriginTimeoutError,
)
from imagestack.ports import Original, Stored, Version
from imagestack.stores.errors import code_of
from imagestack.stores.truncated_bodies import BROKEN, retry_truncated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# Bytes of an original that is too large.
_BEGINNING = 256 * 1024
_THROTTLED = {"SlowDown", "RequestLimitExceeded", "Throttling", "ThrottlingException", "TooManyRequests"}
# A response to HEAD has no body with a code. S3 answers 503 when it asks for fewer requests.
_THROTTLED_STATUS = {429, 503}
# S3 rejects our credentials, not this request (S3 API reference, "Error responses").
_REFUSED = {
    "ExpiredToken",
    "InvalidAccessKeyId",
    "InvalidToken",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
}
# Statuses of a HEAD that may stand for one of `_REFUSED`.
_UNEXPLAINED_STATUS = {400, 403}
# Fields of S3's responses, and the headers that they become.
_HEADERS = {
    "CacheControl": "Cache-Control",
    "ContentDisposition": "Content-Disposition",
    "ContentLanguage": "Content-Language",
}


class S3Originals:
    """Originals in an S3 bucket; see `imagestack.ports.OriginalStore`."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def head(self, key: str) -> Stored:
        """The original of a key without its body."""
        try:
            with _origin_errors():
                return _stored(key, self._client.head_object(Bucket=self._bucket, Key=key))
        except OriginStatusError as error:
            if error.status not in _UNEXPLAINED_STATUS:
                raise
        # GET says why. A rejection of our credentials must not pass for one of this request.
        return self.fetch(key, 0).stored

    def fetch(self, key: str, max_bytes: int) -> Original:
        """The original: whole if it has at most `max_bytes`, else its beginning."""

        def once() -> Original:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            stored = _stored(key, answer)
            with closing(answer["Body"]) as stream:
                body = stream.read() if stored.size <= max_bytes else stream.read(_BEGINNING)
            wanted = stored.size if stored.size <= max_bytes else min(_BEGINNING, stored.size)
            if len(body) < wanted:
                raise IncompleteReadError(actual_bytes=len(body), expected_bytes=wanted)
            return Original(stored, body)

        with _origin_errors():
            return retry_truncated(once)


def _stored(key: str, answer: Mapping[str, Any]) -> Stored:
    headers = {name: answer[field] for field, name in _HEADERS.items() if answer.get(field)}
    headers |= {f"x-amz-meta-{name}": value for name, value in answer.get("Metadata", {}).items()}
    return Stored(
        key=key,
        version=Version(answer["ETag"], answer["LastModified"].astimezone(UTC)),
        size=answer["ContentLength"],
        content_type=answer.get("ContentType"),
        content_encoding=answer.get("ContentEncoding", ""),
        headers=headers,
    )


@contextmanager
def _origin_errors() -> Iterator[None]:
    """Translate errors of botocore into those of the port."""
    try:
        yield
    except ClientError as error:
        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
        code = code_of(error)
        if code in _THROTTLED or status in _THROTTLED_STATUS:
            raise OriginThrottledError from error
        if code in _REFUSED:
            raise OriginRefusedError from error
        raise OriginStatusError(status) from error
    except ConnectTimeoutError as error:
        raise OriginTimeoutError("connect") from error
    except ReadTimeoutError as error:
        raise OriginTimeoutError("read") from error
    except BROKEN as error:
        raise OriginBrokenError("read") from error
    except (ConnectionError, HTTPClientError) as error:
        raise OriginBrokenError("connection") from error
