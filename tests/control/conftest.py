"""The control function over real sockets, and the public CDN's own SDK to drive it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Thread
from time import monotonic, sleep
from types import ModuleType
from typing import Any

import boto3
import httpx
import pytest
import uvicorn
from gcore import DefaultHttpxClient, Gcore

from imagestack.control.api.request_context import Call
from imagestack.control.roles import Caller, Role
from imagestack.control.store.ports import Store
from imagestack.control.tokens import Tokens
from imagestack_local.gateway.gateway import Gateway
from tests.conftest import ORIGINALS
from tests.support.context import Context
from tests.support.control_tables import make_table, moto
from tests.support.plain import PLAIN
from tests.support.stores import empty

RULES, CONTROL = "control-rules", "control"
HOST = "images.example.com"
OPERATOR = Caller(0, "tests", Role.ADMIN)


def operator_call(**changed: Any) -> Call:
    """A call with an administrator's rights, without authentication."""
    fields: dict[str, Any] = {"caller": OPERATOR, "method": "POST", "path": "tests", "now": datetime.now(UTC)}
    return Call(**(fields | changed))


@dataclass(frozen=True)
class Deployment:
    """A served control function and its tables."""

    address: str
    module: ModuleType
    store: Store
    dynamodb: Any
    s3: Any

    def token(self, role: str, **fields: Any) -> str:
        """A new token."""
        body = {"name": f"a {role}", "role": role, **fields}
        text: str = Tokens(self.store).create(operator_call(body=body)).body["token"]
        return text

    def sdk(self, token: str, **settings: Any) -> Gcore:
        """The SDK, without retries by default."""
        client = DefaultHttpxClient(verify=PLAIN)
        return Gcore(api_key=token, base_url=self.address, http_client=client, **({"max_retries": 0} | settings))

    def http(self, token: str | None) -> httpx.Client:
        """A plain client."""
        headers = {"Authorization": f"APIKey {token}"} if token else {}
        return httpx.Client(base_url=self.address, headers=headers, verify=PLAIN)

    def item(self, table: str, item: dict[str, Any]) -> None:
        """Write an item by hand."""
        self.dynamodb.Table(table).put_item(Item=item)

    def items(self, table: str) -> list[dict[str, Any]]:
        """All items of a table."""
        found: list[dict[str, Any]] = self.dynamodb.Table(table).scan()["Items"]
        return found

    def original(self, key: str, body: bytes, content_type: str = "image/jpeg", **stored: Any) -> None:
        """Store an original; `stored` as in S3's put_object."""
        self.s3.put_object(Bucket=ORIGINALS, Key=key, Body=body, ContentType=content_type, **stored)

    def clear(self) -> None:
        """Remove everything."""
        empty((ORIGINALS,), (RULES, CONTROL))


@pytest.fixture(scope="session")
def endpoint(aws: str) -> Iterator[str]:
    """The address of DynamoDB. Credentials and region are in the environment."""
    assert aws
    with moto() as address:
        yield address


@pytest.fixture(scope="session")
def served(endpoint: str) -> Iterator[Deployment]:
    """The function, served once per session; see `deployment`."""
    dynamodb = boto3.resource("dynamodb", endpoint_url=endpoint)
    # S3 from the environment: only DynamoDB needs `endpoint` and its transactions.
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=ORIGINALS)
    for name in (RULES, CONTROL):
        make_table(dynamodb.meta.client, name)
    environment = {"ORIGINALS_BUCKET": ORIGINALS, "RULES_TABLE": RULES, "CONTROL_TABLE": CONTROL}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (environment | {"AWS_ENDPOINT_URL_DYNAMODB": endpoint}).items():
            patch.setenv(name, value)
        # The handler reads the environment when it is imported.
        import functions.control.handler as module  # noqa: PLC0415
    context = Context(function_name="control")
    gateway = Gateway(lambda event, _id: module.handler(event, context), decodes_path=True)
    server = uvicorn.Server(uvicorn.Config(gateway, "127.0.0.1", 0, log_level="error", lifespan="off"))
    thread = Thread(target=server.run)
    thread.start()
    until = monotonic() + 30
    while not server.started and monotonic() < until:
        sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield Deployment(f"http://127.0.0.1:{port}", module, module.STORE, dynamodb, s3)
    server.should_exit = True
    thread.join()


@pytest.fixture
def deployment(served: Deployment) -> Deployment:
    """A deployment with empty tables."""
    served.clear()
    return served


@pytest.fixture
def admin(deployment: Deployment) -> Iterator[Gcore]:
    """The SDK with an admin's token."""
    with deployment.sdk(deployment.token("admin")) as sdk:
        yield sdk


@pytest.fixture
def resource(admin: Gcore) -> int:
    """The number of a resource."""
    number = admin.cdn.cdn_resources.create(cname=HOST, origin=ORIGINALS).id
    assert number is not None
    return number
