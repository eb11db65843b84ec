"""The image function over S3 and DynamoDB of a moto.

Moto runs in its own process, so that its CPU time and memory are not counted.
"""

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
    """The part of a Lambda context that the handler uses."""

    function_name: str = "image"
    memory_limit_in_mb: int = 2048
    invoked_function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:image"
    aws_request_id: str = "00000000-0000-0000-0000-000000000000"

    def get_remaining_time_in_millis(self) -> int:
        """Return the full time, always."""
        return 29_000


@dataclass(frozen=True)
class Deployment:
    """The handler's module, and the S3 client for originals and derived objects."""

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
        """Call the handler; its log lines are formatted and discarded."""
        answer: dict[str, Any] = self.module.handler(event, Context())
        return answer


def event(key: str, query: str, accept: str) -> dict[str, Any]:
    """A GET event of an HTTP API."""
    return {
        "version": "2.0",
        "rawPath": f"/{key}",
        "rawQueryString": query,
        "headers": {"host": "site.example", "accept": accept},
        "requestContext": {"http": {"method": "GET", "path": f"/{key}"}, "requestId": "request", "stage": "$default"},
        "isBase64Encoded": False,
    }


def body(answer: dict[str, Any]) -> bytes:
    """Return the bytes of an answer; exits with its text if the status is not 200."""
    if answer["statusCode"] != 200:  # noqa: PLR2004 - OK
        sys.exit(json.dumps(answer))
    return b64decode(answer["body"])


@contextmanager
def deployment() -> Iterator[Deployment]:
    """A deployment whose only rule enables Image Stack at quality 80; nothing is printed to stdout meanwhile."""
    with served(), Path(os.devnull).open("w", encoding="ascii") as nowhere, redirect_stdout(nowhere):
        s3 = stores()
        # The handler reads the environment when it is imported.
        yield Deployment(import_module("functions.image.handler"), s3)


@contextmanager
def served() -> Iterator[None]:
    """A running moto, and the environment variables that point to it."""
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


def stores() -> Any:  # noqa: ANN401 - boto3 creates its client classes at run time
    """Create the buckets and the rules; returns an S3 client."""
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
    """Serve until the parent process sends a message."""
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - the process of the function does not need it

    # It would log each request.
    getLogger("werkzeug").setLevel(ERROR)
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    connection.send(f"http://{host}:{port}")
    connection.recv()
    server.stop()
