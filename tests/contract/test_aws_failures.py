"""How AWS fails, and what the ports make of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from time import time
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ConnectTimeoutError

from imagestack.errors import (
    OriginBrokenError,
    OriginRefusedError,
    OriginStatusError,
    OriginThrottledError,
    OriginTimeoutError,
    StoreError,
)
from imagestack.ports import Derived, Transformed, Version
from imagestack.stores.clients import Clients, make_clients, make_queue_client
from imagestack.stores.dynamodb_leases import DynamoLeases
from imagestack.stores.dynamodb_rules import DynamoRules
from imagestack.stores.s3_derived import S3Derived
from imagestack.stores.s3_originals import S3Originals
from imagestack.stores.secrets_manager import ManagedSecret
from imagestack.stores.sqs_refinements import SqsRefinements
from tests.contract.test_refinements import REFINEMENT
from tests.support.faulty_server import FaultyServer, closed_port

AT_MOST = 10**6
DERIVED = Derived(
    Version('"a"', datetime(2024, 5, 6, tzinfo=UTC)),
    Transformed(("convert",), (), "image/webp", '"b"', 1, 2, 3, 4),
    b"x",
)


CLOSED = closed_port()
# Seconds that a client waits: long enough for a busy machine, or for nothing.
PATIENT, IMPATIENT = 30, 0.3


def new_client(service: Any, url: str, patience: float = PATIENT) -> Any:
    """A client of a service at an address, that asks once."""
    config = Config(connect_timeout=patience, read_timeout=patience, retries={"total_max_attempts": 1})
    return boto3.client(service, endpoint_url=url, config=config)


client = cache(new_client)


def originals_at(url: str, patience: float = PATIENT) -> S3Originals:
    return S3Originals(client("s3", url, patience), "originals")


def derived_at(url: str, patience: float = PATIENT) -> S3Derived:
    return S3Derived(client("s3", url, patience), "derived")


def rules_at(url: str, patience: float = PATIENT) -> DynamoRules:
    return DynamoRules(client("dynamodb", url, patience), "rules")


def refinements_at(url: str, patience: float = PATIENT) -> SqsRefinements:
    return SqsRefinements(lambda: client("sqs", url, patience), f"{url}/123456789012/refine")


def leases_at(url: str, patience: float = PATIENT) -> DynamoLeases:
    return DynamoLeases(client("dynamodb", url, patience), "leases", time)


pytestmark = pytest.mark.usefixtures("aws")

Ask = Callable[[S3Originals], object]
ASKS = pytest.mark.parametrize(
    "ask",
    [lambda store: store.head("a"), lambda store: store.fetch("a", AT_MOST)],
    ids=["head", "fetch"],
)


@ASKS
def test_original_comes_too_late(faulty: FaultyServer, ask: Ask) -> None:
    """An origin that does not answer is a timeout."""
    faulty.silent = True
    with pytest.raises(OriginTimeoutError):
        ask(originals_at(faulty.url, IMPATIENT))


def test_original_stalls(faulty: FaultyServer) -> None:
    """So is one that stops in the middle of the bytes."""
    faulty.body, faulty.missing, faulty.stalling = b"0123456789", 10, True
    with pytest.raises(OriginTimeoutError):
        originals_at(faulty.url, IMPATIENT).fetch("a", AT_MOST)


def test_original_breaks_off(faulty: FaultyServer) -> None:
    """Bytes that break off are never taken for the original."""
    faulty.body, faulty.missing = b"0123456789", 10
    with pytest.raises(OriginBrokenError):
        originals_at(faulty.url).fetch("a", AT_MOST)


@ASKS
@pytest.mark.parametrize(
    ("status", "code"), [(400, "ExpiredToken"), (403, "RequestTimeTooSkewed"), (403, "SignatureDoesNotMatch")]
)
def test_origin_refuses_us(faulty: FaultyServer, ask: Ask, status: int, code: str) -> None:
    """Credentials that have expired are our failure, for seconds, and no status of the original."""
    faulty.fail(status, code)
    with pytest.raises(OriginRefusedError) as raised:
        ask(originals_at(faulty.url))
    assert (raised.value.status, raised.value.reason) == (503, None)


@ASKS
def test_origin_cannot_be_reached(ask: Ask) -> None:
    """An origin that refuses the connection is a failure of the origin, not ours."""
    with pytest.raises(OriginBrokenError) as raised:
        ask(originals_at(CLOSED))
    assert raised.value.status == 502


@ASKS
def test_origin_does_not_take_the_connection(ask: Ask) -> None:
    """A connection that is not made in time is a timeout."""
    hanging = new_client("s3", CLOSED)

    def time_out(**_: object) -> None:
        raise ConnectTimeoutError(endpoint_url="x")

    # No address on this machine lets a connection hang reliably.
    hanging.meta.events.register("before-send.s3", time_out)
    with pytest.raises(OriginTimeoutError):
        ask(S3Originals(hanging, "originals"))


@pytest.mark.parametrize(
    ("status", "code"),
    [(503, "SlowDown"), (503, "RequestLimitExceeded"), (400, "Throttling"), (429, "TooManyRequests"), (429, "Other")],
)
def test_origin_throttles(faulty: FaultyServer, status: int, code: str) -> None:
    """An origin that throttles is distinct from one that fails."""
    faulty.fail(status, code)
    with pytest.raises(OriginThrottledError) as raised:
        originals_at(faulty.url).fetch("a", AT_MOST)
    assert raised.value.headers["Retry-After"]


def test_origin_throttles_a_head(faulty: FaultyServer) -> None:
    """The answer to HEAD has no body that could say SlowDown; S3 means it by 503."""
    faulty.fail(503, "SlowDown")
    with pytest.raises(OriginThrottledError):
        originals_at(faulty.url).head("a")


@ASKS
@pytest.mark.parametrize(("status", "code"), [(403, "AccessDenied"), (404, "NoSuchKey"), (500, "InternalError")])
def test_origin_status(faulty: FaultyServer, ask: Ask, status: int, code: str) -> None:
    """The status of the origin is passed on."""
    faulty.fail(status, code)
    with pytest.raises(OriginStatusError) as raised:
        ask(originals_at(faulty.url))
    assert raised.value.status == status
    assert raised.value.reason == f"not valid response code from the origin; response code - {status}"


@pytest.mark.usefixtures("site")
def test_key_too_long(clients: Clients) -> None:
    """A key that S3 cannot have is answered with S3's own status, not with a failure of ours."""
    store = S3Originals(clients.s3, "originals")
    for ask in (lambda: store.head("x" * 2000), lambda: store.fetch("x" * 2000, AT_MOST)):
        with pytest.raises(OriginStatusError) as raised:
            ask()
        assert 400 <= raised.value.status < 500


Use = Callable[[S3Derived], object]
USES = pytest.mark.parametrize(
    "use",
    [
        lambda store: store.get("a", AT_MOST),
        lambda store: store.put("a", DERIVED, {}, None),
        lambda store: store.put("a", DERIVED, {}, '"etag"'),
    ],
    ids=["get", "put", "replace"],
)


@USES
def test_derived_store_comes_too_late(faulty: FaultyServer, use: Use) -> None:
    """A derived store that does not answer is a failure that a request goes on without."""
    faulty.silent = True
    with pytest.raises(StoreError):
        use(derived_at(faulty.url, IMPATIENT))


@USES
def test_derived_store_cannot_be_reached(use: Use) -> None:
    """So is one that refuses the connection."""
    with pytest.raises(StoreError):
        use(derived_at(CLOSED))


@USES
@pytest.mark.parametrize(
    ("status", "code"), [(403, "AccessDenied"), (503, "SlowDown"), (500, "InternalError"), (400, "InvalidRequest")]
)
def test_derived_store_fails(faulty: FaultyServer, use: Use, status: int, code: str) -> None:
    """So is one that answers with an error."""
    faulty.fail(status, code)
    with pytest.raises(StoreError):
        use(derived_at(faulty.url))


@pytest.mark.parametrize("stalling", [True, False], ids=["stalls", "breaks off"])
def test_derived_object_is_incomplete(faulty: FaultyServer, stalling: object) -> None:
    """A derived object that does not come whole is never served."""
    faulty.body, faulty.missing, faulty.stalling = b"0123456789", 10, bool(stalling)
    with pytest.raises(StoreError):
        derived_at(faulty.url, IMPATIENT if stalling else PATIENT).get("a", AT_MOST)


@pytest.mark.parametrize(("status", "code"), [(412, "PreconditionFailed"), (409, "ConditionalRequestConflict")])
@pytest.mark.parametrize("replaces", [None, '"etag"'])
def test_losing_is_no_failure(faulty: FaultyServer, replaces: str | None, status: int, code: str) -> None:
    """Where another writer is first, `put` says that it stored nothing, and raises no error."""
    faulty.fail(status, code)
    assert derived_at(faulty.url).put("a", DERIVED, {}, replaces) is False


@USES
@pytest.mark.usefixtures("site")
def test_no_such_bucket(clients: Clients, use: Use) -> None:
    """A bucket that is not there is a failure of the store, and not just an object that is not there."""
    with pytest.raises(StoreError):
        use(S3Derived(clients.s3, "no-such-bucket"))


# The small stores, which a request goes on without: each use of each at an address.
Small = Callable[[str, float], object]
SMALL: dict[str, Small] = {
    "rules": lambda url, patience: rules_at(url, patience).items("site.example"),
    "acquire": lambda url, patience: leases_at(url, patience).acquire("a", "me", 30),
    "release": lambda url, patience: leases_at(url, patience).release("a", "me", done=False),
    "release done": lambda url, patience: leases_at(url, patience).release("a", "me", done=True),
    "secrets": lambda url, patience: ManagedSecret(client("secretsmanager", url, patience), "secret").values(),
    "refinements": lambda url, patience: refinements_at(url, patience).request(REFINEMENT),
}
SMALLS = pytest.mark.parametrize("use", SMALL.values(), ids=SMALL)


@SMALLS
def test_small_store_comes_too_late(faulty: FaultyServer, use: Small) -> None:
    """A table that does not answer is a failure that a request goes on without."""
    faulty.silent = True
    with pytest.raises(StoreError):
        use(faulty.url, IMPATIENT)


@SMALLS
def test_small_store_cannot_be_reached(use: Small) -> None:
    """So is one that refuses the connection."""
    with pytest.raises(StoreError):
        use(CLOSED, PATIENT)


@SMALLS
@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "ResourceNotFoundException"),
        (400, "ProvisionedThroughputExceededException"),
        (400, "AccessDeniedException"),
        (500, "InternalServerError"),
    ],
)
def test_small_store_fails(faulty: FaultyServer, use: Small, status: int, code: str) -> None:
    """So is one that answers with an error."""
    faulty.fail(status, code)
    with pytest.raises(StoreError):
        use(faulty.url, PATIENT)


@pytest.mark.usefixtures("site")
def test_no_such_table(clients: Clients) -> None:
    """A table that is not there is a failure, and not a host without rules."""
    with pytest.raises(StoreError):
        DynamoRules(clients.dynamodb, "no-such-table").items("site.example")


@pytest.mark.usefixtures("aws")
@pytest.mark.parametrize("timeout", [5, 10, 29])
def test_clients_are_impatient(timeout: float) -> None:
    """All attempts at one answer end within the invocation, whatever its timeout is; and none gives up at once."""
    made = make_clients(timeout, secrets=True)
    for one in (made.s3, made.dynamodb, made.secrets, make_queue_client(timeout)):
        config: Any = one.meta.config  # type: ignore[union-attr]
        attempts = config.retries["total_max_attempts"]
        assert attempts > 1
        assert attempts * (config.connect_timeout + config.read_timeout) < timeout
        assert config.connect_timeout >= 0.25
        assert config.read_timeout >= 0.75


def test_connections_are_enough(clients: Clients) -> None:
    """Each thread that calls a store finds a connection of its own."""
    from functions.image import handler  # noqa: PLC0415 - it reads the environment when it is imported

    config: Any = clients.s3.meta.config
    executor: Any = handler.PIPELINE.executor
    assert executor._max_workers <= config.max_pool_connections  # noqa: SLF001 - there is no public attribute
