"""The stores of moto, which serves them from this very process."""

from collections.abc import Iterable

from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

REGION = "us-east-1"


def empty(buckets: Iterable[str], tables: Iterable[str]) -> None:
    """Remove all objects of buckets and all items of tables at once: by requests it takes longer than most tests."""
    s3 = get_backend("s3")[DEFAULT_ACCOUNT_ID]["aws"]
    for bucket in buckets:
        s3.buckets[bucket].keys.clear()
    dynamodb = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][REGION]
    for table in tables:
        dynamodb.tables[table].items.clear()
