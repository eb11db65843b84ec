"""The chunks of a PNG, without a look into their data, and the count of its frames.

PNG specification, third edition, sections 5 and 11.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

SIGNATURE = b"\x89PNG\r\n\x1a\n"
PIXELS = b"IDAT"
# Programs write a dozen chunks before the pixels. Each takes a moment to read, and 32 MB hold millions.
MOST_BEFORE_PIXELS = 1_000
_ANIMATION = b"acTL"
_HEAD, _CHECKSUM = 8, 4


class Chunk(NamedTuple):
    """The place of a chunk in the body.

    Attributes:
        kind: its type, four bytes.
        start: offset of the chunk.
        data: offset of its data.
        end: offset behind its checksum; lies beyond the end of a body that was cut off.
    """

    kind: bytes
    start: int
    data: int
    end: int

    def content(self, body: bytes, at_most: int) -> bytes:
        """The first bytes of its data, `at_most` of them."""
        return body[self.data : min(self.end - _CHECKSUM, self.data + at_most)]


def chunks(body: bytes, at: int = len(SIGNATURE)) -> Iterator[Chunk]:
    """All chunks from the offset `at` on. The last one may be cut off."""
    while at + _HEAD <= len(body):
        data = at + _HEAD
        end = data + int.from_bytes(body[at : at + 4]) + _CHECKSUM
        yield Chunk(body[at + 4 : data], at, data, end)
        at = end


def is_animated(body: bytes) -> bool:
    """Whether a PNG has more than one frame. Its acTL chunk is used only before the pixels (section 11.3.5)."""
    for chunk in islice(chunks(body), MOST_BEFORE_PIXELS):
        if chunk.kind == _ANIMATION:
            return int.from_bytes(chunk.content(body, 4)) > 1
        if chunk.kind == PIXELS:
            break
    return False
