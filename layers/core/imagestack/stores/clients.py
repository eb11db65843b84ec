from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from botocore.config import Config
from botocore.loaders import Loader
from botocore.session import Session

from imagestack.limits import RESERVE
from imagestack.stores.bodies import reject_truncated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

# Connections of a client, and so the threads that should use it.
POOL = 32
_ATTEMPTS = 2
# Seconds. An origin that is slower than this is answered with 504, rules that are slower with their last good copy.
# Between two attempts botocore waits for a random time of up to a second.
_S3 = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
    max_pool_connections=POOL,
    tcp_keepalive=True,
    # TLS guards the bytes on their way; a checksum of every body would cost time and find nothing more.
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
_SMALL = Config(
    connect_timeout=1,
    read_timeout=1,
    retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
    max_pool_connections=POOL,
    tcp_keepalive=True,
)
# Of a function, in seconds, unless it is told another.
DEFAULT_TIMEOUT = 29.0


class _Loader(Loader):
    """Botocore's files, of services that are known to be there: it would look for them in a thousand folders."""

    def list_available_services(self, type_name: str) -> list[str]:  # noqa: ARG002 - as botocore calls it
        return ["dynamodb", "s3", "secretsmanager", "sqs"]


@dataclass(frozen=True)
class Clients:
    """Clients that outlive requests; they are safe for threads."""

    s3: "S3Client"
    dynamodb: "DynamoDBClient"
    secrets: "SecretsManagerClient | None" = None

    def close(self) -> None:
        """Close all connections; whatever is asked next opens new ones."""
        for client in (self.s3, self.dynamodb, self.secrets):
            if client:
                client.close()


def make_clients(timeout: float = DEFAULT_TIMEOUT, *, secrets: bool = False) -> Clients:
    """Make the clients, from the environment as boto3 reads it (region, credentials, `AWS_ENDPOINT_URL*`).

    Botocore makes boto3's clients too, and is loaded in a tenth less of a cold start.

    Args:
        timeout: of the function, in seconds: all attempts at one answer fit in.
        secrets: whether Secrets Manager is wanted; each client costs time at a cold start.
    """
    session, small = _session(), _within(timeout, _SMALL)
    return Clients(
        cast("S3Client", session.create_client("s3", config=_within(timeout, _S3))),
        cast("DynamoDBClient", session.create_client("dynamodb", config=small)),
        cast("SecretsManagerClient", session.create_client("secretsmanager", config=small)) if secrets else None,
    )


def make_queue_client(timeout: float = DEFAULT_TIMEOUT) -> "SQSClient":
    """Make the client of queues, likewise."""
    return cast("SQSClient", _session().create_client("sqs", config=_within(timeout, _SMALL)))


def _session() -> Session:
    session = Session()
    session.register_component("data_loader", _Loader())
    reject_truncated(session.register)
    return session


def _within(timeout: float, base: Config) -> Config:
    """A configuration of which all attempts fit into an invocation, a quarter of the time for connecting."""
    config: Any = base  # its attributes have no types
    share = max(timeout - RESERVE, 1) / _ATTEMPTS
    connect = min(config.connect_timeout, share / 4)
    return base.merge(Config(connect_timeout=connect, read_timeout=min(config.read_timeout, share - connect)))
