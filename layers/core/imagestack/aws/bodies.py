"""Bodies of S3 that break off."""

from collections.abc import Callable
from typing import TypeVar

from botocore.exceptions import IncompleteReadError, ResponseStreamingError

# botocore tries a request again, but not a body, which it hands on while it comes. It does count the bytes.
BROKEN = (IncompleteReadError, ResponseStreamingError)

T = TypeVar("T")


def whole(read: Callable[[], T]) -> T:
    """What `read` makes of an answer and its body; where the body breaks off both are asked for once more, at once.

    A body that stalls has taken its time already: it is not asked for again.
    """
    try:
        return read()
    except BROKEN:
        return read()
