"""The header of a JPEG, read within limits that no camera comes near: nothing in it costs more than a few milliseconds.

ITU-T T.81, annex B.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from imagestack.errors import DamagedImageError
from imagestack.geometry import Size
from imagestack.transform.readers.exif import UPRIGHT, orientation

_SIGNATURE = b"\xff\xd8\xff"
# A JPEG of 32 MB could have millions of segments, of which a decoder in Python takes microseconds each; one with all of
# its 255 segments of a profile, and metadata besides, has some hundred.
_MOST_SEGMENTS = 1_000
_LONGEST_JUNK = 65_536
# The largest profiles of printers have 3 MB.
_PROFILE_BYTES = 4 * 2**20
# Each scan is a pass over all coefficients, whatever bytes it has. Encoders make a dozen; libvips ends here too.
_MOST_SCANS = 100

_MARKER = re.compile(rb"\xff[^\x00\xff]", re.DOTALL)
_ALONE = {0x01, *range(0xD0, 0xD8)}
_START, _END, _SCAN, _TABLES = 0xD8, 0xD9, 0xDA, 0xDB
_HUFFMAN, _FURTHER, _ARITHMETIC = 0xC4, 0xC8, 0xCC
_FRAMES = {*range(0xC0, 0xD0)} - {_HUFFMAN, _FURTHER, _ARITHMETIC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_JFIF, _EXIF, _PROFILE, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
_RESTART = 0xDD
# What pixels depend on. The rest, metadata, is none of a decoder's business.
_NEEDED = _FRAMES | {_HUFFMAN, _ARITHMETIC, _TABLES, _RESTART, _SCAN, _JFIF, _ADOBE}
_EXIF_PREFIX, _PROFILE_PREFIX = b"Exif\x00\x00", b"ICC_PROFILE\x00"
_BITS, _COMPONENTS = 8, (1, 3, 4)
_TABLE_ENTRIES = 64


class _Segment(NamedTuple):
    """Where a segment lies: its kind, its marker, its data, and their end."""

    kind: int
    start: int
    data: int
    end: int


@dataclass(frozen=True)
class JpegHeader:
    """What stands before the first scan.

    Attributes:
        size: of the picture as it is stored.
        components: 1, 3 or 4.
        buffered: a decoder has to hold the coefficients of the whole picture, since they come in several scans.
        table_sum: of the entries of quantization table 0; None if there is none.
        orientation: EXIF orientation, 1 to 8.
        needed: where the segments lie that pixels depend on, the first scan's the last.
    """

    size: Size
    components: int
    buffered: bool
    table_sum: int | None
    orientation: int
    needed: tuple[slice, ...]

    def strip_metadata(self, body: bytes) -> bytes:
        """The same picture without what a decoder would only waste time and memory on."""
        return b"".join((_SIGNATURE[:2], *(body[place] for place in self.needed), body[self.needed[-1].stop :]))


def read_jpeg(body: bytes) -> JpegHeader:
    """Read the header of a JPEG.

    Args:
        body: the original, or at least its header.

    Raises:
        DamagedImageError: it cannot be read, or is over the limits.
    """
    if not body.startswith(_SIGNATURE):
        raise DamagedImageError("no JPEG")
    segments = list(_segments(body))
    frames = [segment for segment in segments if segment.kind in _FRAMES]
    if len(frames) != 1:
        raise DamagedImageError("it has not one frame")
    size, components = _frame(body[frames[0].data : frames[0].end])
    profile = [one for one in segments if one.kind == _PROFILE and body.startswith(_PROFILE_PREFIX, one.data)]
    if sum(one.end - one.data for one in profile) > _PROFILE_BYTES:
        raise DamagedImageError("the profile is too large")
    # It begins with how many components it has.
    scan = segments[-1]
    buffered = frames[0].kind in _PROGRESSIVE or body[scan.data : scan.end] < bytes((components,))
    if buffered:
        _check_scans(body, scan.end)
    needed = [one for one in segments if one.kind in _NEEDED or one in profile]
    return JpegHeader(
        size,
        components,
        buffered,
        _table_sum([body[one.data : one.end] for one in segments if one.kind == _TABLES]),
        _orientation(body, segments),
        tuple(slice(one.start, one.end) for one in needed),
    )


def _orientation(body: bytes, segments: list[_Segment]) -> int:
    told = (one for one in segments if one.kind == _EXIF and body.startswith(_EXIF_PREFIX, one.data))
    first = next(told, None)
    return orientation(body[first.data : first.end]) if first else UPRIGHT


def _segments(body: bytes) -> Iterator[_Segment]:
    """Up to that of the first scan."""
    at = len(_SIGNATURE) - 1
    for _ in range(_MOST_SEGMENTS):
        # Decoders step over what is between segments.
        found = _MARKER.search(body, at, at + _LONGEST_JUNK)
        if found is None:
            raise DamagedImageError("no marker")
        at = found.end()
        kind = body[at - 1]
        if kind in _ALONE:
            continue
        if kind in {_START, _END}:
            raise DamagedImageError("it ends before its first scan")
        segment = _segment(body, kind, at)
        yield segment
        if kind == _SCAN:
            return
        at = segment.end
    raise DamagedImageError("too many segments")


def _segment(body: bytes, kind: int, at: int) -> _Segment:
    end = at + int.from_bytes(body[at : at + 2])
    if not at + 2 <= end <= len(body):
        raise DamagedImageError("a segment is cut off")
    return _Segment(kind, at - 2, at + 2, end)


def _frame(data: bytes) -> tuple[Size, int]:
    if len(data) <= 5 or data[0] != _BITS or data[5] not in _COMPONENTS:  # noqa: PLR2004 - where components are counted
        raise DamagedImageError("a frame that no browser shows")
    height, width = int.from_bytes(data[1:3]), int.from_bytes(data[3:5])
    if not (width and height):
        raise DamagedImageError("a frame without pixels")
    return Size(width, height), data[5]


def _table_sum(tables: list[bytes]) -> int | None:
    """The sum of the last table 0."""
    found = None
    for data in tables:
        at = 0
        while at < len(data):
            entry_bytes, number = 2 if data[at] >> 4 else 1, data[at] & 15
            entries = data[at + 1 : at + 1 + _TABLE_ENTRIES * entry_bytes]
            if len(entries) < _TABLE_ENTRIES * entry_bytes:
                raise DamagedImageError("a quantization table is cut off")
            if number == 0:
                found = sum(entries) if entry_bytes == 1 else sum(entries[1::2]) + 256 * sum(entries[::2])
            at += 1 + len(entries)
    return found


def _check_scans(body: bytes, at: int) -> None:
    """Count the scans; the bytes of the first one are at this place.

    Raises:
        DamagedImageError: they are too many.
    """
    # What looks like a scan may be in metadata or behind the end: only where there is much of it a closer look is due.
    if body.count(bytes((0xFF, _SCAN)), at) < _MOST_SCANS:
        return
    scans = 1
    while found := _MARKER.search(body, at):
        at = found.end()
        kind = body[at - 1]
        if kind == _END:
            return
        if kind not in _ALONE:
            scans += kind == _SCAN
            at += int.from_bytes(body[at : at + 2])
        if scans > _MOST_SCANS:
            raise DamagedImageError("too many scans")
