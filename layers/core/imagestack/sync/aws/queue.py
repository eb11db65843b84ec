"""Messages to an SQS queue."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from imagestack.sync.aws.errors import translated

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsQueue:
    """A queue of SQS; see `imagestack.sync.ports.Queue`."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, message: Mapping[str, Any], delay: int = 0) -> None:
        """Send JSON."""
        with translated():
            self._client.send_message(QueueUrl=self._url, MessageBody=json.dumps(message), DelaySeconds=delay)
