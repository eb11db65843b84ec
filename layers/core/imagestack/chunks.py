"""The chunks of a PNG, one after another, without a look into them."""

from collections.abc import Iterator
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PIXELS = b"IDAT"
# Programs write a dozen before the pixels. Each takes a moment, and 32 MB hold millions.
MOST_BEFORE_PIXELS = 1_000
_HEAD, _CHECKSUM = 8, 4


class Chunk(NamedTuple):
    """Where a chunk lies.

    Attributes:
        kind: four bytes.
        start: of the whole.
        data: where its data begin.
        end: behind the checksum; may be beyond the end of a body that was cut off.
    """

    kind: bytes
    start: int
    data: int
    end: int

    def content(self, body: bytes, at_most: int) -> bytes:
        """So many bytes of its data."""
        return body[self.data : min(self.end - _CHECKSUM, self.data + at_most)]


def chunks(body: bytes, at: int = len(SIGNATURE)) -> Iterator[Chunk]:
    """All chunks from a place on, the last one perhaps not whole."""
    while at + _HEAD <= len(body):
        data = at + _HEAD
        end = data + int.from_bytes(body[at : at + 4]) + _CHECKSUM
        yield Chunk(body[at + 4 : data], at, data, end)
        at = end
