"""PNG files with parts that no encoder combines (PNG specification, third edition, sections 5 and 11)."""

import struct
import zlib

SIGNATURE = b"\x89PNG\r\n\x1a\n"
GREY, COLOUR = 0, 2


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    """A chunk with its length and checksum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def header(width: int, height: int, bits: int = 8, colour: int = COLOUR, interlace: int = 0) -> bytes:
    """The signature and the header."""
    return SIGNATURE + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, interlace))


def raw_png(width: int, height: int, bits: int, colour: int, rows: bytes, extra: bytes = b"") -> bytes:
    """A PNG of unfiltered rows, each with its filter byte; `extra` chunks stand before the pixels."""
    return header(width, height, bits, colour) + extra + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND")
