"""Errors of botocore as those of the ports."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.errors import StoreError
from imagestack.sync.ports import BusyError

_BUSY = {"TooManyInvalidationsInProgress", "Throttling", "ThrottlingException", "TooManyRequestsException"}
_REFUSED = "ConditionalCheckFailedException"


class RefusedError(StoreError):
    """The condition of a write does not hold; `item` is what stands in the way, where that was asked for."""

    def __init__(self, text: str, item: Mapping[str, Any]) -> None:
        super().__init__(text)
        self.item = item


@contextmanager
def translated() -> Iterator[None]:
    """Translate what is raised within."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == _REFUSED:
            raise RefusedError(str(error), cast("Mapping[str, Any]", error.response).get("Item", {})) from error
        kind = BusyError if code in _BUSY else StoreError
        raise kind(str(error)) from error
    except BotoCoreError as error:
        raise StoreError(str(error)) from error
