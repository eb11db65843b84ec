"""An answer before HTTP."""

from dataclasses import dataclass

from imagestack.ports import Stored, Transformed
from imagestack.skips import SkipReason


@dataclass(frozen=True)
class Answer:
    """An image to be returned, before HTTP.

    Attributes:
        stored: what the origin tells of the original.
        body: None if it is too large for a Lambda response.
        path: of the object in the front's buckets, for such a body.
        reasons: what was skipped.
        transformed: how the body was made; None for an original that is passed through.
        download_time: of the original in milliseconds, for a skip; None if nothing was skipped.
        varies: other clients may get another format.
        transient: the next invocation may do better.
        refining: it is to be made smaller, and the edge should look for that.
    """

    stored: Stored
    body: bytes | None
    path: str
    reasons: tuple[SkipReason, ...] = ()
    transformed: Transformed | None = None
    download_time: int | None = None
    varies: bool = False
    transient: bool = False
    refining: bool = False

    @property
    def etag(self) -> str:
        """Of the representation, with its quotes."""
        return self.transformed.etag if self.transformed else self.stored.version.etag

    @property
    def length(self) -> int:
        """Of the representation, in bytes."""
        return self.transformed.length if self.transformed else self.stored.size
