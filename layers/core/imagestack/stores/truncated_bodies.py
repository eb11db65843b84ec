"""Retries of reads from AWS whose response body is truncated.

Botocore does not retry a response whose body breaks off. Where the body is JSON or XML, it does not even notice.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from botocore.exceptions import IncompleteReadError, ResponseStreamingError

BROKEN = (IncompleteReadError, ResponseStreamingError)

T = TypeVar("T")


def reject_truncated(register: Callable[[str, Callable[..., None]], None]) -> None:
    """Make the clients of a session reject responses that are shorter than their Content-Length.

    Args:
        register: adds a handler to the session's events.
    """
    register("before-parse", _check)


def retry_truncated(read: Callable[[], T]) -> T:
    """Call `read`, which requests and reads a response; call it once more, at once, if the body breaks off.

    A body that stalls is not requested again, since it has used its time already.
    """
    try:
        return read()
    except BROKEN:
        return read()


def _check(operation_model: Any, response_dict: Mapping[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore's
    """Reject a truncated response. Half a JSON document would pass for an empty one: no item, or an empty list."""
    length, body = response_dict["headers"].get("Content-Length"), response_dict["body"]
    if length and isinstance(body, bytes) and operation_model.http["method"] != "HEAD" and len(body) < int(length):
        raise IncompleteReadError(actual_bytes=len(body), expected_bytes=int(length))
