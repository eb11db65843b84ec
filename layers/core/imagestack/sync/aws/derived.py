"""Derived objects in S3, by keys."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from imagestack.errors import StoreError
from imagestack.sync.aws.errors import translated

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# The number of keys that S3 lists and removes at a time.
_PAGE = 1_000


class S3DerivedObjects:
    """The keys of a bucket; see `imagestack.sync.ports.DerivedObjects`."""

    def __init__(self, client: "S3Client", bucket: str, page: int = _PAGE) -> None:
        """Use the keys of `bucket`, in pages of `page`."""
        self._client = client
        self._bucket = bucket
        self._page = page

    def page(self, prefix: str, after: str) -> list[str]:
        """The next keys. A key, unlike a continuation token, never expires."""
        with translated():
            response = self._client.list_objects_v2(
                Bucket=self._bucket, Prefix=prefix, StartAfter=after, MaxKeys=self._page
            )
        return [item["Key"] for item in response.get("Contents", ())]

    def delete(self, keys: Sequence[str]) -> None:
        """Remove objects."""
        with translated():
            response = self._client.delete_objects(
                Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in keys], "Quiet": True}
            )
        if errors := response.get("Errors"):
            raise StoreError(f"{len(errors)} objects could not be removed: {errors[0].get('Code')}")
