"""Botocore clients of the image and refine functions."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

from imagestack.limits import DEFAULT_TIMEOUT, RESERVE
from imagestack.stores.truncated_bodies import reject_truncated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

# Connections of a client, and so the threads that should use it.
POOL = 32
_ATTEMPTS = 2
# Between two attempts botocore waits for a random time of up to a second.
_ALL = Config(
    retries={"mode": "standard", "total_max_attempts": _ATTEMPTS}, max_pool_connections=POOL, tcp_keepalive=True
)
# Timeouts in seconds. A slower origin leads to 504; with slower rules the last good copy counts.
_S3 = _ALL.merge(
    Config(
        connect_timeout=2,
        read_timeout=10,
        # TLS protects the bytes in transit; a checksum of every body would cost time and detect nothing more.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
)
_SMALL = _ALL.merge(Config(connect_timeout=1, read_timeout=1))


class _Loader(Loader):
    """The loader of botocore's service models without its search of a thousand folders for their names."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - as botocore calls it
        return ["dynamodb", "s3", "secretsmanager", "sqs"]


@dataclass(frozen=True)
class Clients:
    """Clients that outlive requests. They are safe for threads.

    Attributes:
        s3: for originals and derived objects.
        dynamodb: for rules and leases.
        secrets: for the secret of the distribution; None without one.
    """

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    secrets: "SecretsManagerClient | None" = None

    def close(self) -> None:
        """Close all connections; the next calls open new ones."""
        for client in (self.s3, self.dynamodb, self.secrets):
            if client:
                client.close()


def make_clients(timeout: float = DEFAULT_TIMEOUT, *, secrets: bool = False) -> Clients:
    """Make the clients, from the environment as boto3 reads it (region, credentials, `AWS_ENDPOINT_URL*`).

    Botocore is enough: boto3 uses the same clients, and loading it takes a tenth of a cold start.

    Args:
        timeout: of the function, in seconds; all attempts of one call fit into it.
        secrets: whether to make the client of Secrets Manager; each client costs time at a cold start.
    """
    session, small = _session(), _within(timeout, _SMALL)
    return Clients(
        cast("S3Client", session.create_client("s3", config=_within(timeout, _S3))),
        cast("DynamoDBClient", session.create_client("dynamodb", config=small)),
        cast("SecretsManagerClient", session.create_client("secretsmanager", config=small)) if secrets else None,
    )


def make_queue_client(timeout: float = DEFAULT_TIMEOUT) -> "SQSClient":
    """Make the client of SQS.

    Args:
        timeout: as of `make_clients`.
    """
    return cast("SQSClient", _session().create_client("sqs", config=_within(timeout, _SMALL)))


def _session() -> Session:
    session = Session()
    session.register_component("data_loader", _Loader())
    reject_truncated(session.register)
    return session


def _within(timeout: float, base: Config) -> Config:
    """A configuration whose attempts all fit into an invocation; connecting gets at most a quarter of the time."""
    config: Any = base  # its attributes are set at run time and have no types
    share = max(timeout - RESERVE, 1) / _ATTEMPTS
    connect = min(config.connect_timeout, share / 4)
    return base.merge(Config(connect_timeout=connect, read_timeout=min(config.read_timeout, share - connect)))
