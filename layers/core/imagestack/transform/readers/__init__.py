"""Bounded readers of headers, one for each format of originals. No codec sees a byte before them.

A reader takes the original, or at least its header, and returns a `Header`. It raises `DamagedImageError` for a header
that cannot be read or is over the limits. It takes a few milliseconds at most, whatever the header holds.
"""

from collections.abc import Callable

from imagestack.formats import JPEG, PNG, Format
from imagestack.transform.readers.jpeg import read_jpeg
from imagestack.transform.readers.png import read_png
from imagestack.transform.readers.result import Header

READERS: dict[Format, Callable[[bytes], Header]] = {
    JPEG: read_jpeg,
    PNG: read_png,
}
