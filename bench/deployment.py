"""The image function over S3 and DynamoDB as moto serves them, in a process of their own lest they count as ours."""

import json
import os
import sys
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from logging import ERROR, getLogger
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3

ORIGINALS, DERIVED, RULES = "originals", "derived", "rules"
QUALITY = 80
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_DEFAULT_REGION": "us-east-1",
    "ORIGINALS_BUCKET": ORIGINALS,
    "DERIVED_BUCKET": DERIVED,
    "RULES_TABLE": RULES,
}


@dataclass(frozen=True)
class Context:
    """What the handler asks of a Lambda context."""

    function_name: str = "image"
    memory_limit_in_mb: int = 2048
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:image"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Always all of it."""
        return 29_000


@dataclass(frozen=True)
class Deployment:
    """The handler's module, and the store of originals and derived objects."""

    module: ModuleType
    s3: Any

    def put(self, path: Path) -> None:
        """Store an original under its file name."""
        kind = "image/png" if path.suffix.lower() == ".png" else "image/jpeg"
        self.s3.put_object(Bucket=ORIGINALS, Key=path.name, Body=path.read_bytes(), ContentType=kind)

    def forget(self) -> None:
        """Remove all derived objects."""
        for item in self.s3.list_objects_v2(Bucket=DERIVED).get("Contents", ()):
            self.s3.delete_object(Bucket=DERIVED, Key=item["Key"])

    def send(self, event: dict[str, Any]) -> dict[str, Any]:
        """Call the handler; what it logs goes nowhere, but is written."""
        answer: dict[str, Any] = self.module.handler(event, Context())
        return answer


def event(key: str, query: str, accept: str) -> dict[str, Any]:
    """A GET as an HTTP API tells of it."""
    return {
        "version": "2.0",
        "rawPath": f"/{key}",
        "rawQueryString": query,
        "headers": {"host": "site.example", "accept": accept},
        "requestContext": {"http": {"method": "GET", "path": f"/{key}"}, "requestId": "request", "stage": "$default"},
        "isBase64Encoded": False,
    }


def body(answer: dict[str, Any]) -> bytes:
    """The bytes of an answer; leaves with its text if it is none of 200."""
    if answer["statusCode"] != 200:  # noqa: PLR2004 - OK
        sys.exit(json.dumps(answer))
    return b64decode(answer["body"])


@contextmanager
def deployment() -> Iterator[Deployment]:
    """A deployment whose only rule enables Image Stack at quality 80; nothing goes to stdout meanwhile."""
    with served(), Path(os.devnull).open("w", encoding="ascii") as nowhere, redirect_stdout(nowhere):
        s3 = stores()
        # The handler reads the environment when it is imported.
        yield Deployment(import_module("functions.image.handler"), s3)


@contextmanager
def served() -> Iterator[None]:
    """A moto, and the environment that leads there."""
    if find_spec("moto") is None:
        sys.exit("This needs moto: pip install 'moto[dynamodb,s3,server]'")
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    server = context.Process(target=_serve, args=(theirs,), daemon=True)
    server.start()
    os.environ.update(ENVIRONMENT, AWS_ENDPOINT_URL=ours.recv(), POWERTOOLS_TRACE_DISABLED="true")
    yield
    ours.send("stop")
    server.join()


def stores() -> Any:  # noqa: ANN401 - boto3 makes its clients' classes when it runs
    """Make the buckets and the rules; gives a client of S3."""
    s3 = boto3.client("s3")
    for bucket in (ORIGINALS, DERIVED):
        s3.create_bucket(Bucket=bucket)
    table = boto3.resource("dynamodb").create_table(
        TableName=RULES,
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    options = {"image_stack": {"enabled": True, "quality": Decimal(QUALITY)}}
    table.put_item(Item={"pk": "RESOURCE#*", "sk": "RULE#1", "rule": "/.*", "options": options})
    return s3


def _serve(connection: Connection) -> None:
    """Serve until told to stop."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - not wanted where the function runs

    # It would tell of each request.
    getLogger("werkzeug").setLevel(ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    connection.send(f"http://{host}:{port}")
    connection.recv()
    server.stop()
