"""Lambda's event sources: read batches from streams and queues, invoke a function, and retry failures."""

import logging
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.table import StreamShard

from imagestack_local.aws import stack
from imagestack_local.template import Template

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

logger = logging.getLogger(__name__)

Invoke = Callable[[dict[str, Any], str], Any]
"""Called with an event and the id of the invocation; returns what Lambda calls a batch response."""

LOOK_SECONDS = 0.1
"""How often a stream is read."""
RETRY_SECONDS = 2
"""How long a failed record waits for its retry; Lambda waits longer."""
RECEIVED_AT_ONCE = 10
"""The most messages that SQS returns at a time."""
_RECORDS_AT_ONCE = 1_000
_WAIT_SECONDS = 1


@dataclass(frozen=True)
class Queue:
    """A queue, with the size of batches and the number of concurrent invocations."""

    url: str
    batch: int
    concurrency: int


@contextmanager
def feeding(template: Template, aws: stack.Stack, logical_id: str, invoke: Invoke) -> Iterator[None]:
    """Invoke a function with the records of its streams and queues, while the context lasts.

    Args:
        template: The template, which names streams and queues.
        aws: The stack that has them.
        logical_id: The logical id of the function.
        invoke: The function.

    Raises:
        StartError: The template lacks the function.
    """
    events = template.properties(logical_id, "AWS::Serverless::Function")["Events"]
    with ExitStack() as context:
        for event in events.values():
            properties = event["Properties"]
            if event["Type"] == "DynamoDB":
                context.enter_context(streaming(stack.TABLES[resource_of(properties["Stream"])], invoke))
            else:
                concurrency = properties["ScalingConfig"]["MaximumConcurrency"]
                queue = Queue(aws.queues[resource_of(properties["Queue"])], properties["BatchSize"], concurrency)
                context.enter_context(receiving(boto3.client("sqs"), queue, invoke))
        yield


def resource_of(attribute: Mapping[str, str]) -> str:
    """The resource of `!GetAtt`."""
    return attribute["Fn::GetAtt"].partition(".")[0]


@contextmanager
def streaming(table: str, invoke: Invoke) -> Iterator[None]:
    """Invoke a function with all changes of a table from now on, while the context lasts.

    The records are read from moto's memory, since each read through its API leaves an iterator behind.

    Args:
        table: The name of a table with a stream.
        invoke: The function.
    """
    first = _shard(table).starting_sequence_number + len(_shard(table).items)

    def look(end: threading.Event) -> None:
        position = first
        while not end.wait(LOOK_SECONDS):
            records = _shard(table).get(position, _RECORDS_AT_ONCE)
            if not records:
                continue
            position += len(records)
            failed = _failures(invoke, [{**record, "eventSource": "aws:dynamodb"} for record in records])
            if failed:
                # All records from the first failed one are sent again, in order.
                position = min(map(int, failed))
                end.wait(RETRY_SECONDS)

    with _thread(look, f"stream-{table}"):
        yield


@contextmanager
def receiving(sqs: "SQSClient", queue: Queue, invoke: Invoke) -> Iterator[None]:
    """Invoke a function with the messages of a queue, while the context lasts."""

    def work(messages: Sequence[Mapping[str, Any]]) -> None:
        failed = _failures(invoke, [_record(message) for message in messages])
        for message in messages:
            handle = {"QueueUrl": queue.url, "ReceiptHandle": message["ReceiptHandle"]}
            if message["MessageId"] in failed:
                sqs.change_message_visibility(**handle, VisibilityTimeout=RETRY_SECONDS)
            else:
                sqs.delete_message(**handle)

    def look(end: threading.Event) -> None:
        free = threading.Semaphore(queue.concurrency)
        # The end of the stack does not wait for invocations: their messages end with it.
        pool = ThreadPoolExecutor(queue.concurrency, "invocation")
        while not end.is_set():
            if not free.acquire(timeout=_WAIT_SECONDS):
                continue
            try:
                messages = sqs.receive_message(
                    QueueUrl=queue.url,
                    MaxNumberOfMessages=min(queue.batch, RECEIVED_AT_ONCE),
                    WaitTimeSeconds=_WAIT_SECONDS,
                    AttributeNames=["All"],
                ).get("Messages", [])
            except (BotoCoreError, ClientError) as error:
                messages = []
                if not end.wait(RETRY_SECONDS):
                    logger.warning("the queue %s cannot be read: %s", queue.url, error)
            if messages and not end.is_set():
                pool.submit(work, messages).add_done_callback(lambda _: free.release())
            else:
                free.release()
        pool.shutdown(wait=False, cancel_futures=True)

    # The thread ends after its last read, which takes a second. Nothing waits for that.
    with _thread(look, f"queue-{queue.url.rpartition('/')[2]}", waits=False):
        yield


def _shard(table: str) -> StreamShard:
    """The stream of a table; moto replaces it after each transaction that fails."""
    found: StreamShard | None = dynamodb_backends[stack.ACCOUNT_ID][stack.REGION].get_table(table).stream_shard
    if found is None:
        raise ValueError(f"the table {table} has no stream")
    return found


def _failures(invoke: Invoke, records: list[dict[str, Any]]) -> set[str]:
    """The ids of the records that failed."""
    try:
        answer = invoke({"Records": records}, str(uuid.uuid4()))
        return {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    except Exception:
        # As in Lambda: if the function raises an exception, the whole batch has failed.
        logger.exception("the function failed")
        return {record["messageId"] if "messageId" in record else _sequence(record) for record in records}


def _sequence(record: Mapping[str, Any]) -> str:
    return str(record["dynamodb"]["SequenceNumber"])


def _record(message: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "messageId": message["MessageId"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "eventSource": "aws:sqs",
    }


@contextmanager
def _thread(look: Callable[[threading.Event], None], name: str, *, waits: bool = True) -> Iterator[None]:
    end = threading.Event()
    thread = threading.Thread(target=look, args=(end,), name=name, daemon=True)
    thread.start()
    try:
        yield
    finally:
        end.set()
        if waits:
            thread.join()
