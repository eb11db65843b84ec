"""An answer of the pipeline, before it becomes an HTTP response."""

from dataclasses import dataclass

from imagestack.ports import Stored, Transformed
from imagestack.skips import SkipReason


@dataclass(frozen=True)
class Answer:
    """An image to be returned: a derived object, or the original.

    Attributes:
        stored: the original.
        body: None if it is too large for a Lambda response.
        path: of the object in the front's buckets, to which a viewer of such a body is redirected.
        reasons: the skip reasons.
        transformed: facts about the transform; None for the original.
        download_time: milliseconds for the original, if the answer is the original; else None.
        varies: whether clients that accept other formats may get another answer.
        transient: whether the next invocation may do better, so that caches keep the answer for seconds.
        refining: whether the derived object will be made smaller, so that the edge fetches it again soon.
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
        """ETag of the body, with its quotes."""
        return self.transformed.etag if self.transformed else self.stored.version.etag

    @property
    def length(self) -> int:
        """The number of bytes in the body."""
        return self.transformed.length if self.transformed else self.stored.size
