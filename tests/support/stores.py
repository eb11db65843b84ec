"""Shortcuts into the stores of moto, which serves them from this process: requests take longer than most tests."""

from collections.abc import Iterable, Mapping

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

REGION = "us-east-1"


def empty(buckets: Iterable[str], tables: Iterable[str]) -> None:
    """Remove all objects of buckets and all items of tables."""
    s3 = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"]
    for bucket in buckets:
        s3.buckets[bucket].keys.clear()
    dynamodb = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION]
    for table in tables:
        dynamodb.tables[table].items.clear()


def store(bucket: str, objects: Mapping[str, bytes]) -> None:
    """Store objects in a bucket, by their keys."""
    s3 = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"]
    for key, body in objects.items():
        s3.put_object(bucket, key, body)
