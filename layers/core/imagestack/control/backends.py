"""What some operations need besides the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from imagestack.limits import Limits
from imagestack.ports import OriginalStore


@dataclass(frozen=True)
class Listed:
    """An original in a list; `size` in bytes."""

    key: str
    size: int
    updated: datetime


class Originals(OriginalStore, Protocol):
    """Originals, which can be listed here."""

    def browse(self, prefix: str, after: str, limit: int) -> tuple[Sequence[Listed], bool]:
        """Keys with a prefix and behind another key, in S3's order; and whether there are more.

        Raises:
            UnavailableError: the bucket does not answer.
            ThrottledError: it asks for fewer requests.
        """


@dataclass(frozen=True)
class Counts:
    """How a rule was used; see `imagestack.serving.request_log.Use`."""

    requests: int = 0
    hits: int = 0
    saved: int = 0

    def plus(self, other: "Counts") -> "Counts":
        """Both together."""
        return Counts(self.requests + other.requests, self.hits + other.hits, self.saved + other.saved)


class Usage(Protocol):
    """How rules are used."""

    def count(self, host: str, since: datetime, until: datetime) -> Mapping[str, Counts]:
        """The uses of a resource's rules, by their ids as text, `NO_RULE` where none matched.

        Raises:
            UnavailableError: it cannot be told, or not in time.
            ThrottledError: what is asked has no time now.
        """


@dataclass
class Backends:
    """What a deployment has; whatever needs something that is None answers that it is not there.

    Attributes:
        memory: bytes that a preview may take for pixels and codecs.
    """

    originals: Originals | None = None
    usage: Usage | None = None
    limits: Limits = field(default_factory=Limits)
    memory: int = 0
