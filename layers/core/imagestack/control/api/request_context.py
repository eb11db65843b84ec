"""A request to the API with its caller, and the reply to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from imagestack.control.errors import ConflictError
from imagestack.control.roles import Caller


def _no_deadline() -> float:
    """The time left to a command, which nothing interrupts."""
    return 30.0


@dataclass(frozen=True)
class Call:
    """An authenticated request.

    Attributes:
        caller: The owner of the token.
        method: The HTTP method.
        path: The decoded path.
        now: The time of the request.
        numbers: The numbers in the path, by name.
        query: Decoded parameters by name; the last one of repeats.
        query_text: The query as it was sent.
        body: The parsed JSON; None if there is none.
        if_match: The version that the caller wants to change; None for any.
        address: The client's IP address.
        origin_secret: The secret that proves that the request came through the distribution; empty if it did not.
        seconds_left: Returns the seconds that remain for an answer.
    """

    caller: Caller
    method: str
    path: str
    now: datetime
    numbers: Mapping[str, int] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    query_text: str = ""
    body: object = None
    if_match: str | None = None
    address: str = ""
    origin_secret: str = field(default="", repr=False)
    seconds_left: Callable[[], float] = _no_deadline

    def check_version(self, version: str) -> None:
        """Check that a version is the one that the caller wants to change.

        Raises:
            ConflictError: The caller has seen another version.
        """
        if self.if_match not in (None, "*", version):
            raise ConflictError


@dataclass(frozen=True)
class Reply:
    """A successful answer.

    Attributes:
        status: The HTTP status.
        body: The body, for JSON; None for an empty body.
        version: The version of the answered thing; None if it has none.
    """

    status: int
    body: Any = None
    version: str | None = None
