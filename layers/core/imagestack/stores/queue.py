from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.errors import StoreError
from imagestack.refinement import Refinement, to_message

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


class SqsRefinements:
    """Refinements in a queue of SQS; see `imagestack.ports.Refinements`."""

    def __init__(self, connect: Callable[[], "SQSClient"], url: str) -> None:
        """Do nothing yet.

        Args:
            connect: makes the client, when the first refinement is asked for: most functions never do.
            url: of the queue.
        """
        self._connect = connect
        self._url = url

    @cached_property
    def _client(self) -> "SQSClient":
        return self._connect()

    def ask(self, refinement: Refinement) -> None:
        """Ask for a refinement."""
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=to_message(refinement))
        except (ClientError, BotoCoreError) as error:
            raise StoreError(str(error)) from error
