"""What every header reader returns."""

from dataclasses import dataclass

from imagestack.geometry import Size
from imagestack.transform.readers.exif import UPRIGHT


@dataclass(frozen=True, kw_only=True)
class Header:
    """What stands before the pixels of an original. A reader sets the fields that its format has.

    Attributes:
        size: of the picture as it is stored.
        orientation: EXIF orientation, 1 to 8.
        quality: estimated quality of the encode, 1 to 100; None if the format has none or the header has no clue.
        progressive: the pixels come in several scans, so that a decoder holds the coefficients of the whole picture.
        components: numbers for each pixel, for the estimate of these coefficients.
        subsampling: of the colour in Pillow's numbers: 0 is 4:4:4, 1 is 4:2:2, 2 is 4:2:0, else -1.
        depth: bits of a sample.
        magic: what a file without metadata begins with.
        needed: the parts between `magic` and the pixels that a decoder needs, in order.
        pixels: offset of the pixels.
        end_mark: stands behind the pixels of a complete file, and nowhere within them; empty if the format has none.
    """

    size: Size
    orientation: int = UPRIGHT
    quality: int | None = None
    progressive: bool = False
    components: int = 3
    subsampling: int = -1
    depth: int = 8
    magic: bytes = b""
    needed: tuple[slice, ...] = ()
    pixels: int = 0
    end_mark: bytes = b""

    def strip_metadata(self, body: bytes) -> bytes:
        """The same picture without what would only cost a decoder time and memory.

        Raises:
            DamagedImageError: the pixels are over a limit of the reader.
        """
        kept = body[self.pixels : self._pixels_end(body)]
        return b"".join((self.magic, *(body[place] for place in self.needed), kept))

    def is_complete(self, body: bytes) -> bool:
        """Whether the end mark stands behind the pixels."""
        return body.find(self.end_mark, self.pixels) >= 0

    def _pixels_end(self, body: bytes) -> int:
        """The offset behind the last byte that a decoder needs."""
        return len(body)
