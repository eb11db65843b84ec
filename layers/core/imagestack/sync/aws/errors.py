"""Errors of botocore as those of the ports."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.errors import StoreError
from imagestack.sync.ports import BusyError

_BUSY = {"TooManyInvalidationsInProgress", "Throttling", "ThrottlingException", "TooManyRequestsException"}
_REFUSED = "ConditionalCheckFailedException"


class RefusedError(StoreError):
    """The condition of a write does not hold."""


@contextmanager
def translated() -> Iterator[None]:
    """Translate what is raised within."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        kind = BusyError if code in _BUSY else RefusedError if code == _REFUSED else StoreError
        raise kind(str(error)) from error
    except BotoCoreError as error:
        raise StoreError(str(error)) from error
