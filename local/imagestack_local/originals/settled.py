"""Whether a file is written to its end, so that no half of it is taken for an original."""

import time

from imagestack_local.originals.content_types import SNIFFED_BYTES, looks_like_image
from imagestack_local.originals.folder import STAMP_FIELDS, File

QUIET_SECONDS = 0.3
"""A file is not taken over before nobody has written to it for so long ..."""
UNFINISHED_SECONDS = 30.0
"""... nor, while its format says that its end is missing, before so long."""

_BOX_HEADER = 8
_PNG_END = b"IEND\xaeB`\x82"
_START_OF_SCAN = 0xDA


def is_settled(file: File) -> bool:
    """Whether a file and its headers file can be taken over as they are.

    A time in the future, of a clock that differs from this one, counts as long ago.
    """
    ages = [time.time() - written / 1e9 for written in file.stamp[STAMP_FIELDS - 1 :: STAMP_FIELDS]]
    if any(0 <= age < QUIET_SECONDS for age in ages):
        return False
    return not 0 <= ages[0] < UNFINISHED_SECONDS or _is_whole_file(file.path)


def is_whole(body: bytes) -> bool:
    """Whether an image has its end; True for every format that does not tell.

    Args:
        body: All bytes of a file. An empty one is not whole: a file is empty before the first write.
    """
    if body.startswith(b"\xff\xd8\xff"):
        return _is_whole_jpeg(body)
    if body.startswith(b"\x89PNG\r\n\x1a\n"):
        return _PNG_END in body
    if body.startswith(b"GIF8"):
        return body.rstrip(b"\0").endswith(b";")
    if body.startswith(b"RIFF"):
        return len(body) >= int.from_bytes(body[4:8], "little") + _BOX_HEADER
    if body[4:8] == b"ftyp":
        return _has_whole_boxes(body)
    return bool(body)


def _is_whole_file(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path in text
            first = file.read(SNIFFED_BYTES)
            # Only formats that tell their end are read as a whole.
            return is_whole(first + file.read()) if looks_like_image(first) else bool(first)
    except OSError:
        return False


def _is_whole_jpeg(body: bytes) -> bool:
    """Whether there is an end of image after the first scan: thumbnails, which have an end too, come before it."""
    position = 2
    while body[position : position + 1] == b"\xff":
        if body[position + 1 : position + 2] == bytes([_START_OF_SCAN]):
            return b"\xff\xd9" in body[position:]
        position += 2 + int.from_bytes(body[position + 2 : position + 4], "big")
    return False


def _has_whole_boxes(body: bytes) -> bool:
    """Whether the last box of an ISO base media file (AVIF, HEIC) ends within it."""
    position = 0
    while position < len(body):
        length = int.from_bytes(body[position : position + 4], "big")
        if length == 1:  # The length follows in eight bytes.
            length = int.from_bytes(body[position + 8 : position + 16], "big")
        if length < _BOX_HEADER:  # 0: the box reaches to the end, wherever that will be.
            return length == 0
        position += length
    return position == len(body)
