"""A queue of refinements in Amazon SQS."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from imagestack.refinement import Refinement, to_message
from imagestack.stores.errors import store_errors

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsRefinements:
    """Refinements in an SQS queue; see `imagestack.ports.Refinements`."""

    def __init__(self, connect: Callable[[], "SQSClient"], url: str) -> None:
        """Start without a client.

        Args:
            connect: makes the client at the first request; most functions never need one.
            url: URL of the queue.
        """
        self._connect = connect
        self._url = url

    @cached_property
    def _client(self) -> "SQSClient":
        return self._connect()

    def request(self, refinement: Refinement) -> None:
        """Request a refinement."""
        with store_errors():
            self._client.send_message(QueueUrl=self._url, MessageBody=to_message(refinement))
