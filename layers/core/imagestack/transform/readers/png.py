"""The header of a PNG, read within limits that no program comes near, and what of its chunks pixels depend on.

PNG specification, third edition, sections 5 and 11.
"""

from dataclasses import dataclass

from imagestack.chunks import MOST_BEFORE_PIXELS, PIXELS, SIGNATURE, chunks
from imagestack.errors import DamagedImageError
from imagestack.geometry import Size
from imagestack.transform.readers.exif import MOST_BYTES, orientation

_HEADER, _EXIF = b"IHDR", b"eXIf"
_HEADER_BYTES = 13
# What pixels depend on besides those themselves; each can be there once. Text, above all, is not: it may be compressed.
_NEEDED = (_HEADER, b"PLTE", b"tRNS", b"iCCP")
# Chunks of pixels in 32 MB, if they have no more than half a kilobyte each. Encoders put eight times as much into one.
_MOST_OF_PIXELS = 65_536


@dataclass(frozen=True)
class PngHeader:
    """What stands before the pixels.

    Attributes:
        size: of the picture as it is stored.
        orientation: EXIF orientation, 1 to 8.
        needed: where the chunks lie that pixels depend on.
        pixels: where the first chunk of pixels begins.
    """

    size: Size
    orientation: int
    needed: tuple[slice, ...]
    pixels: int

    def strip_metadata(self, body: bytes) -> bytes:
        """The same picture without what a decoder would only waste time and memory on.

        Raises:
            DamagedImageError: the pixels are in too many pieces.
        """
        end = self.pixels
        for count, chunk in enumerate(chunks(body, self.pixels)):
            if chunk.kind != PIXELS:
                break
            if count >= _MOST_OF_PIXELS:
                raise DamagedImageError("too many chunks")
            end = chunk.end
        return b"".join((SIGNATURE, *(body[place] for place in self.needed), body[self.pixels : end]))


def read_png(body: bytes) -> PngHeader:
    """Read the header of a PNG.

    Args:
        body: the original, or at least its header.

    Raises:
        DamagedImageError: it cannot be read, or is over the limits.
    """
    if not body.startswith(SIGNATURE):
        raise DamagedImageError("no PNG")
    size, turned = None, orientation(b"")
    needed: dict[bytes, slice] = {}
    for count, chunk in enumerate(chunks(body)):
        if (count == 0) != (chunk.kind == _HEADER):
            raise DamagedImageError("the first chunk, and only that, is the header")
        if chunk.kind == PIXELS and size:
            return PngHeader(size, turned, tuple(needed.values()), chunk.start)
        if count >= MOST_BEFORE_PIXELS:
            raise DamagedImageError("too many chunks")
        if chunk.kind == _HEADER:
            size = _size(chunk.content(body, _HEADER_BYTES))
        elif chunk.kind == _EXIF:
            turned = orientation(chunk.content(body, MOST_BYTES))
        if chunk.kind in _NEEDED:
            needed.setdefault(chunk.kind, slice(chunk.start, chunk.end))
    raise DamagedImageError("no pixels")


def _size(header: bytes) -> Size:
    width, height = int.from_bytes(header[:4]), int.from_bytes(header[4:8])
    if len(header) < _HEADER_BYTES or not (width and height):
        raise DamagedImageError("a header without pixels")
    return Size(width, height)
