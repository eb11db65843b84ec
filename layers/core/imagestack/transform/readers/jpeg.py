"""The header of a JPEG, read within limits that no camera comes near. Nothing in it costs more than a few milliseconds.

ITU-T T.81, annex B.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from imagestack.errors import DamagedImageError
from imagestack.formats import JPEG
from imagestack.geometry import Size
from imagestack.transform.readers.exif import UPRIGHT, orientation
from imagestack.transform.readers.jpeg_quality import estimated_quality
from imagestack.transform.readers.result import Header

# A JPEG of 32 MB can have millions of segments, and each takes Python microseconds. A JPEG with metadata and with all
# 255 segments of a profile has a few hundred.
_MOST_SEGMENTS = 1_000
_LONGEST_JUNK = 65_536
# The largest profiles of printers have 3 MB.
_PROFILE_BYTES = 4 * 2**20
# Each scan is a pass over all coefficients, however few bytes it has. Encoders write a dozen; libvips stops here too.
_MOST_SCANS = 100

_MARKER = re.compile(rb"\xff[^\x00\xff]", re.DOTALL)
_ALONE = {0x01, *range(0xD0, 0xD8)}
_START, _END, _SCAN, _TABLES = 0xD8, 0xD9, 0xDA, 0xDB
_START_OF_IMAGE, _START_OF_SCAN, _END_OF_IMAGE = (bytes((0xFF, kind)) for kind in (_START, _SCAN, _END))
_HUFFMAN, _FURTHER, _ARITHMETIC = 0xC4, 0xC8, 0xCC
_FRAMES = {*range(0xC0, 0xD0)} - {_HUFFMAN, _FURTHER, _ARITHMETIC}
_PROGRESSIVE = {0xC2, 0xC6, 0xCA, 0xCE}
_JFIF, _EXIF, _PROFILE, _ADOBE = 0xE0, 0xE1, 0xE2, 0xEE
_RESTART = 0xDD
# Pixels depend on these segments. A decoder does not need the rest, which is metadata.
_NEEDED = _FRAMES | {_HUFFMAN, _ARITHMETIC, _TABLES, _RESTART, _SCAN, _JFIF, _ADOBE}
_EXIF_PREFIX, _PROFILE_PREFIX = b"Exif\x00\x00", b"ICC_PROFILE\x00"
_BITS, _COMPONENTS = 8, (1, 3, 4)
# A frame counts its components in this byte. Three bytes for each follow; the second one has its sampling factors.
_COUNT, _FIRST_FACTORS, _COMPONENT_BYTES = 5, 7, 3
# By the sampling factors of three components, in Pillow's numbers.
_SUBSAMPLINGS = {b"\x11\x11\x11": 0, b"\x21\x11\x11": 1, b"\x22\x11\x11": 2}


class _Segment(NamedTuple):
    """The place of a segment: its kind, and offsets of its marker, of its data and of their end."""

    kind: int
    start: int
    data: int
    end: int


class _Frame(NamedTuple):
    """Facts of the frame header: size, number of components (1, 3 or 4) and subsampling."""

    size: Size
    components: int
    subsampling: int


def read_jpeg(body: bytes) -> Header:
    """Read the header of a JPEG.

    Args:
        body: the original, or at least its header.

    Raises:
        DamagedImageError: it cannot be read, or is over the limits.
    """
    if not JPEG.matches(body):
        raise DamagedImageError("no JPEG")
    segments = list(_segments(body))
    frames = [segment for segment in segments if segment.kind in _FRAMES]
    if len(frames) != 1:
        raise DamagedImageError("it has not one frame")
    frame = _frame(body[frames[0].data : frames[0].end])
    profile = [one for one in segments if one.kind == _PROFILE and body.startswith(_PROFILE_PREFIX, one.data)]
    if sum(one.end - one.data for one in profile) > _PROFILE_BYTES:
        raise DamagedImageError("the profile is too large")
    # The data of a scan begin with the number of its components: a scan of fewer than all is one of several.
    scan = segments[-1]
    progressive = frames[0].kind in _PROGRESSIVE or body[scan.data : scan.end] < bytes((frame.components,))
    if progressive:
        _check_scans(body, scan.end)
    return Header(
        size=frame.size,
        orientation=_orientation(body, segments),
        quality=estimated_quality(body[one.data : one.end] for one in segments if one.kind == _TABLES),
        progressive=progressive,
        components=frame.components,
        subsampling=frame.subsampling,
        magic=_START_OF_IMAGE,
        needed=tuple(slice(one.start, one.end) for one in segments if one.kind in _NEEDED or one in profile),
        pixels=scan.end,
        # T.81, table B.1. Pixels cannot contain it, since they escape FF bytes.
        end_mark=_END_OF_IMAGE,
    )


def _orientation(body: bytes, segments: list[_Segment]) -> int:
    exif = (one for one in segments if one.kind == _EXIF and body.startswith(_EXIF_PREFIX, one.data))
    first = next(exif, None)
    return orientation(body[first.data : first.end]) if first else UPRIGHT


def _segments(body: bytes) -> Iterator[_Segment]:
    """All segments up to the header of the first scan, which is the last one."""
    at = len(_START_OF_IMAGE)
    for _ in range(_MOST_SEGMENTS):
        # Decoders step over bytes between segments.
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


def _frame(data: bytes) -> _Frame:
    if len(data) <= _COUNT or data[0] != _BITS or data[_COUNT] not in _COMPONENTS:
        raise DamagedImageError("a frame that no browser shows")
    height, width = int.from_bytes(data[1:3]), int.from_bytes(data[3:5])
    if not (width and height):
        raise DamagedImageError("a frame without pixels")
    components = data[_COUNT]
    factors = data[_FIRST_FACTORS : _FIRST_FACTORS + _COMPONENT_BYTES * components : _COMPONENT_BYTES]
    return _Frame(Size(width, height), components, _SUBSAMPLINGS.get(factors, -1))


def _check_scans(body: bytes, at: int) -> None:
    """Count the scans from `at` on, the offset behind the header of the first one.

    Raises:
        DamagedImageError: they are too many.
    """
    # Metadata, and bytes behind the end, may look like scans. Only a large count needs the closer look.
    if body.count(_START_OF_SCAN, at) < _MOST_SCANS:
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
