"""Stores as a contract needs them: with a way to prepare them from outside."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import uuid4

import boto3
import pytest

from imagestack.ports import DerivedStore, Leases, OriginalStore, Refinements, RuleTable, SecretStore
from imagestack.stores.clients import Clients, make_clients, make_queue_client
from imagestack.stores.dynamodb_leases import DynamoLeases
from imagestack.stores.dynamodb_rules import DynamoRules
from imagestack.stores.s3_derived import S3Derived
from imagestack.stores.s3_originals import S3Originals
from imagestack.stores.secrets_manager import ManagedSecret
from imagestack.stores.sqs_refinements import SqsRefinements
from tests.conftest import DERIVED, LEASES, ORIGINALS, RULES, Site
from tests.support.dynamodb_local import NotThereError
from tests.support.faulty_server import FaultyServer
from tests.support.seaweedfs import DIFFERENCES, Served, seaweedfs


class Originals(Protocol):
    """A store of originals, and a way to put some there."""

    @property
    def store(self) -> OriginalStore: ...

    def put(self, key: str, body: bytes, **facts: Any) -> None:
        """Store an original: `content_type`, `content_encoding`, `headers` by their HTTP names, `metadata`."""


class Deriveds(Protocol):
    """A store of derived objects, and ways to meddle with it."""

    @property
    def store(self) -> DerivedStore: ...

    def put_foreign(self, key: str, body: bytes, metadata: dict[str, str]) -> None:
        """Store an object as somebody else would."""

    def metadata(self, key: str) -> dict[str, str]:
        """The metadata stored with an object."""

    def headers(self, key: str) -> dict[str, str]:
        """The headers of an object that a client gets from the bucket."""

    def delete(self, key: str) -> None:
        """Remove an object."""


class Rules(Protocol):
    """A rules table, and a way to put items there."""

    @property
    def table(self) -> RuleTable: ...

    def put(self, item: dict[str, Any]) -> None:
        """Store an item."""


class Secrets(Protocol):
    """A store of secrets, and a way to put a new one there."""

    @property
    def store(self) -> SecretStore: ...

    def put(self, value: str) -> None:
        """Make this the current secret."""


class Asked(Protocol):
    """A queue of refinements, and the messages that it delivers."""

    @property
    def refinements(self) -> Refinements: ...

    def delivered(self) -> list[str]:
        """The bodies of the messages that wait, each once."""


class Leasing(Protocol):
    """A store of leases, and a way to look at one."""

    @property
    def store(self) -> Leases: ...

    def expires(self, name: str) -> float:
        """When the store removes it by itself, in seconds since the epoch."""


class Clock:
    """Seconds since the epoch, as a test wants them."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now


@dataclass(frozen=True)
class OriginalsInS3:
    s3: Any
    store: S3Originals

    def put(self, key: str, body: bytes, **facts: Any) -> None:
        names = {"content_type": "ContentType", "content_encoding": "ContentEncoding", "metadata": "Metadata"}
        stored = {names[name]: value for name, value in facts.items() if name != "headers"}
        stored |= {name.replace("-", ""): value for name, value in facts.get("headers", {}).items()}
        self.s3.put_object(Bucket=ORIGINALS, Key=key, Body=body, **stored)


@dataclass(frozen=True)
class DerivedsInS3:
    s3: Any
    store: S3Derived

    def put_foreign(self, key: str, body: bytes, metadata: dict[str, str]) -> None:
        self.s3.put_object(Bucket=DERIVED, Key=key, Body=body, Metadata=metadata)

    def metadata(self, key: str) -> dict[str, str]:
        found: dict[str, str] = self.s3.head_object(Bucket=DERIVED, Key=key)["Metadata"]
        return found

    def headers(self, key: str) -> dict[str, str]:
        found: dict[str, str] = self.s3.head_object(Bucket=DERIVED, Key=key)["ResponseMetadata"]["HTTPHeaders"]
        return found

    def delete(self, key: str) -> None:
        self.s3.delete_object(Bucket=DERIVED, Key=key)


@dataclass(frozen=True)
class RulesInDynamoDB:
    items: Any
    table: DynamoRules

    def put(self, item: dict[str, Any]) -> None:
        self.items.put_item(Item=item)


@dataclass(frozen=True)
class LeasesInDynamoDB:
    items: Any
    store: DynamoLeases

    def expires(self, name: str) -> float:
        return float(self.items.get_item(Key={"pk": name})["Item"]["expires"])


@dataclass(frozen=True)
class SecretsInSecretsManager:
    clients: Clients
    name: str
    store: ManagedSecret

    def put(self, value: str) -> None:
        assert self.clients.secrets
        self.clients.secrets.put_secret_value(SecretId=self.name, SecretString=value)


@dataclass(frozen=True)
class AskedInSqs:
    client: Any
    url: str
    refinements: SqsRefinements

    def delivered(self) -> list[str]:
        found = []
        while messages := self.client.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                found.append(message["Body"])
                self.client.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return found


@pytest.fixture(scope="session")
def clients(aws: str) -> Clients:
    """The clients that functions use."""
    assert aws
    return make_clients(secrets=True)


@pytest.fixture(scope="session")
def seaweed() -> Iterator[Served]:
    """A SeaweedFS, which is started for one worker only."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(seaweedfs())
        except NotThereError as error:
            pytest.skip(f"the contracts of S3 were tested on moto alone, without SeaweedFS: {error}")


@pytest.fixture(scope="session")
def seaweed_client(seaweed: Served) -> Any:
    """The client that functions use, with both buckets."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in seaweed.environment().items():
            patch.setenv(name, value)
        client = make_clients().s3
    for bucket in (ORIGINALS, DERIVED):
        client.create_bucket(Bucket=bucket)
    return client


@pytest.fixture
def seaweed_s3(seaweed_client: Any, request: pytest.FixtureRequest) -> Any:
    """The same with nothing stored."""
    if reason := DIFFERENCES.get(request.node.name):
        request.applymarker(pytest.mark.xfail(reason=reason, strict=True))
    for bucket in (ORIGINALS, DERIVED):
        for page in seaweed_client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            for item in page.get("Contents", ()):
                seaweed_client.delete_object(Bucket=bucket, Key=item["Key"])
    return seaweed_client


@pytest.fixture
def seaweed_originals(seaweed_s3: Any) -> Originals:
    return OriginalsInS3(seaweed_s3, S3Originals(seaweed_s3, ORIGINALS))


@pytest.fixture
def seaweed_derived(seaweed_s3: Any) -> Deriveds:
    return DerivedsInS3(seaweed_s3, S3Derived(seaweed_s3, DERIVED))


@pytest.fixture
def s3_originals(site: Site, clients: Clients) -> Originals:
    return OriginalsInS3(site.s3, S3Originals(clients.s3, ORIGINALS))


@pytest.fixture
def s3_derived(site: Site, clients: Clients) -> Deriveds:
    return DerivedsInS3(site.s3, S3Derived(clients.s3, DERIVED))


@pytest.fixture
def dynamodb_rules(site: Site, clients: Clients) -> Rules:
    return RulesInDynamoDB(site.dynamodb.Table(RULES), DynamoRules(clients.dynamodb, RULES))


@pytest.fixture(scope="session")
def amazons_client(amazons: str) -> Any:
    """The client that functions use, of Amazon's own emulator."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", amazons)
        return make_clients().dynamodb


@contextmanager
def amazons_table(address: str, *keys: str) -> Iterator[Any]:
    """A table with these keys, as boto3 has it, which waits longer for the server's first answer than functions do."""
    dynamodb: Any = boto3.resource("dynamodb", endpoint_url=address)
    table = dynamodb.create_table(
        TableName=uuid4().hex,
        KeySchema=[{"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
        BillingMode="PAY_PER_REQUEST",
    )
    yield table
    table.delete()


@pytest.fixture
def amazons_rules(amazons: str, amazons_client: Any) -> Iterator[Rules]:
    with amazons_table(amazons, "pk", "sk") as items:
        yield RulesInDynamoDB(items, DynamoRules(amazons_client, items.name))


@pytest.fixture
def amazons_leases(amazons: str, amazons_client: Any, clock: Clock) -> Iterator[Leasing]:
    with amazons_table(amazons, "pk") as items:
        yield LeasesInDynamoDB(items, DynamoLeases(amazons_client, items.name, clock))


@pytest.fixture
def managed_secret(clients: Clients, request: pytest.FixtureRequest) -> Secrets:
    assert clients.secrets
    name = f"secret-{request.node.name}"
    clients.secrets.create_secret(Name=name, SecretString="first")
    return SecretsInSecretsManager(clients, name, ManagedSecret(clients.secrets, name))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def dynamodb_leases(site: Site, clients: Clients, clock: Clock) -> Leasing:
    return LeasesInDynamoDB(site.dynamodb.Table(LEASES), DynamoLeases(clients.dynamodb, LEASES, clock))


@pytest.fixture
def sqs_refinements(aws: str, request: pytest.FixtureRequest) -> Asked:
    assert aws
    client = make_queue_client()
    url = client.create_queue(QueueName=f"refine-{request.node.originalname}")["QueueUrl"]
    return AskedInSqs(client, url, SqsRefinements(make_queue_client, url))


def _seaweed(name: str) -> Any:
    return pytest.param(name, marks=pytest.mark.xdist_group("seaweedfs"))


def _amazons(name: str) -> Any:
    return pytest.param(name, marks=pytest.mark.xdist_group("dynamodb_local"))


# Another implementation of a port is one more fixture, and its name here.
@pytest.fixture(params=["s3_originals", _seaweed("seaweed_originals")], ids=["moto", "seaweedfs"])
def originals(request: pytest.FixtureRequest) -> Originals:
    """Every implementation of OriginalStore."""
    found: Originals = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["s3_derived", _seaweed("seaweed_derived")], ids=["moto", "seaweedfs"])
def deriveds(request: pytest.FixtureRequest) -> Deriveds:
    """Every implementation of DerivedStore."""
    found: Deriveds = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["dynamodb_rules", _amazons("amazons_rules")], ids=["moto", "local"])
def rules(request: pytest.FixtureRequest) -> Rules:
    """Every implementation of RuleTable."""
    found: Rules = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["managed_secret"])
def secrets(request: pytest.FixtureRequest) -> Secrets:
    """Every implementation of SecretStore."""
    found: Secrets = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["dynamodb_leases", _amazons("amazons_leases")], ids=["moto", "local"])
def leasing(request: pytest.FixtureRequest) -> Leasing:
    """Every implementation of Leases."""
    found: Leasing = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def leases(leasing: Leasing) -> Leases:
    """The same where nobody looks into the store."""
    return leasing.store


@pytest.fixture(params=["sqs_refinements"])
def asked(request: pytest.FixtureRequest) -> Asked:
    """Every implementation of Refinements."""
    found: Asked = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def faulty_server() -> Iterator[FaultyServer]:
    with FaultyServer() as server:
        yield server


@pytest.fixture
def faulty(faulty_server: FaultyServer) -> Iterator[FaultyServer]:
    """A server that answers badly, in a way that the test sets."""
    yield faulty_server
    faulty_server.reset()
