from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.control.backends import Listed
from imagestack.control.errors import ThrottledError, UnavailableError
from imagestack.ports import Original, Stored
from imagestack.stores.originals import S3Originals

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_SLOWER = (429, 503)


class BucketOriginals:
    """Originals in an S3 bucket; see `imagestack.control.backends.Originals`."""

    def __init__(self, make_client: "Callable[[], S3Client]", bucket: str) -> None:
        """Make the client when it is needed: most calls of the API are about the tables alone."""
        self._make_client = make_client
        self._bucket = bucket

    def head(self, key: str) -> Stored:
        """What is stored under `key`."""
        return self._store.head(key)

    def fetch(self, key: str, at_most: int) -> Original:
        """The original, whole if it has at most so many bytes, else its beginning."""
        return self._store.fetch(key, at_most)

    def browse(self, prefix: str, after: str, limit: int) -> tuple[Sequence[Listed], bool]:
        """Keys with a prefix and behind another key."""
        try:
            found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, StartAfter=after, MaxKeys=limit)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in _SLOWER:
                raise ThrottledError("the bucket of originals asks for fewer requests", 1) from error
            raise UnavailableError("the originals cannot be listed") from error
        except BotoCoreError as error:
            raise UnavailableError("the originals cannot be listed") from error
        listed = [Listed(one["Key"], one["Size"], one["LastModified"]) for one in found.get("Contents", ())]
        return listed, found["IsTruncated"]

    @cached_property
    def _client(self) -> "S3Client":
        return self._make_client()

    @cached_property
    def _store(self) -> S3Originals:
        return S3Originals(self._client, self._bucket)
