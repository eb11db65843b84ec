"""Bodies that break off, which botocore does not try again, and does not even notice where they are JSON or XML."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from botocore.exceptions import IncompleteReadError, ResponseStreamingError

BROKEN = (IncompleteReadError, ResponseStreamingError)

T = TypeVar("T")


def reject_truncated(register: Callable[[str, Callable[..., None]], None]) -> None:
    """Have the clients of a session take no answer that is shorter than its Content-Length.

    Args:
        register: of the session's events.
    """
    register("before-parse", _check)


def retry_truncated(read: Callable[[], T]) -> T:
    """What `read` makes of an answer and its body; where the body breaks off both are asked for once more, at once.

    A body that stalls has taken its time already: it is not asked for again.
    """
    try:
        return read()
    except BROKEN:
        return read()


def _check(operation_model: Any, response_dict: Mapping[str, Any], **_: object) -> None:  # noqa: ANN401 - botocore's
    """Half an answer of JSON would pass for one with nothing in it: an item that is not there, a list that is empty."""
    told, body = response_dict["headers"].get("Content-Length"), response_dict["body"]
    if told and isinstance(body, bytes) and operation_model.http["method"] != "HEAD" and len(body) < int(told):
        raise IncompleteReadError(actual_bytes=len(body), expected_bytes=int(told))
