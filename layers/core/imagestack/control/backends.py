"""The ports of the control plane beside its tables: originals and usage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from imagestack.config import read_memory
from imagestack.limits import Limits
from imagestack.ports import OriginalStore


@dataclass(frozen=True)
class ListedOriginal:
    """An original in a listing.

    Attributes:
        key: Its key in the bucket.
        size: Bytes.
        updated: The time of its last change.
    """

    key: str
    size: int
    updated: datetime


class ListableOriginals(OriginalStore, Protocol):
    """A store of originals that can list them."""

    def browse(self, prefix: str, after: str, limit: int) -> tuple[Sequence[ListedOriginal], bool]:
        """List keys with a prefix, after another key, in the order of S3.

        Returns:
            The originals, and whether more follow.

        Raises:
            UnavailableError: The bucket does not answer.
            ThrottledError: The bucket asks for fewer requests.
        """


@dataclass(frozen=True)
class UseCounts:
    """How often a rule was used; see `imagestack.usage.Use`.

    Attributes:
        requests: Requests that the rule answered.
        hits: Requests whose derived object was there already.
        saved: Bytes saved against the originals.
    """

    requests: int = 0
    hits: int = 0
    saved: int = 0

    def plus(self, other: "UseCounts") -> "UseCounts":
        """The sum of both."""
        return UseCounts(self.requests + other.requests, self.hits + other.hits, self.saved + other.saved)


class Usage(Protocol):
    """Usage statistics of rules."""

    def count(self, host: str, since: datetime, until: datetime) -> Mapping[str, UseCounts]:
        """Count the uses of a resource's rules in a span of time.

        Returns:
            Counts by rule id as text; `NO_RULE` for requests that matched no rule.

        Raises:
            UnavailableError: The counts are not available, or not in time.
            ThrottledError: Too many queries run at the moment.
        """


@dataclass
class Backends:
    """The backends of a deployment. Operations that need an absent backend answer 503.

    Attributes:
        originals: Lists and fetches originals.
        usage: Usage statistics.
        limits: The limits of previews and explanations.
        memory: Bytes for pixels and codecs in previews and explanations; by default those of a function of unknown
            size.
    """

    originals: ListableOriginals | None = None
    usage: Usage | None = None
    limits: Limits = field(default_factory=Limits)
    memory: int = field(default_factory=lambda: read_memory({}))
