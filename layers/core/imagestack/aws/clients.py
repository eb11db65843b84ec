from dataclasses import dataclass
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

_POOL = 32
# Seconds. An origin that is slower than this is answered with 504, rules that are slower with their last good copy.
_S3 = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=_POOL,
    tcp_keepalive=True,
    # TLS guards the bytes on their way; a checksum of every body would cost time and find nothing more.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
_SMALL = Config(
    connect_timeout=1,
    read_timeout=1,
    retries={"mode": "standard", "total_max_attempts": 2},
    max_pool_connections=_POOL,
    tcp_keepalive=True,
)


@dataclass(frozen=True)
class Clients:
    """Clients that outlive requests; they are safe for threads."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    secrets: "SecretsManagerClient | None" = None


def make_clients(*, secrets: bool = False) -> Clients:
    """Make the clients, from the environment as boto3 reads it (region, credentials, `AWS_ENDPOINT_URL*`).

    Args:
        secrets: whether Secrets Manager is wanted; each client costs time at a cold start.
    """
    session = boto3.session.Session()
    return Clients(
        session.client("s3", config=_S3),
        session.client("dynamodb", config=_SMALL),
        session.client("secretsmanager", config=_SMALL) if secrets else None,
    )


def make_queue_client() -> "SQSClient":
    """Make the client of queues, likewise."""
    return boto3.session.Session().client("sqs", config=_SMALL)
