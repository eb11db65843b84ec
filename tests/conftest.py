"""The image function in this process, over real sockets: moto serves S3 and DynamoDB."""

import os
from base64 import b64decode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from types import ModuleType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import boto3
import pytest
from hypothesis import settings
from moto.server import ThreadedMotoServer
from PIL import Image

from imagestack_local.aws import models, transactions
from tests.support.context import Context
from tests.support.depth import tries
from tests.support.dynamodb_local import NotThereError, dynamodb_local
from tests.support.stores import empty

if TYPE_CHECKING:
    from imagestack.serving.pipeline import Pipeline

ORIGINALS, DERIVED, RULES, LEASES = "originals", "derived", "rules", "leases"
BOTH = "image/avif,image/webp,*/*"

# A deadline would turn a busy machine into a failure of the code.
settings.register_profile("imagestack", deadline=None, max_examples=tries(500))
settings.load_profile("imagestack")


@dataclass(frozen=True)
class Reply:
    """An HTTP response, decoded from what the handler returned."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def reason(self) -> str | None:
        return self.headers.get("Img-Skip-Reason")

    @property
    def operations(self) -> str | None:
        return self.headers.get("X-Img-Operations")

    @property
    def type(self) -> str:
        return self.headers["Content-Type"]

    @property
    def image(self) -> Image.Image:
        image = Image.open(BytesIO(self.body))
        image.load()
        return image


def reply_of(answer: dict[str, Any]) -> Reply:
    """Check that an answer has the form that API Gateway demands, and decode it."""
    assert set(answer) == {"statusCode", "headers", "body", "isBase64Encoded"}
    assert isinstance(answer["statusCode"], int)
    for name, value in answer["headers"].items():
        assert isinstance(name, str)
        assert isinstance(value, str)
        assert value.isprintable()
        assert value.isascii()
    assert isinstance(answer["body"], str)
    body = b64decode(answer["body"], validate=True) if answer["isBase64Encoded"] else answer["body"].encode()
    return Reply(answer["statusCode"], answer["headers"], body)


def http_event(
    path: str, query: str = "", method: str = "GET", headers: dict[str, str] | None = None
) -> dict[str, Any]:
    """An event of an HTTP API, payload 2.0, with `path` and `query` as the viewer sends them."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "site.example", **(headers or {})},
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "requestId": "request-1",
            "stage": "$default",
        },
        "isBase64Encoded": False,
    }


@dataclass
class Site:
    """A deployment with its stores, and a viewer in front of it."""

    module: ModuleType
    s3: Any
    dynamodb: Any
    context: Context = field(default_factory=Context)

    def put(self, key: str, body: bytes, content_type: str = "image/jpeg", **stored: Any) -> None:
        """Store an original; `stored` are further arguments of S3's put_object."""
        self.s3.put_object(Bucket=ORIGINALS, Key=key, Body=body, ContentType=content_type, **stored)

    def rule(self, number: int = 1, host: str = "*", pattern: str = "/.*", **image_stack: Any) -> None:
        """Store a rule with the option image_stack, enabled by default."""
        options = {"image_stack": {"enabled": True, **image_stack}}
        self.item({"pk": f"RESOURCE#{host}", "sk": f"RULE#{number}", "rule": pattern, "options": options})

    def item(self, item: dict[str, Any]) -> None:
        """Store an item of the rules table."""
        self.dynamodb.Table(RULES).put_item(Item=item)

    def ask(self, path: str, query: str = "", accept: str | None = None, method: str = "GET", **headers: str) -> Reply:
        """Send a request.

        Args:
            path: percent-encoded.
            query: as it stands in the URL.
            accept: the header Accept; None sends none.
            method: of HTTP.
            headers: by names with underscores.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if accept is not None:
            named["accept"] = accept
        return self.send(http_event(path, query, method, named))

    def get(self, key: str, query: str = "", accept: str | None = None, **headers: str) -> Reply:
        """GET a key."""
        return self.ask(f"/{quote(key)}", query, accept, **headers)

    def send(self, event: Any) -> Reply:
        """Send an event."""
        return reply_of(self.module.handler(event, self.context))

    @contextmanager
    def pipeline(self, **changed: Any) -> Iterator[None]:
        """Run the pipeline with other stores or limits while the context lasts."""
        before: Pipeline = self.module.PIPELINE
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(self.module, "PIPELINE", replace(before, **changed))
            yield

    def derived(self) -> list[str]:
        """The keys of all derived objects."""
        return [item["Key"] for item in self.s3.list_objects_v2(Bucket=DERIVED).get("Contents", ())]

    def clear(self) -> None:
        """Remove all stored objects and items."""
        empty((ORIGINALS, DERIVED), (RULES, LEASES))


# Another way to get a deployment, from a client of S3 and a resource of DynamoDB that hold everything it needs.
# `make e2e` sets it.
DEPLOY = pytest.StashKey[Callable[[Any, Any], AbstractContextManager[Site]]]()


@pytest.fixture(scope="session", autouse=True)
def _models_are_read_once() -> None:
    """Sessions of boto3 share the models of services, since reading them takes longer than most tests."""
    models.read_once()


@pytest.fixture(scope="session")
def aws() -> Iterator[str]:
    """The address of moto's S3 and DynamoDB; the environment leads boto3 there."""
    transactions.make_atomic()
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ.update(
        AWS_ENDPOINT_URL=f"http://{host}:{port}",
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",  # noqa: S106 - moto takes any
        AWS_DEFAULT_REGION="us-east-1",
        ORIGINALS_BUCKET=ORIGINALS,
        DERIVED_BUCKET=DERIVED,
        RULES_TABLE=RULES,
        LEASES_TABLE=LEASES,
        RULES_TTL_SECONDS="0",
        POWERTOOLS_TRACE_DISABLED="true",
    )
    yield os.environ["AWS_ENDPOINT_URL"]
    server.stop()


@pytest.fixture(scope="session")
def amazons(aws: str) -> Iterator[str]:
    """The address of Amazon's own emulator of DynamoDB; only one worker starts it. The environment has credentials.

    The variable `DYNAMODB_LOCAL` names a running one.
    """
    assert aws
    if address := os.environ.get("DYNAMODB_LOCAL"):
        yield address
        return
    with ExitStack() as stack:
        try:
            yield stack.enter_context(dynamodb_local())
        except NotThereError as error:
            pytest.skip(f"the contracts of DynamoDB were tested only on moto, not on DynamoDB Local: {error}")


@pytest.fixture(scope="session")
def deployment(aws: str, request: pytest.FixtureRequest) -> Iterator[Site]:
    """One deployment for all tests; see `site`."""
    assert aws
    s3 = boto3.client("s3")
    for bucket in (ORIGINALS, DERIVED):
        s3.create_bucket(Bucket=bucket)
    dynamodb = boto3.resource("dynamodb")
    dynamodb.create_table(
        TableName=RULES,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.create_table(
        TableName=LEASES,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    with request.config.stash.get(DEPLOY, _in_this_process)(s3, dynamodb) as found:
        yield found


@contextmanager
def _in_this_process(s3: Any, dynamodb: Any) -> Iterator[Site]:
    # The handler reads the environment at import.
    import functions.image.handler  # noqa: PLC0415

    yield Site(functions.image.handler, s3, dynamodb)
    functions.image.handler.WORKERS.end()


@pytest.fixture
def site(deployment: Site) -> Iterator[Site]:
    """A deployment with nothing stored."""
    deployment.clear()
    yield deployment
    deployment.context = Context()


# The outermost wrapper writes after the last lines of pytest itself.
@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Report at the end, loudly, what this machine did not test."""
    yield
    skipped = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", ()))
    for reason, count in skipped.items():
        why = reason.removeprefix("Skipped: ")
        terminalreporter.write_line(f"*** SKIPPED: {count} tests did NOT run: {why} ***", red=True, bold=True)
