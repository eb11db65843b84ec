"""Facts about image formats: one table, and how to tell a format by its first bytes."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

from imagestack.chunks import MOST_BEFORE_PIXELS, PIXELS, SIGNATURE, chunks


@dataclass(frozen=True)
class Format:
    """What the rest of the code needs to know of a format that is written.

    Attributes:
        name: as in `fmt=` and as the extension of derived keys.
        content_type: as in Content-Type and Accept.
        encoder: Pillow's name for it.
        max_side: the longest side in pixels that the format can hold.
        encode_nanoseconds: CPU time of an encode per pixel in the worst case, for the estimate before the work.
        encode_bytes: its peak memory per pixel, likewise. `bench/encoders.py` measures both.
    """

    name: str
    content_type: str
    encoder: str
    max_side: int
    encode_nanoseconds: int
    encode_bytes: int

    def __reduce__(self) -> tuple[Callable[[str], "Format"], tuple[str]]:
        """There is one of each, told by identity: in another process it is that one."""
        return _named, (self.name,)


JPEG = Format("jpeg", "image/jpeg", "JPEG", 65_500, 80, 8)
PNG = Format("png", "image/png", "PNG", 2**31 - 1, 400, 5)
WEBP = Format("webp", "image/webp", "WEBP", 16_383, 1_000, 46)
AVIF = Format("avif", "image/avif", "AVIF", 65_536, 560, 40)


def _named(name: str) -> Format:
    return FORMATS[name]


FORMATS = {fmt.name: fmt for fmt in (JPEG, PNG, WEBP, AVIF)}
# What `fmt=` and rules may ask for.
CONVERSIONS = (WEBP.name, AVIF.name)
# What is taken for an original, by content type. Pillow's openers are limited to these.
ORIGINALS = {fmt.content_type: fmt for fmt in (JPEG, PNG)}

DEFAULT_TYPE = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", re.IGNORECASE)

ANIMATED_PNG = "image/apng"

# (offset, bytes) pairs that must all match; the first row that does decides.
_SIGNATURES: tuple[tuple[str, tuple[tuple[int, bytes], ...]], ...] = (
    (JPEG.content_type, ((0, b"\xff\xd8\xff"),)),
    (PNG.content_type, ((0, SIGNATURE),)),
    ("image/gif", ((0, b"GIF87a"),)),
    ("image/gif", ((0, b"GIF89a"),)),
    (WEBP.content_type, ((0, b"RIFF"), (8, b"WEBP"))),
    (AVIF.content_type, ((4, b"ftypavif"),)),
    (AVIF.content_type, ((4, b"ftypavis"),)),
    ("image/heic", ((4, b"ftypheic"),)),
    ("image/heic", ((4, b"ftypheix"),)),
    ("image/heif", ((4, b"ftypmif1"),)),
    ("image/heif", ((4, b"ftypmsf1"),)),
    ("image/jxl", ((0, b"\xff\x0a"),)),
    ("image/jxl", ((0, b"\x00\x00\x00\x0cJXL \r\n\x87\n"),)),
    ("image/jp2", ((0, b"\x00\x00\x00\x0cjP  \r\n\x87\n"),)),
    ("image/tiff", ((0, b"II*\x00"),)),
    ("image/tiff", ((0, b"MM\x00*"),)),
    ("image/bmp", ((0, b"BM"), (6, b"\x00\x00\x00\x00"))),
    ("image/vnd.adobe.photoshop", ((0, b"8BPS"),)),
)
_ANIMATION = b"acTL"


def detect(body: bytes) -> str | None:
    """The content type of an image by its magic bytes; None for bytes that no row of the table knows.

    Args:
        body: the image, or at least what comes before its pixels. Reads no further than that.
    """
    for content_type, parts in _SIGNATURES:
        if all(body.startswith(magic, offset) for offset, magic in parts):
            if content_type == PNG.content_type and _png_frames(body) > 1:
                return ANIMATED_PNG
            return content_type
    return None


def _png_frames(body: bytes) -> int:
    """How many frames a PNG says it has: its acTL chunk counts only before the pixels (PNG third edition, 11.3.5)."""
    for chunk in islice(chunks(body), MOST_BEFORE_PIXELS):
        if chunk.kind == _ANIMATION:
            return int.from_bytes(chunk.content(body, 4))
        if chunk.kind == PIXELS:
            break
    return 1


def media_type(content_type: str | None) -> str:
    """The media type of a stored Content-Type without its parameters, if it is one."""
    kind = (content_type or "").partition(";")[0].strip()
    return kind.lower() if _MEDIA_TYPE.fullmatch(kind) else DEFAULT_TYPE
