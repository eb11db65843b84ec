from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient

# Seconds. Whoever changes a rule can wait, and a transaction takes longer than a read.
_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "total_max_attempts": 3},
    max_pool_connections=32,
    tcp_keepalive=True,
)


def make_dynamodb() -> "DynamoDBClient":
    """Make the client for the tables, from the environment as boto3 reads it."""
    return boto3.session.Session().client("dynamodb", config=_CONFIG)


def make_secrets() -> "SecretsManagerClient":
    """Make the client for the secret of the distribution."""
    return boto3.session.Session().client("secretsmanager", config=_CONFIG)
