"""Errors of botocore as errors of the ports."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from imagestack.errors import StoreError


@contextmanager
def store_errors() -> Iterator[None]:
    """Raise `StoreError` for every failure of a client."""
    try:
        yield
    except (ClientError, BotoCoreError) as error:
        raise StoreError(str(error)) from error


def code_of(error: ClientError) -> str:
    """The code of an error in the API's own words, such as `NoSuchKey`."""
    return error.response["Error"]["Code"]
