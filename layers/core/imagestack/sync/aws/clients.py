"""The AWS clients of the sync function."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.config import Config

from imagestack.stores.sessions import new_session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

# Timeouts in seconds. No viewer waits, and a retry here saves a new delivery of the message.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 4},
    max_pool_connections=32,
    tcp_keepalive=True,
)


@dataclass(frozen=True)
class Clients:
    """Clients that outlive invocations; they are safe for threads."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    sqs: "SQSClient"
    cloudfront: Any


def make_clients() -> Clients:
    """Make the clients, from the environment as boto3 reads it (region, credentials, `AWS_ENDPOINT_URL*`)."""
    session = new_session()
    return Clients(
        session.client("s3", config=_CONFIG),
        session.client("dynamodb", config=_CONFIG),
        session.client("sqs", config=_CONFIG),
        session.client("cloudfront", config=_CONFIG),
    )
