"""The AWS clients of the control function."""

from typing import TYPE_CHECKING, Any

from botocore.config import Config

from imagestack.stores.sessions import new_session

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient

# Timeouts in seconds. Operators can wait longer than viewers, and transactions take longer than reads.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=32,
    tcp_keepalive=True,
)


def make_dynamodb() -> "DynamoDBClient":
    """Make the client of the tables, from the environment as boto3 reads it."""
    return new_session().client("dynamodb", config=_CONFIG)


def make_secrets() -> "SecretsManagerClient":
    """Make the client of the distribution's secret."""
    return new_session().client("secretsmanager", config=_CONFIG)


def make_s3() -> "S3Client":
    """Make the client of the originals."""
    return new_session().client("s3", config=_CONFIG)


def make_logs() -> Any:  # noqa: ANN401 - the types of this service are not installed
    """Make the client of the image function's log."""
    return new_session().client("logs", config=_CONFIG)
