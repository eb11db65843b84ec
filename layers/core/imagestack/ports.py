"""The stores as the pipeline uses them: their protocols and values. `imagestack.stores` implements them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any, Protocol

from imagestack.refinement import Refinement
from imagestack.skips import SkipReason

# Of an original that is stored without one (docs/specification.md#section-7).
DEFAULT_CACHE_CONTROL = "public, max-age=86400"


@dataclass(frozen=True)
class Version:
    """The version of a stored object. A write changes it, even a write of the same bytes.

    Attributes:
        etag: with its quotes.
        last_modified: the time of the write, in UTC.
    """

    etag: str
    last_modified: datetime


@dataclass(frozen=True)
class Stored:
    """A stored original without its body.

    Attributes:
        key: its key in the bucket.
        version: for validators, and to see whether a derived object is stale.
        size: in bytes.
        content_type: as stored; None if there is none.
        content_encoding: as stored; empty if there is none.
        headers: further stored headers, by their names in a response.
    """

    key: str
    version: Version
    size: int
    content_type: str | None = None
    content_encoding: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Original:
    """An original with its body.

    Attributes:
        stored: everything but the body.
        body: whole, or the beginning of an original that is larger than the caller wanted.
    """

    stored: Stored
    body: bytes

    @property
    def is_whole(self) -> bool:
        """Whether `body` is the whole original."""
        return len(self.body) == self.stored.size


@dataclass(frozen=True)
class Transformed:
    """Facts about a transform, stored with its result and sent with each response.

    Attributes:
        operations: the operations that were done, in order; none for a remembered skip.
        reasons: the skip reasons that depend on the original.
        content_type: media type of the result.
        etag: strong ETag of the result, with its quotes.
        length: bytes of the result.
        origin_size: bytes of the original.
        download_time: milliseconds for the original.
        processing_time: milliseconds for the transform.
        score: similarity to the pixels that were encoded, on the scale of SSIMULACRA2; None if it was not measured. 100
            is identical, 90 looks identical, 70 is good.
        quality: on the JPEG scale, if it was chosen for this image; else None.
    """

    operations: tuple[str, ...]
    reasons: tuple[SkipReason, ...]
    content_type: str
    etag: str
    length: int
    origin_size: int
    download_time: int
    processing_time: int
    score: int | None = None
    quality: int | None = None


@dataclass(frozen=True)
class Derived:
    """A derived object, or the memory of a skip (no operations, no body).

    Attributes:
        original_version: the version of the original that it was made of.
        transformed: facts about the transform.
        body: None if the object is larger than the caller wanted.
        store_etag: the store's ETag of this object, with which a writer replaces it and nothing newer.
        refined: whether it was refined already, so that no further encode is tried.
    """

    original_version: Version
    transformed: Transformed
    body: bytes | None
    store_etag: str = ""
    refined: bool = False


class OriginalStore(Protocol):
    """The store of originals, read only."""

    def head(self, key: str) -> Stored:
        """The original of a key without its body.

        Raises:
            OriginStatusError: the store did not answer 200.
            OriginTimeoutError: the store did not answer in time.
            OriginThrottledError: the store asks for fewer requests.
            OriginRefusedError: the store rejects our credentials.
            OriginBrokenError: the connection failed.
        """

    def fetch(self, key: str, max_bytes: int, /) -> Original:
        """The original of a key: whole if it has at most `max_bytes`, else its beginning (64 KiB or more).

        Raises:
            OriginStatusError, OriginTimeoutError, OriginThrottledError, OriginRefusedError, OriginBrokenError: as
                `head`.
        """


class DerivedStore(Protocol):
    """The store of derived objects."""

    def get(self, key: str, max_bytes: int, /) -> Derived | None:
        """The derived object of a key, with its body if that has at most `max_bytes`; None if there is none.

        An object whose metadata cannot be read counts as stale.

        Raises:
            StoreError: the store failed.
        """

    def put(self, key: str, derived: Derived, headers: Mapping[str, str], replaces: str | None) -> bool:
        """Store a derived object; the object of a concurrent writer stays.

        Args:
            key: the derived key.
            derived: with its body.
            headers: the original's stored headers, for viewers who get the object from the bucket.
            replaces: `store_etag` of the object that it replaces; None if there is none.

        Returns:
            Whether it is stored. If not, another writer was first, or the object to be replaced is gone.

        Raises:
            StoreError: the store failed.
        """


class SecretStore(Protocol):
    """The store of the secrets that the distribution adds to its requests."""

    def values(self) -> Sequence[str]:
        """The valid secrets: the current one, and the previous one while it is being rotated.

        Raises:
            StoreError: the store failed.
        """


class Turn(Enum):
    """Which invocation makes a derived object.

    Attributes:
        MINE: this one; it has the lease now.
        ANOTHERS: another one has the lease.
        DONE: none; the object was made a moment ago.
    """

    MINE = auto()
    ANOTHERS = auto()
    DONE = auto()


class Leases(Protocol):
    """Leases of derived objects that are being made, shared by all invocations."""

    def acquire(self, name: str, owner: str, seconds: float) -> Turn:
        """Take the lease of `name` for a number of seconds, unless another owner has it or has just done the work.

        Raises:
            StoreError: the store failed.
        """

    def release(self, name: str, owner: str, *, done: bool) -> None:
        """Release a lease, if it is still the owner's; `done` says whether the derived object is stored now.

        Raises:
            StoreError: the store failed.
        """


class Refinements(Protocol):
    """The queue of derived objects to be encoded again."""

    def request(self, refinement: Refinement) -> None:
        """Request a refinement. It is done at least once, after seconds or minutes.

        Raises:
            StoreError: the queue failed.
        """


class RuleTable(Protocol):
    """The table of resources and rules."""

    def items(self, host: str) -> Sequence[Mapping[str, Any]]:
        """All items of a host as plain attributes; `*` is the host of the resource for all other hosts.

        Raises:
            StoreError: the table failed.
        """
