"""A store of derived objects in an S3 bucket."""

from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from imagestack.ports import DEFAULT_CACHE_CONTROL, Derived, Transformed, Version
from imagestack.skips import join, split
from imagestack.stores.errors import code_of, store_errors
from imagestack.stores.truncated_bodies import retry_truncated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import PutObjectRequestTypeDef

_NO_SUCH_KEY = "NoSuchKey"
# Another writer was first or is writing now, or the stale object is gone already.
_LOST = {"PreconditionFailed", "ConditionalRequestConflict", _NO_SUCH_KEY}
_NEVER = Version("", datetime.fromtimestamp(0, UTC))
_UNREADABLE = Transformed((), (), "", "", 0, 0, 0, 0)


class S3Derived:
    """Derived objects in an S3 bucket; see `imagestack.ports.DerivedStore`.

    The facts about the transform are user metadata: ASCII, and less than the 2 KB that S3 allows.
    """

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def get(self, key: str, max_bytes: int) -> Derived | None:
        """The derived object, with its body if that has at most `max_bytes`; None if there is none."""

        def once() -> Derived | None:
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if code_of(error) == _NO_SUCH_KEY:
                    return None
                raise
            with closing(answer["Body"]) as stream:
                body = stream.read() if answer["ContentLength"] <= max_bytes else None
            return _derived(answer, body)

        with store_errors():
            return retry_truncated(once)

    def put(self, key: str, derived: Derived, headers: Mapping[str, str], replaces: str | None) -> bool:
        """Store a derived object; the object of a concurrent writer stays."""
        request: PutObjectRequestTypeDef = {
            "Bucket": self._bucket,
            "Key": key,
            "Body": derived.body or b"",
            "ContentType": derived.transformed.content_type,
            "CacheControl": headers.get("Cache-Control", DEFAULT_CACHE_CONTROL),
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
        with store_errors():
            try:
                self._client.put_object(**request)
            except ClientError as error:
                if code_of(error) not in _LOST:
                    raise
                return False
        return True


def _metadata(derived: Derived) -> dict[str, str]:
    transformed = derived.transformed
    optional = {"score": transformed.score, "quality": transformed.quality}
    # Not every S3 keeps empty values.
    texts = {"operations": " ".join(transformed.operations), "skip-reason": join(transformed.reasons)}
    return {
        "etag": transformed.etag,
        "origin-etag": derived.original_version.etag,
        "origin-last-modified": derived.original_version.last_modified.isoformat(),
        "origin-size": str(transformed.origin_size),
        "download-time": str(transformed.download_time),
        "processing-time": str(transformed.processing_time),
        **{name: text for name, text in texts.items() if text},
        **{name: str(value) for name, value in optional.items() if value is not None},
        **({"refined": "yes"} if derived.refined else {}),
    }


def _derived(answer: Mapping[str, Any], body: bytes | None) -> Derived:
    """The derived object of a response. One whose metadata cannot be read counts as stale, so it is replaced."""
    metadata = answer["Metadata"]
    try:
        version = Version(metadata["origin-etag"], datetime.fromisoformat(metadata["origin-last-modified"]))
        transformed = Transformed(
            operations=tuple(metadata.get("operations", "").split()),
            reasons=split(metadata.get("skip-reason", "")),
            content_type=answer["ContentType"],
            etag=metadata["etag"],
            length=answer["ContentLength"],
            origin_size=int(metadata["origin-size"]),
            download_time=int(metadata["download-time"]),
            processing_time=int(metadata["processing-time"]),
            score=int(metadata["score"]) if "score" in metadata else None,
            quality=int(metadata["quality"]) if "quality" in metadata else None,
        )
    except (KeyError, ValueError):
        return Derived(_NEVER, _UNREADABLE, None, answer["ETag"])
    return Derived(version, transformed, body, answer["ETag"], refined="refined" in metadata)
