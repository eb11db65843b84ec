"""A refine function, with the queue that feeds it."""

from dataclasses import dataclass
from types import ModuleType
from typing import Any

from tests.support.context import Context


@dataclass
class Refinery:
    """A refine function and the queue that feeds it."""

    module: ModuleType
    sqs: Any
    url: str

    def messages(self) -> list[dict[str, Any]]:
        """The new messages of the queue, as Lambda passes them."""
        found: list[dict[str, Any]] = []
        while got := self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10).get("Messages"):
            for message in got:
                found.append({"messageId": message["MessageId"], "body": message["Body"], "eventSource": "aws:sqs"})
                self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return found

    def handle(self, records: list[dict[str, Any]]) -> list[str]:
        """Invoke the function, and return the ids that it reports as failed."""
        answer = self.module.handler({"Records": records}, Context(300, function_name="refine"))
        assert set(answer) == {"batchItemFailures"}
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
