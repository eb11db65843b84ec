"""Errors of botocore, translated to those of the ports."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.errors import StoreError
from imagestack.sync.ports import StoreBusyError

_BUSY = {"TooManyInvalidationsInProgress", "Throttling", "ThrottlingException", "TooManyRequestsException"}
_REFUSED = "ConditionalCheckFailedException"


class ConditionFailedError(StoreError):
    """The condition of a write does not hold.

    Attributes:
        item: The item that fails the condition, if the write requested it; else empty.
    """

    def __init__(self, text: str, item: Mapping[str, Any]) -> None:
        super().__init__(text)
        self.item = item


@contextmanager
def translated() -> Iterator[None]:
    """Translate the errors that are raised within."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == _REFUSED:
            raise ConditionFailedError(str(error), cast("Mapping[str, Any]", error.response).get("Item", {})) from error
        kind = StoreBusyError if code in _BUSY else StoreError
        raise kind(str(error)) from error
    except BotoCoreError as error:
        raise StoreError(str(error)) from error
