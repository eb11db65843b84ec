"""Streams and queues as Lambda reads them: batches, and what comes again."""

import json
import threading
import time
import uuid
from typing import Any

import boto3
import pytest

from imagestack_local.aws import event_sources
from imagestack_local.aws.event_sources import Queue, receiving, streaming
from tests.support.serving import until


class Function:
    """Records the events of its invocations, and fails where `failing` or `raising` says so."""

    def __init__(self) -> None:
        self.batches: list[list[dict[str, Any]]] = []
        self.failing: set[str] = set()
        self.raising = 0
        self.lock = threading.Lock()

    def __call__(self, event: dict[str, Any], _request_id: str) -> dict[str, Any]:
        with self.lock:
            self.batches.append(event["Records"])
            if self.raising:
                self.raising -= 1
                raise RuntimeError("as the test wants")
            failing, self.failing = self.failing, set()
        return {
            "batchItemFailures": [
                {"itemIdentifier": identifier}
                for identifier, word in map(identify, event["Records"])
                if word in failing
            ]
        }

    def words(self) -> list[str]:
        return [identify(record)[1] for batch in self.batches for record in batch]


def identify(record: dict[str, Any]) -> tuple[str, str]:
    """A record's id, and the word in it."""
    if "body" in record:
        return record["messageId"], json.loads(record["body"])["word"]
    return record["dynamodb"]["SequenceNumber"], record["dynamodb"]["Keys"]["pk"]["S"]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_sources, "RETRY_SECONDS", 1)


@pytest.fixture
def table(aws: str) -> Any:
    """A table of this test's own, with a stream."""
    return boto3.resource("dynamodb", endpoint_url=aws).create_table(
        TableName=f"streamed-{uuid.uuid4()}",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
    )


@pytest.fixture
def queue(aws: str) -> tuple[Any, str]:
    """A client and a queue of this test's own."""
    sqs = boto3.client("sqs", endpoint_url=aws)
    return sqs, sqs.create_queue(QueueName=f"received-{uuid.uuid4()}")["QueueUrl"]


def send(sqs: Any, url: str, *words: str) -> None:
    for word in words:
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"word": word}))


def test_each_change_comes_once_and_in_order(table: Any) -> None:
    """What was there before does not; images and keys are those of the stream."""
    function = Function()
    table.put_item(Item={"pk": "before"})
    with streaming(table.name, function):
        for number in range(5):
            table.put_item(Item={"pk": f"item-{number}", "quality": number})
        until(lambda: len(function.words()) == 5)
        time.sleep(0.5)
    assert function.words() == [f"item-{number}" for number in range(5)]
    record = function.batches[0][0]
    assert record["eventSource"] == "aws:dynamodb"
    assert record["eventName"] == "INSERT"
    assert record["dynamodb"]["NewImage"] == {"pk": {"S": "item-0"}, "quality": {"N": "0"}}


def test_a_transaction_that_is_undone_stops_nothing(table: Any) -> None:
    """What changes after it comes as before, and what it would have changed does not."""
    function = Function()
    client = table.meta.client
    put = {"Put": {"TableName": table.name, "Item": {"pk": "undone"}}}
    refused = {
        "Put": {"TableName": table.name, "Item": {"pk": "one"}, "ConditionExpression": "attribute_not_exists(pk)"}
    }
    with streaming(table.name, function):
        table.put_item(Item={"pk": "one"})
        for _ in range(2):
            with pytest.raises(client.exceptions.TransactionCanceledException):
                client.transact_write_items(TransactItems=[put, refused])
        table.put_item(Item={"pk": "two"})
        until(lambda: "two" in function.words())
    assert function.words() == ["one", "two"]


def test_a_failed_record_comes_again_with_all_after_it(table: Any) -> None:
    """Their order is kept, and nothing before it is repeated."""
    function = Function()
    function.failing = {"two"}
    with streaming(table.name, function):
        for word in ("one", "two", "three"):
            table.put_item(Item={"pk": word})
        until(lambda: function.words()[-1:] == ["three"] and function.words().count("two") == 2)
    words = function.words()
    assert words.count("one") == 1
    assert words.index("two") < words.index("three")
    assert words[-2:] == ["two", "three"]


def test_a_function_that_raises_gets_the_whole_batch_again(table: Any) -> None:
    """As Lambda has it."""
    function = Function()
    function.raising = 1
    with streaming(table.name, function):
        table.put_item(Item={"pk": "one"})
        until(lambda: function.words() == ["one", "one"])


def test_messages_are_removed_once_they_are_done(queue: tuple[Any, str]) -> None:
    """Each comes once, with the count of its deliveries."""
    sqs, url = queue
    function = Function()
    send(sqs, url, "one", "two")
    with receiving(sqs, Queue(url, batch=10, concurrency=1), function):
        until(lambda: sorted(function.words()) == ["one", "two"])
        until(lambda: left(sqs, url) == 0)
    assert {record["attributes"]["ApproximateReceiveCount"] for batch in function.batches for record in batch} == {"1"}
    assert function.batches[0][0]["eventSource"] == "aws:sqs"


def test_a_failed_message_comes_again(queue: tuple[Any, str]) -> None:
    """It comes alone, and its receive count is 2."""
    sqs, url = queue
    function = Function()
    function.failing = {"two"}
    send(sqs, url, "one", "two")
    with receiving(sqs, Queue(url, batch=10, concurrency=1), function):
        until(lambda: function.words().count("two") == 2)
        until(lambda: left(sqs, url) == 0)
    assert function.words().count("one") == 1
    assert function.batches[-1][0]["attributes"]["ApproximateReceiveCount"] == "2"


def test_no_more_are_worked_on_at_once_than_is_said(queue: tuple[Any, str]) -> None:
    """Others wait in the queue."""
    sqs, url = queue
    working: list[str] = []
    most: list[int] = []
    lock = threading.Lock()

    def function(event: dict[str, Any], _request_id: str) -> dict[str, Any]:
        (record,) = event["Records"]
        with lock:
            working.append(record["messageId"])
            most.append(len(working))
        time.sleep(0.2)
        with lock:
            working.remove(record["messageId"])
        return {"batchItemFailures": []}

    send(sqs, url, *(str(number) for number in range(6)))
    with receiving(sqs, Queue(url, batch=1, concurrency=2), function):
        until(lambda: len(most) == 6)
        until(lambda: left(sqs, url) == 0)
    assert max(most) == 2


def left(sqs: Any, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found[name]) for name in names)
