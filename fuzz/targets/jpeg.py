"""Pictures that are mostly JPEG: segments of ITU-T T.81, annex B, moved, changed and forged."""

from dataclasses import dataclass
from random import Random

from fuzz.mutate import change_byte, of_bytes
from fuzz.pictures import CHOICE_BYTES, check, photograph, saved
from fuzz.target import Target

_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", 0xDA
_FRAMES = (0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF)
_MARKERS = (
    *_FRAMES,
    0xC4,
    0xC8,
    0xCC,
    0xD0,
    0xD7,
    0xD8,
    0xD9,
    _SCAN,
    0xDB,
    0xDC,
    0xDD,
    0xDE,
    0xE0,
    0xE1,
    0xE2,
    0xEE,
    0xFE,
)
_SIDES = (0, 1, 7, 8, 15, 16, 17, 33, 64, 100, 255, 256, 512, 513, 65_535)


@dataclass(frozen=True)
class Segment:
    """A marker with its bytes up to the next segment.

    Attributes:
        marker: its second byte.
        payload: the bytes after the length.
        length: the length that the file declares.
        data: entropy-coded data of a scan, up to the next segment.
    """

    marker: int
    payload: bytes
    length: int
    data: bytes = b""

    def written(self) -> bytes:
        """The bytes of the segment in a file."""
        return bytes((0xFF, self.marker)) + (self.length & 0xFFFF).to_bytes(2) + self.payload + self.data


def split(body: bytes) -> list[Segment]:
    """Split a JPEG into segments; unreadable bytes become data of the last one."""
    segments: list[Segment] = []
    at = len(_START)
    while at + 4 <= len(body) and body[at] == 0xFF:
        marker, length = body[at + 1], int.from_bytes(body[at + 2 : at + 4])
        start, end = at + 4, max(at + 4, at + 2 + length)
        at = _next(body, end) if marker == _SCAN else end
        segments.append(Segment(marker, body[start:end], length, body[end:at]))
    return segments


def _next(body: bytes, at: int) -> int:
    """The end of a scan's data: a marker that is neither a restart nor a stuffed byte."""
    while at + 1 < len(body):
        if body[at] == 0xFF and body[at + 1] not in {0, 0xFF, *range(0xD0, 0xD8)}:
            return at
        at += 1
    return len(body)


def joined(segments: list[Segment], end: bytes = _END) -> bytes:
    """Join segments to a file."""
    return _START + b"".join(segment.written() for segment in segments) + end


def mutate(data: bytes, random: Random) -> bytes:
    """Change the six bytes of options, one segment, the order of segments, or random bytes."""
    chosen, body = data[:CHOICE_BYTES], data[CHOICE_BYTES:]
    if random.randrange(6) == 0:
        return change_byte(chosen, random).ljust(CHOICE_BYTES, b"\0")[:CHOICE_BYTES] + body
    segments = split(body)
    if not segments or random.randrange(10) == 0:
        return chosen + of_bytes(body, random)
    change = random.choice((_swap, _repeat, _drop, _lie, _payload, _payload, _frame, _frame, _scan, _scan, _forge))
    change(segments, random)
    return chosen + joined(segments, random.choice((_END, _END, _END, _END, b"", _END + _END)))


def _swap(segments: list[Segment], random: Random) -> None:
    one, other = random.randrange(len(segments)), random.randrange(len(segments))
    segments[one], segments[other] = segments[other], segments[one]


def _repeat(segments: list[Segment], random: Random) -> None:
    segments.insert(random.randint(0, len(segments)), random.choice(segments))


def _drop(segments: list[Segment], random: Random) -> None:
    del segments[random.randrange(len(segments))]


def _lie(segments: list[Segment], random: Random) -> None:
    at = random.randrange(len(segments))
    old = segments[at]
    length = random.choice((0, 1, 2, old.length + 1, old.length - 1, 65_535, random.randrange(65_536)))
    segments[at] = Segment(old.marker, old.payload, length, old.data)


def _payload(segments: list[Segment], random: Random) -> None:
    at = random.randrange(len(segments))
    old = segments[at]
    payload = of_bytes(old.payload, random) if random.randrange(3) == 0 else change_byte(old.payload, random)
    segments[at] = Segment(old.marker, payload, len(payload) + 2, old.data)


def _frame(segments: list[Segment], random: Random) -> None:
    """Change the frame header: kind, precision, sides, components with their sampling."""
    frames = [at for at, segment in enumerate(segments) if segment.marker in _FRAMES and len(segment.payload) > 6]
    if not frames:
        return
    at = random.choice(frames)
    old, payload = segments[at], bytearray(segments[at].payload)
    marker = old.marker
    match random.randrange(5):
        case 0:
            marker = random.choice(_FRAMES)
        case 1:
            payload[1:3] = random.choice(_SIDES).to_bytes(2)
        case 2:
            payload[3:5] = random.choice(_SIDES).to_bytes(2)
        case 3:
            components = range(7, len(payload), 3)
            if components:
                payload[random.choice(components)] = random.choice((0x11, 0x12, 0x21, 0x22, 0x41, 0x14, 0x44, 0x31, 0))
        case _:
            payload[0] = random.choice((8, 12, 16, 0, 2))
    changed = Segment(marker, bytes(payload), len(payload) + 2, old.data)
    if random.randrange(4) == 0:
        segments.insert(random.randint(0, len(segments)), changed)
    else:
        segments[at] = changed


def _scan(segments: list[Segment], random: Random) -> None:
    """Change the data of a scan: cut it, insert markers, or mutate bytes."""
    at = random.choice([at for at, segment in enumerate(segments) if segment.data] or [0])
    old = segments[at]
    place = random.randint(0, len(old.data))
    marker = bytes((0xFF, random.choice(_MARKERS)))
    data = random.choice((old.data[:place], old.data[:place] + marker + old.data[place:], of_bytes(old.data, random)))
    segments[at] = Segment(old.marker, old.payload, old.length, data)


def _forge(segments: list[Segment], random: Random) -> None:
    """Insert a segment: EXIF, a profile, Adobe's, a count of lines, or random bytes."""
    order = random.choice(
        (b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0", b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01")
    )
    turned = bytes((random.randrange(10), 0)) if order[:1] == b"I" else bytes((0, random.randrange(10)))
    marker, payload = random.choice((
        (0xE1, b"Exif\0\0" + order + turned + bytes(6)),
        (0xE2, b"ICC_PROFILE\0\x01\x01" + random.randbytes(random.randrange(200))),
        (0xEE, b"Adobe\0\x64\0\0\0\0" + bytes((random.randrange(4),))),
        (0xDC, random.choice(_SIDES).to_bytes(2)),
        (0xDD, random.randrange(4).to_bytes(2)),
        (random.choice(_MARKERS), random.randbytes(random.randrange(20))),
    ))  # fmt: skip
    segments.insert(random.randint(0, len(segments)), Segment(marker, payload, len(payload) + 2))


def _seeds() -> list[bytes]:
    small, odd = photograph(64, 48), photograph(33, 17)
    bodies = [
        saved(small, "JPEG", quality=80),
        saved(odd, "JPEG", quality=95, subsampling=0),
        saved(small, "JPEG", progressive=True, quality=60),
        saved(odd.convert("L"), "JPEG"),
        saved(odd.convert("CMYK"), "JPEG"),
        saved(small, "JPEG", subsampling=1, restart_marker_blocks=2),
    ]
    choices = [(0, 20, 0, 0, 0, 0), (1, 0, 0, 0, 0, 0), (0, 0, 0, 0, 3, 0), (1, 16, 9, 0, 1, 2), (0, 9, 9, 3, 7, 0)]
    return [bytes(choices[at % len(choices)]) + body for at, body in enumerate(bodies)]


TARGET = Target(check, _seeds, mutate, longest=16_384)
