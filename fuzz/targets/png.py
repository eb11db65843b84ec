"""Pictures that are mostly PNG: chunks moved, changed and forged, with right and wrong checksums."""

import zlib
from contextlib import suppress
from dataclasses import dataclass, replace
from random import Random

from fuzz.mutate import change_byte, of_bytes
from fuzz.pictures import CHOICE_BYTES, check, photograph, saved
from fuzz.target import Target

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER, _DATA = b"IHDR", b"IDAT"
_SIDES = (0, 1, 7, 8, 33, 64, 100, 255, 512, 513, 2**31 - 1, 2**32 - 1)
_KINDS: tuple[bytes, ...] = (
    _HEADER,
    b"PLTE",
    _DATA,
    b"IEND",
    b"tRNS",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"sBIT",
    b"bKGD",
    b"pHYs",
)
_KINDS += (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"acTL", b"fcTL", b"fdAT", b"oFFs", b"abCd", b"ABCD", b"\0\xff\0\0")


@dataclass(frozen=True)
class Chunk:
    """A chunk.

    Attributes:
        kind: its type, four bytes.
        payload: its data.
        longer: difference between the declared and the real length.
        sound: whether its checksum is right.
    """

    kind: bytes
    payload: bytes
    longer: int = 0
    sound: bool = True

    def written(self) -> bytes:
        """The bytes of the chunk in a file."""
        checksum = zlib.crc32(self.kind + self.payload) ^ (not self.sound)
        length = (len(self.payload) + self.longer) % 2**32
        return length.to_bytes(4) + self.kind + self.payload + checksum.to_bytes(4)


def split(body: bytes) -> list[Chunk]:
    """Split a PNG into its readable chunks; their checksums count as right."""
    chunks = []
    at = len(_SIGNATURE)
    while at + 12 <= len(body):
        length = int.from_bytes(body[at : at + 4])
        chunks.append(Chunk(body[at + 4 : at + 8], body[at + 8 : at + 8 + length]))
        at += 12 + length
    return chunks


def joined(chunks: list[Chunk]) -> bytes:
    """Join chunks to a file."""
    return _SIGNATURE + b"".join(chunk.written() for chunk in chunks)


def mutate(data: bytes, random: Random) -> bytes:
    """Change the six bytes of options, one chunk, the order of chunks, or random bytes."""
    chosen, body = data[:CHOICE_BYTES], data[CHOICE_BYTES:]
    if random.randrange(6) == 0:
        return change_byte(chosen, random).ljust(CHOICE_BYTES, b"\0")[:CHOICE_BYTES] + body
    chunks = split(body)
    if not chunks or random.randrange(10) == 0:
        return chosen + of_bytes(body, random)
    changes = (_swap, _repeat, _drop, _lie, _payload, _payload, _header, _header, _rows, _rows, _cut, _forge, _forge)
    random.choice(changes)(chunks, random)
    return chosen + joined(chunks)


def _swap(chunks: list[Chunk], random: Random) -> None:
    one, other = random.randrange(len(chunks)), random.randrange(len(chunks))
    chunks[one], chunks[other] = chunks[other], chunks[one]


def _repeat(chunks: list[Chunk], random: Random) -> None:
    chunks.insert(random.randint(0, len(chunks)), random.choice(chunks))


def _drop(chunks: list[Chunk], random: Random) -> None:
    del chunks[random.randrange(len(chunks))]


def _lie(chunks: list[Chunk], random: Random) -> None:
    at = random.randrange(len(chunks))
    if random.randrange(2):
        chunks[at] = replace(chunks[at], sound=False)
    else:
        chunks[at] = replace(chunks[at], longer=random.choice((1, -1, 12, 65_536, 2**31)))


def _payload(chunks: list[Chunk], random: Random) -> None:
    at = random.randrange(len(chunks))
    change = of_bytes if random.randrange(3) == 0 else change_byte
    chunks[at] = replace(chunks[at], payload=change(chunks[at].payload, random))


def _header(chunks: list[Chunk], random: Random) -> None:
    """Change the header: sides, bit depth, colour type, interlacing."""
    places = [at for at, chunk in enumerate(chunks) if chunk.kind == _HEADER and len(chunk.payload) == 13]
    if not places:
        return
    at = random.choice(places)
    payload = bytearray(chunks[at].payload)
    match random.randrange(5):
        case 0:
            payload[0:4] = random.choice(_SIDES).to_bytes(4)
        case 1:
            payload[4:8] = random.choice(_SIDES).to_bytes(4)
        case 2:
            payload[8] = random.choice((1, 2, 4, 8, 16, 0, 3))
        case 3:
            payload[9] = random.choice((0, 2, 3, 4, 6, 1))
        case _:
            payload[12] ^= 1
    chunks[at] = replace(chunks[at], payload=bytes(payload))


def _rows(chunks: list[Chunk], random: Random) -> None:
    """Change the image data before compression."""
    with suppress(zlib.error):
        rows = zlib.decompress(b"".join(chunk.payload for chunk in chunks if chunk.kind == _DATA))
        at = next(at for at, chunk in enumerate(chunks) if chunk.kind == _DATA)
        chunks[at:] = [chunk for chunk in chunks[at:] if chunk.kind != _DATA]
        chunks.insert(at, Chunk(_DATA, zlib.compress(of_bytes(rows, random), random.randrange(10))))


def _cut(chunks: list[Chunk], random: Random) -> None:
    """Split one chunk of data into two, one of which may be lost."""
    places = [at for at, chunk in enumerate(chunks) if chunk.kind == _DATA]
    if not places:
        return
    at = random.choice(places)
    payload = chunks[at].payload
    middle = random.randint(0, len(payload))
    halves = [Chunk(_DATA, payload[:middle]), Chunk(_DATA, payload[middle:])]
    chunks[at : at + 1] = halves[: random.choice((1, 2, 2))]


def _forge(chunks: list[Chunk], random: Random) -> None:
    """Insert a chunk."""
    kind = random.choice(_KINDS)
    small = random.randbytes(random.randrange(20))
    payloads = {
        b"PLTE": random.randbytes(3 * random.randrange(260)),
        b"tRNS": random.randbytes(random.choice((1, 2, 6, 256))),
        b"iCCP": b"name\0\0" + zlib.compress(random.randbytes(150)),
        b"zTXt": b"name\0\0" + zlib.compress(bytes(random.choice((0, 100, 100_000)))),
        b"eXIf": b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0" + bytes((random.randrange(10),)) + bytes(6),
        b"acTL": random.randrange(3).to_bytes(4) + bytes(4),
    }
    chunks.insert(random.randint(0, len(chunks)), Chunk(kind, payloads.get(kind, small)))


def _seeds() -> list[bytes]:
    small, odd = photograph(32, 24), photograph(17, 9)
    clear = small.copy()
    clear.putalpha(small.convert("L"))
    bodies = [
        saved(small, "PNG"),
        saved(odd, "PNG", transparency=(1, 2, 3)),
        saved(clear, "PNG"),
        saved(odd.convert("L"), "PNG"),
        saved(small.quantize(60), "PNG", transparency=3),
        saved(odd.convert("1"), "PNG"),
        saved(clear.convert("LA"), "PNG"),
        saved(odd.convert("I;16"), "PNG"),
        saved(small.quantize(4), "PNG", bits=2),
    ]
    choices = [(0, 12, 0, 0, 0, 0), (1, 0, 0, 0, 0, 0), (0, 0, 0, 0, 1, 0), (1, 16, 9, 0, 1, 3), (0, 9, 9, 3, 7, 2)]
    return [bytes(choices[at % len(choices)]) + body for at, body in enumerate(bodies)]


TARGET = Target(check, _seeds, mutate, longest=16_384)
