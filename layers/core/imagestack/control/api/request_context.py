"""Who asks for what, and what they get."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from imagestack.control.errors import ConflictError


class Role(IntEnum):
    """What a token allows: each role what the one before does, and more."""

    VIEWER = 1
    EDITOR = 2
    ADMIN = 3


@dataclass(frozen=True)
class Caller:
    """Whose token it is."""

    token: int
    name: str
    role: Role

    @property
    def reads_secrets(self) -> bool:
        """Whether keys are shown."""
        return self.role >= Role.EDITOR


def _unhurried() -> float:
    """Of commands, which nobody ends."""
    return 30.0


@dataclass(frozen=True)
class Call:
    """A request of somebody who may make it.

    Attributes:
        caller: who.
        method: of HTTP.
        path: decoded.
        numbers: those in the path, by name.
        query: by name, decoded; the last of repeats.
        query_text: as it was sent.
        body: parsed JSON; None if there is none.
        if_match: the version that is to be changed, None whatever it is.
        address: the caller's IP address.
        now: when.
        origin_secret: the secret that shows that it came through the distribution; empty if it did not.
        left: seconds until it has to be answered.
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
    left: Callable[[], float] = _unhurried

    def match(self, version: str) -> None:
        """Go on if this is the version that the caller has seen, or any is right.

        Raises:
            ConflictError: it is another one.
        """
        if self.if_match not in (None, "*", version):
            raise ConflictError


@dataclass(frozen=True)
class Reply:
    """An answer.

    Attributes:
        body: for JSON; None for an empty one.
        version: of the thing that is answered, if it has one.
    """

    status: int
    body: Any = None
    version: str | None = None
