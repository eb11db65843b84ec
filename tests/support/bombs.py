"""Originals with small files that decode to something large, slow or endless. Each takes a moment to make."""

import struct
import zlib
from collections.abc import Iterator
from itertools import chain, repeat

from PIL import Image

from tests.support.images import encoded, jpeg, photograph
from tests.support.raw_png import GREY, SIGNATURE, chunk, header

_MEBIBYTE = 2**20
# The longest run of empty blocks that one symbol with 14 bits encodes.
_RUN = 2**15 - 1
_EXIF_BYTES = 60_000


def zeros(megabytes: int) -> bytes:
    """A zlib stream of this many megabytes of zeros; it is a thousand times shorter."""
    squeezed = zlib.compressobj(9)
    return b"".join([*(squeezed.compress(bytes(_MEBIBYTE)) for _ in range(megabytes)), squeezed.flush()])


def plain_png() -> bytes:
    """A photograph of 400 by 300 without a profile."""
    return encoded(photograph().resize((400, 300)), "PNG", icc_profile=None)


def with_chunks(*extra: bytes, pixels: bytes | None = None) -> bytes:
    """A photograph of 400 by 300 as PNG, with `extra` chunks before its pixels, or `pixels` in their place."""
    body = plain_png()
    start = body.index(b"IDAT") - 4
    return b"".join((body[:start], *extra, body[start:] if pixels is None else pixels + chunk(b"IEND")))


def black_png(width: int, height: int) -> bytes:
    """A black PNG with one bit a pixel, which is quick to make."""
    rows = (width + 7) // 8 * height + height
    return header(width, height, 1, GREY) + chunk(b"IDAT", zlib.compress(bytes(rows), 9)) + chunk(b"IEND")


def endless_pixels() -> bytes:
    """A PNG of 400 by 300 with 256 MB of data after its pixels."""
    pixels = zlib.decompress(b"".join(_pixels(plain_png())))
    squeezed = zlib.compressobj(9)
    stream = chain([squeezed.compress(pixels)], (squeezed.compress(bytes(_MEBIBYTE)) for _ in range(256)))
    return with_chunks(pixels=chunk(b"IDAT", b"".join([*stream, squeezed.flush()])))


def pixels_in_pieces(count: int) -> bytes:
    """A PNG with `count` empty chunks after its pixels."""
    return with_chunks(pixels=b"".join(chunk(b"IDAT", data) for data in _pixels(plain_png())) + chunk(b"IDAT") * count)


def _pixels(body: bytes) -> Iterator[bytes]:
    at = len(SIGNATURE)
    while at < len(body):
        (length,) = struct.unpack_from(">I", body, at)
        if body[at + 4 : at + 8] == b"IDAT":
            yield body[at + 8 : at + 8 + length]
        at += length + 12


def segment(kind: int, data: bytes = b"") -> bytes:
    """A segment of a JPEG."""
    return bytes((0xFF, kind)) + struct.pack(">H", len(data) + 2) + data


def with_segments(*extra: bytes, body: bytes | None = None) -> bytes:
    """A photograph of 400 by 300 as JPEG, with `extra` segments in front."""
    return b"".join((b"\xff\xd8", *extra, (body or jpeg())[2:]))


def profile(pieces: int, bytes_each: int) -> list[bytes]:
    """The segments of a profile in this many pieces."""
    return [segment(0xE2, b"ICC_PROFILE\x00" + bytes((at + 1, pieces)) + bytes(bytes_each)) for at in range(pieces)]


def turned_exif() -> bytes:
    """EXIF that turns the picture. Its 5,000 entries share the same 60 KB, and its directory contains itself."""
    entries = [struct.pack(">HHII", 0x0112, 3, 1, 6 << 16), struct.pack(">HHII", 0x8769, 4, 1, 8)]
    entries += [struct.pack(">HHII", 0x9000 + at, 7, _EXIF_BYTES, 8) for at in range(4_900)]
    directory = struct.pack(">H", len(entries)) + b"".join(entries) + struct.pack(">I", 8)
    return segment(0xE1, (b"Exif\x00\x00MM\x00*" + struct.pack(">I", 8) + directory).ljust(_EXIF_BYTES + 20, b"\x00"))


def grey_jpeg(width: int, height: int, scans: int = 0) -> bytes:
    """A JPEG of one colour. With `scans` it is progressive, and all scans but the first leave every block as it is."""
    blocks = (width + 7) // 8 * ((height + 7) // 8)
    one_code = bytes((1, *repeat(0, 15)))
    parts = [
        b"\xff\xd8",
        segment(0xDB, b"\x00" + bytes([1]) * 64),
        segment(0xC2 if scans else 0xC0, struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0)),
        # The code 0 means no difference, or for the other coefficients the end of a block or of a run of blocks.
        segment(0xC4, b"\x00" + one_code + b"\x00"),
        segment(0xC4, b"\x10" + one_code + (b"\xe0" if scans else b"\x00")),
        segment(0xDA, bytes((1, 1, 0, 0, 0 if scans else 63, 0))),
        bytes(blocks // 8 + 1 if scans else blocks // 4 + 1),
    ]
    for at in range(max(scans - 1, 0)):
        # One coefficient after another, each down to its last bit.
        coefficient, bit = 1 + at // 14 % 63, 13 - at % 14
        before = 0 if at % 14 == 0 else bit + 1
        parts.append(segment(0xDA, bytes((1, 1, 0, coefficient, coefficient, before << 4 | bit))) + _runs(blocks))
    return b"".join((*parts, b"\xff\xd9"))


def _runs(blocks: int) -> bytes:
    """Scan data of empty blocks."""
    bits = ""
    while blocks > 0:
        run = min(max(blocks, 2**14), _RUN)
        bits += f"0{run - 2**14:014b}"
        blocks -= run
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8).replace(b"\xff", b"\xff\x00")


def webp() -> bytes:
    """A small WebP."""
    return encoded(Image.new("RGB", (40, 30)), "WEBP")


def gif(frames: int) -> bytes:
    """A GIF with this many frames of one pixel."""
    frame = b"\x21\xf9\x04\x00\x01\x00\x00\x00" + b"\x2c" + bytes(4) + b"\x01\x00\x01\x00\x00" + b"\x02\x02\x44\x01\x00"
    return b"GIF89a\x01\x00\x01\x00\x80\x00\x00" + bytes(3) + b"\xff\xff\xff" + frame * frames + b"\x3b"
