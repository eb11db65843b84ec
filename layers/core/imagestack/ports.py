"""The stores that the pipeline works with, as it sees them; `imagestack.stores` implements them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from typing import Any, Protocol

from imagestack.refinement import Refinement
from imagestack.skips import SkipReason


@dataclass(frozen=True)
class Version:
    """Which content of a key: S3 gives both anew with every write, even of equal bytes."""

    etag: str
    last_modified: datetime


@dataclass(frozen=True)
class Stored:
    """What a store tells of an original beside its bytes.

    Attributes:
        key: its key in the bucket.
        version: for validators and staleness.
        size: in bytes.
        content_type: as stored, None if nothing is.
        content_encoding: as stored, empty if nothing is.
        headers: further stored headers, by the names under which they are sent on.
    """

    key: str
    version: Version
    size: int
    content_type: str | None = None
    content_encoding: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Original:
    """An original, or the beginning of one that is larger than was asked for."""

    stored: Stored
    body: bytes

    @property
    def is_whole(self) -> bool:
        """Whether the body is all of it."""
        return len(self.body) == self.stored.size


@dataclass(frozen=True)
class Transformed:
    """What is told of a transform, now and whenever its result is served again.

    Attributes:
        operations: what was performed, in order; none for a remembered skip.
        reasons: what was skipped, and could be known only from the original.
        content_type: of the result.
        etag: strong, of the result; with its quotes.
        length: of the result, in bytes.
        origin_size: of the original, in bytes.
        download_time: of the original, in milliseconds.
        processing_time: of the transform, in milliseconds.
        score: how much it looks like what was encoded, on the scale of SSIMULACRA2 (100 is the same, 90 cannot be told
            apart by eye, 70 is good); None if nobody has looked.
        quality: on the JPEG scale, where it was chosen for this picture; else None.
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
        transformed: what was done.
        body: None if the object is larger than was asked for.
        store_etag: what the store calls this very object, for replacing it and nothing newer.
        refined: nobody will find fewer bytes for it.
    """

    original_version: Version
    transformed: Transformed
    body: bytes | None
    store_etag: str = ""
    refined: bool = False


class OriginalStore(Protocol):
    """Where originals are; nothing here can change them."""

    def head(self, key: str) -> Stored:
        """What is stored under `key`.

        Raises:
            OriginStatusError: the store did not answer 200.
            OriginTimeoutError: it did not answer in time.
            OriginThrottledError: it asks for fewer requests.
        """

    def fetch(self, key: str, at_most: int) -> Original:
        """The original, whole if it has at most so many bytes, else its beginning (64 KiB or more).

        Raises:
            OriginStatusError, OriginTimeoutError, OriginThrottledError: as `head`.
        """


class DerivedStore(Protocol):
    """Where derived objects are kept."""

    def get(self, key: str, at_most: int) -> Derived | None:
        """The derived object, with its body if it has at most so many bytes; None if there is none that can be read.

        Raises:
            StoreError: the store failed.
        """

    def put(self, key: str, derived: Derived, headers: Mapping[str, str], replaces: str | None) -> bool:
        """Keep a derived object, once: a concurrent writer's result stays.

        Args:
            key: the derived key.
            derived: with its body.
            headers: the original's stored headers, for those who get the object from the bucket.
            replaces: `store_etag` of the object that it takes the place of; None if there was none.

        Returns:
            Whether it is kept; if not, another writer was first, or the object to be replaced is gone.

        Raises:
            StoreError: the store failed.
        """


class SecretStore(Protocol):
    """Where the secrets are that prove a request to come from the distribution."""

    def values(self) -> Sequence[str]:
        """The valid ones: the current one and, while it is being rotated, the one before.

        Raises:
            StoreError: the store failed.
        """


class Turn(Enum):
    """Whose turn it is to make a derived object."""

    MINE = auto()
    ANOTHERS = auto()
    DONE = auto()


class Leases(Protocol):
    """Who is making which derived object, across functions."""

    def acquire(self, name: str, owner: str, seconds: float) -> Turn:
        """Take the lease of `name` for so long, unless somebody has it or has just done the work.

        Raises:
            StoreError: the store failed.
        """

    def release(self, name: str, owner: str, *, done: bool) -> None:
        """Give back a lease, if it is still the owner's; `done` tells whether the derived object is there now.

        Raises:
            StoreError: the store failed.
        """


class Refinements(Protocol):
    """Where derived objects wait for another encode."""

    def ask(self, refinement: Refinement) -> None:
        """Ask for a refinement, to be made in some seconds or minutes, at least once.

        Raises:
            StoreError: it could not be asked for.
        """


class RuleTable(Protocol):
    """Where the items of resources and rules are."""

    def items(self, host: str) -> Sequence[Mapping[str, Any]]:
        """All items of a host, `*` for those of the resource of all hosts; plain attributes.

        Raises:
            StoreError: the table failed.
        """
