"""The header of a PNG, read within limits that no program comes near, and the chunks that pixels depend on.

PNG specification, third edition, sections 5 and 11.
"""

from imagestack.chunks import MOST_BEFORE_PIXELS, PIXELS, SIGNATURE, chunks
from imagestack.errors import DamagedImageError
from imagestack.formats import PNG
from imagestack.geometry import Size
from imagestack.transform.readers.exif import MOST_BYTES, UPRIGHT, orientation
from imagestack.transform.readers.result import Header

_HEADER, _EXIF = b"IHDR", b"eXIf"
_HEADER_BYTES = 13
# Pixels depend on these chunks besides their own; each may occur once. Text, which may be compressed, is not needed.
_NEEDED = (_HEADER, b"PLTE", b"tRNS", b"iCCP")
# Chunks of pixels in 32 MB, if each has half a kilobyte. Encoders write at least eight times as much into one.
_MOST_OF_PIXELS = 65_536


class _PngHeader(Header):
    """The pixels lie in chunks one after another. What stands behind them is metadata."""

    def _pixels_end(self, body: bytes) -> int:
        end = self.pixels
        for count, chunk in enumerate(chunks(body, self.pixels)):
            if chunk.kind != PIXELS:
                break
            if count >= _MOST_OF_PIXELS:
                raise DamagedImageError("too many chunks")
            end = chunk.end
        return end


def read_png(body: bytes) -> Header:
    """Read the header of a PNG.

    Args:
        body: the original, or at least its header.

    Raises:
        DamagedImageError: it cannot be read, or is over the limits.
    """
    if not PNG.matches(body):
        raise DamagedImageError("no PNG")
    size, depth, turned = None, 0, UPRIGHT
    needed: dict[bytes, slice] = {}
    for count, chunk in enumerate(chunks(body)):
        if (count == 0) != (chunk.kind == _HEADER):
            raise DamagedImageError("the first chunk, and only that, is the header")
        if chunk.kind == PIXELS and size:
            return _PngHeader(
                size=size,
                orientation=turned,
                depth=depth,
                magic=SIGNATURE,
                needed=tuple(needed.values()),
                pixels=chunk.start,
            )
        if count >= MOST_BEFORE_PIXELS:
            raise DamagedImageError("too many chunks")
        if chunk.kind == _HEADER:
            size, depth = _size_and_depth(chunk.content(body, _HEADER_BYTES))
        elif chunk.kind == _EXIF:
            turned = orientation(chunk.content(body, MOST_BYTES))
        if chunk.kind in _NEEDED:
            needed.setdefault(chunk.kind, slice(chunk.start, chunk.end))
    raise DamagedImageError("no pixels")


def _size_and_depth(header: bytes) -> tuple[Size, int]:
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    if len(header) < _HEADER_BYTES or not (width and height):
        raise DamagedImageError("a header without pixels")
    return Size(width, height), header[8]
