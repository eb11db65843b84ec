"""Originals in an S3 bucket."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.control.backends import ListedOriginal
from imagestack.control.errors import ThrottledError, UnavailableError
from imagestack.ports import Original, Stored
from imagestack.stores.s3_originals import S3Originals

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_THROTTLED = (429, 503)


class BucketOriginals:
    """Lists and fetches originals of a bucket; see `imagestack.control.backends.ListableOriginals`."""

    def __init__(self, make_client: "Callable[[], S3Client]", bucket: str) -> None:
        """Use a bucket. The client is made when it is first needed: most calls use the tables alone."""
        self._make_client = make_client
        self._bucket = bucket

    def head(self, key: str) -> Stored:
        """The metadata of an original."""
        return self._store.head(key)

    def fetch(self, key: str, at_most: int) -> Original:
        """Fetch an original; only its beginning if it has more than `at_most` bytes."""
        return self._store.fetch(key, at_most)

    def browse(self, prefix: str, after: str, limit: int) -> tuple[Sequence[ListedOriginal], bool]:
        """List keys with a prefix, after another key."""
        try:
            response = self._client.list_objects_v2(Bucket=self._bucket, Prefix=prefix, StartAfter=after, MaxKeys=limit)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in _THROTTLED:
                raise ThrottledError("the bucket of originals asks for fewer requests") from error
            raise UnavailableError("the originals cannot be listed") from error
        except BotoCoreError as error:
            raise UnavailableError("the originals cannot be listed") from error
        listed = [ListedOriginal(one["Key"], one["Size"], one["LastModified"]) for one in response.get("Contents", ())]
        return listed, response["IsTruncated"]

    @cached_property
    def _client(self) -> "S3Client":
        return self._make_client()

    @cached_property
    def _store(self) -> S3Originals:
        return S3Originals(self._client, self._bucket)
