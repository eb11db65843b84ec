from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.errors import StoreError
from imagestack.ports import Derived, Transformed, Version
from imagestack.skips import join, split
from imagestack.stores.bodies import retry_truncated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import PutObjectRequestTypeDef

_NO_SUCH_KEY = "NoSuchKey"
# Another writer was first or is at it, or the stale object is gone already.
_LOST = {"PreconditionFailed", "ConditionalRequestConflict", _NO_SUCH_KEY}
_DEFAULT_CACHE_CONTROL = "public, max-age=86400"
_NEVER = Version("", datetime.fromtimestamp(0, UTC))
_UNREADABLE = Transformed((), (), "", "", 0, 0, 0, 0)


class S3Derived:
    """Derived objects in an S3 bucket; see `imagestack.ports.DerivedStore`.

    What is told of an object is kept in its user metadata: ASCII, less than S3's 2 KB.
    """

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, key: str, at_most: int) -> Derived | None:
        """The derived object, with its body if it has at most so many bytes; None if there is none."""

        def once() -> Derived | None:
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if _code(error) == _NO_SUCH_KEY:
                    return None
                raise
            with closing(answer["Body"]) as stream:
                body = stream.read() if answer["ContentLength"] <= at_most else None
            return _derived(answer, body)

        with _store_errors():
            return retry_truncated(once)

    def put(self, key: str, derived: Derived, headers: Mapping[str, str], replaces: str | None) -> bool:
        """Keep a derived object, once: a concurrent writer's result stays."""
        request: PutObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": key,
            "Body": derived.body or b"",
            "ContentType": derived.transformed.content_type,
            "CacheControl": headers.get("Cache-Control", _DEFAULT_CACHE_CONTROL),
            "Metadata": _metadata(derived),
        }
        if "Content-Disposition" in headers:
            request["ContentDisposition"] = headers["Content-Disposition"]
        if "Content-Language" in headers:
            request["ContentLanguage"] = headers["Content-Language"]
        if replaces:
            request["IfMatch"] = replaces
        else:
            request["IfNoneMatch"] = "*"
        with _store_errors():
            try:
                self._client.put_object(**request)
            except ClientError as error:
                if _code(error) not in _LOST:
                    raise
                return False
        return True


def _metadata(derived: Derived) -> dict[str, str]:
    made = derived.transformed
    optional = {"score": made.score, "quality": made.quality}
    # Empty values are not kept by every S3.
    texts = {"operations": " ".join(made.operations), "skip-reason": join(made.reasons)}
    return {
        "etag": made.etag,
        "origin-etag": derived.original_version.etag,
        "origin-last-modified": derived.original_version.last_modified.isoformat(),
        "origin-size": str(made.origin_size),
        "download-time": str(made.download_time),
        "processing-time": str(made.processing_time),
        **{name: text for name, text in texts.items() if text},
        **{name: str(value) for name, value in optional.items() if value is not None},
        **({"refined": "yes"} if derived.refined else {}),
    }


def _derived(answer: Mapping[str, Any], body: bytes | None) -> Derived:
    """What `put` kept. An object whose metadata cannot be read is stale, so that it is replaced."""
    told = answer["Metadata"]
    try:
        version = Version(told["origin-etag"], datetime.fromisoformat(told["origin-last-modified"]))
        transformed = Transformed(
            operations=tuple(told.get("operations", "").split()),
            reasons=split(told.get("skip-reason", "")),
            content_type=answer["ContentType"],
            etag=told["etag"],
            length=answer["ContentLength"],
            origin_size=int(told["origin-size"]),
            download_time=int(told["download-time"]),
            processing_time=int(told["processing-time"]),
            score=int(told["score"]) if "score" in told else None,
            quality=int(told["quality"]) if "quality" in told else None,
        )
    except (KeyError, ValueError):
        return Derived(_NEVER, _UNREADABLE, None, answer["ETag"])
    return Derived(version, transformed, body, answer["ETag"], refined="refined" in told)


def _code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


@contextmanager
def _store_errors() -> Iterator[None]:
    """Translate botocore's errors into the port's."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise StoreError(str(error)) from error
