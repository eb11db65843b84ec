"""The sync function over real sockets, with the streams and queues that feed it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from types import ModuleType
from typing import Any

import boto3
import pytest

from imagestack.control.api.request_context import Call
from imagestack.control.aws.store import DynamoStore
from imagestack.control.jobs import PURGE, Jobs
from imagestack.control.roles import Caller, Role
from imagestack.control.store.ports import Table
from imagestack.sync.aws.queue import SqsQueue
from tests.support.context import Context
from tests.support.stores import empty, store
from tests.sync.quota import QuotaCloudFront

ORIGINALS, DERIVED, RULES, CONTROL = "sync-originals", "sync-derived", "sync-rules", "sync-control"
HOST = "images.example.com"
_OPERATOR = Caller(0, "tests", Role.ADMIN)


class HastyQueue(SqsQueue):
    """A queue that ignores delays, and records them."""

    delays: list[int]

    def send(self, message: Mapping[str, Any], delay: int = 0) -> None:
        self.delays.append(delay)
        super().send(message)


@dataclass
class Site:
    """A public address. `statuses` by path, 200 for others; `requests` in order of arrival."""

    url: str
    statuses: dict[str, int] = field(default_factory=dict)
    requests: list[tuple[str, str, str]] = field(default_factory=list)


@dataclass
class Deployment:
    """A sync function with its stores and queues."""

    module: ModuleType
    s3: Any
    dynamodb: Any
    streams: Any
    sqs: Any
    cloudfront: QuotaCloudFront
    site: Site
    queues: dict[str, str]
    delays: list[int]
    environment: dict[str, str]
    seconds: float = 120
    iterators: dict[str, str] = field(default_factory=dict)
    patch: pytest.MonkeyPatch = field(default_factory=pytest.MonkeyPatch)

    def rebuild(self, clients: dict[str, Any] | None = None, **parts: Any) -> None:
        """Rebuild the function for this test, with other clients or parts by name."""
        for name, part in parts.items():
            self.patch.setattr(self.module, name, part)
        changed = replace(self.module.CLIENTS, **(clients or {}))
        invalidator = self.module.CloudFront(changed.cloudfront, "E1")
        self.patch.setattr(self.module, "SYNC", self.module.make_sync(self.module.CONFIG, changed, invalidator))

    def handle(self, records: list[dict[str, Any]]) -> list[str]:
        """Invoke the function; return the ids of failed records."""
        context = Context(self.seconds, function_name="sync")
        answer = self.module.handler({"Records": records}, context)
        assert set(answer) == {"batchItemFailures"}
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def item(self, **attributes: Any) -> None:
        """Write an item of the rules table."""
        self.dynamodb.Table(RULES).put_item(Item=attributes)

    def resource(self, host: str, prefix: str = "") -> None:
        """Write a resource."""
        self.item(pk=f"RESOURCE#{host}", sk="SETTINGS", origin={"bucket": ORIGINALS, "prefix": prefix})

    def records(self, table: str) -> list[dict[str, Any]]:
        """The records of a table's stream since the last call, in Lambda's format."""
        found = self.streams.get_records(ShardIterator=self.iterators[table])
        self.iterators[table] = found["NextShardIterator"]
        return [{**record, "eventSource": "aws:dynamodb"} for record in found["Records"]]

    def put_derived(self, *keys: str) -> None:
        """Store derived objects at once: a thousand requests would take longer than most tests."""
        store(DERIVED, dict.fromkeys(keys, b"x"))

    def derived(self) -> list[str]:
        """The keys of all derived objects."""
        pages = self.s3.get_paginator("list_objects_v2").paginate(Bucket=DERIVED)
        return [item["Key"] for page in pages for item in page.get("Contents", ())]

    def ask(self, kind: str, body: dict[str, Any], host: str = HOST) -> int:
        """Record a job as the control plane does; return its number."""
        store = DynamoStore(self.module.CLIENTS.dynamodb, {Table.RULES: RULES, Table.CONTROL: CONTROL})
        self.item(pk=f"RESOURCE#{host}", sk="SETTINGS")
        self.item(pk="ID#7", sk="RESOURCE", cname=host)
        call = Call(
            caller=_OPERATOR,
            method="POST",
            path="tests",
            now=datetime.now(UTC),
            numbers={"resource_id": 7},
            body=body,
        )
        jobs = Jobs(store)
        answer = jobs.purge(call) if kind == PURGE else jobs.prefetch(call)
        number: int = answer.body["purge_id" if kind == PURGE else "prefetch_id"]
        return number

    def job(self, kind: str, number: int) -> dict[str, Any]:
        """The item of a job."""
        found: dict[str, Any] = self.dynamodb.Table(CONTROL).get_item(
            Key={"pk": f"{kind}#{number // 1000}", "sk": f"{number:016}"}
        )["Item"]
        return found

    def received(self, queue: str) -> list[dict[str, Any]]:
        """Receive the messages of a queue, each once, in Lambda's format."""
        found: list[dict[str, Any]] = []
        while messages := self.sqs.receive_message(
            QueueUrl=self.queues[queue], MaxNumberOfMessages=10, AttributeNames=["All"]
        ).get("Messages"):
            found += [sqs_record(message["Body"], message["MessageId"]) for message in messages]
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.queues[queue], ReceiptHandle=message["ReceiptHandle"])
        return found

    def work(self, kind: str, number: int, most: int = 50) -> int:
        """Run a job to its end; return the number of steps."""
        assert self.handle(self.records(CONTROL)) == []
        for step in range(most):
            records = self.received("jobs")
            if not records:
                assert self.job(kind, number)["status"] != "In progress"
                return step
            for record in records:
                assert self.handle([record]) == []
        raise AssertionError("the job does not end")


def sqs_record(body: str, name: str = "message-1", received: int = 1) -> dict[str, Any]:
    """A record of SQS."""
    return {
        "messageId": name,
        "receiptHandle": "handle",
        "body": body,
        "attributes": {"ApproximateReceiveCount": str(received), "SentTimestamp": "1700000000000"},
        "messageAttributes": {},
        "md5OfBody": "0",
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:changes",
        "awsRegion": "us-east-1",
    }


def original_event(key: str, kind: str = "Object Created", name: str = "message-1", bucket: str = ORIGINALS) -> Any:
    """A record of SQS with an S3 event from EventBridge (S3 user guide, "EventBridge event structure")."""
    detail: dict[str, Any] = {
        "version": "0",
        "bucket": {"name": bucket},
        # pragma: allowlist nextline secret
        "object": {"key": key, "etag": "b1946ac92492d2347c6235b4d2611184", "sequencer": "617f08299329d189"},
        "request-id": "N4N7GDK58NMKJ12R",
        "requester": "123456789012",
        "source-ip-address": "1.2.3.4",
    }
    detail |= {"reason": "PutObject"} if kind == "Object Created" else {"deletion-type": "Permanently Deleted"}
    event = {
        "version": "0",
        "id": "17793124-05d4-b198-2fde-7ededc63b103",
        "detail-type": kind,
        "source": "aws.s3",
        "account": "111122223333",
        "time": "2026-01-01T00:00:00Z",
        "region": "us-east-1",
        "resources": [f"arn:aws:s3:::{bucket}"],
        "detail": detail,
    }
    return sqs_record(json.dumps(event), name)


@pytest.fixture(scope="session")
def cloudfront_server() -> Iterator[QuotaCloudFront]:
    with QuotaCloudFront() as server:
        yield server


@pytest.fixture(scope="session")
def site_server() -> Iterator[Site]:
    """A public address that answers."""
    lock = Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with lock:
                site.requests.append((self.headers["Host"], self.path, self.headers["Accept"]))
            self.send_response(site.statuses.get(self.path, 200))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Do not log requests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site = Site(f"http://127.0.0.1:{server.server_port}")
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def served(aws: str, cloudfront_server: QuotaCloudFront, site_server: Site) -> Deployment:
    """The function, once per session; see `deployment`."""
    assert aws
    s3, sqs, dynamodb = boto3.client("s3"), boto3.client("sqs"), boto3.resource("dynamodb")
    for bucket in (ORIGINALS, DERIVED):
        s3.create_bucket(Bucket=bucket)
    for table in (RULES, CONTROL):
        dynamodb.create_table(
            TableName=table,
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            BillingMode="PAY_PER_REQUEST",
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        )
    queues = {name: sqs.create_queue(QueueName=f"sync-{name}")["QueueUrl"] for name in ("changes", "jobs")}
    environment = {
        "ORIGINALS_BUCKET": ORIGINALS,
        "DERIVED_BUCKET": DERIVED,
        "RULES_TABLE": RULES,
        "CONTROL_TABLE": CONTROL,
        "CHANGES_QUEUE_URL": queues["changes"],
        "JOBS_QUEUE_URL": queues["jobs"],
        "DISTRIBUTION_ID": "E1",
        "PUBLIC_URL": site_server.url,
        "RULES_TTL_SECONDS": "30",
        "PREFETCH_RATE": "1000",
        "AWS_ENDPOINT_URL_CLOUDFRONT": cloudfront_server.url,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        # The handler reads the environment when it is imported.
        import functions.sync.handler as module  # noqa: PLC0415
    streams = boto3.client("dynamodbstreams")
    return Deployment(module, s3, dynamodb, streams, sqs, cloudfront_server, site_server, queues, [], environment)


@pytest.fixture
def deployment(served: Deployment, monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A deployment with empty stores, whose queues deliver at once."""
    empty((DERIVED,), (RULES, CONTROL))
    for name in (RULES, CONTROL):
        (stream,) = served.streams.list_streams(TableName=name)["Streams"]
        (shard,) = served.streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
        served.iterators[name] = served.streams.get_shard_iterator(
            StreamArn=stream["StreamArn"], ShardId=shard["ShardId"], ShardIteratorType="LATEST"
        )["ShardIterator"]
    for queue in served.queues:
        served.received(queue)
    served.cloudfront.reset()
    served.site.statuses.clear()
    served.site.requests.clear()
    served.seconds = 120
    served.delays.clear()
    monkeypatch.setattr(HastyQueue, "delays", served.delays, raising=False)
    served.patch = monkeypatch
    served.rebuild(SqsQueue=HastyQueue)
    return served
