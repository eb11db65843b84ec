"""A refine function, for tests that need one."""

from collections.abc import Iterator
from dataclasses import dataclass
from time import monotonic
from types import ModuleType
from typing import Any

import pytest

from imagestack.serving.refinement_requests import RefinementThrottle
from imagestack.stores.clients import make_queue_client
from imagestack.stores.queue import SqsRefinements
from tests.conftest import Context, Site


@dataclass
class Refinery:
    """A refine function and the queue that feeds it."""

    module: ModuleType
    sqs: Any
    url: str

    def messages(self) -> list[dict[str, Any]]:
        """The messages that have come since, as Lambda gets them."""
        found: list[dict[str, Any]] = []
        while got := self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in got:
                found.append({"messageId": message["MessageId"], "body": message["Body"], "eventSource": "aws:sqs"})
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def handle(self, records: list[dict[str, Any]]) -> list[str]:
        """Invoke the function; the ids that it reports as failed."""
        answer = self.module.handler({"Records": records}, Context(300, function_name="refine"))
        assert set(answer) == {"batchItemFailures"}
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


@pytest.fixture(scope="module")
def served(aws: str) -> Iterator[Refinery]:
    """One function and one queue for all tests."""
    assert aws
    # The handler reads the environment when it is imported.
    import functions.refine.handler as module  # noqa: PLC0415

    sqs = make_queue_client()
    yield Refinery(module, sqs, sqs.create_queue(QueueName="functions-refine")["QueueUrl"])
    module.WORKERS.end()


@pytest.fixture
def refinery(site: Site, served: Refinery) -> Iterator[Refinery]:
    """An image function that requests refinements, and an empty queue."""
    served.messages()
    throttle = RefinementThrottle(SqsRefinements(lambda: served.sqs, served.url), monotonic)
    with site.pipeline(refinements=throttle):
        yield served
