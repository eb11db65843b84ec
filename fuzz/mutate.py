"""Mutations of text: insert words of the grammar, change bytes, and repeat, move or remove parts."""

from collections.abc import Callable, Sequence
from random import Random

from fuzz.target import Mutate

_LONGEST_PART = 64


def of_words(words: Sequence[bytes]) -> Mutate:
    """Mutations that also insert words with a meaning for the target."""

    def insert_word(data: bytes, random: Random) -> bytes:
        at = random.randint(0, len(data))
        return data[:at] + random.choice(words) + data[at:]

    changes = (insert_word, insert_word, change_byte, insert_bytes, remove, repeat)
    return lambda data, random: random.choice(changes)(data, random)


def of_bytes(data: bytes, random: Random) -> bytes:
    """Mutations of bytes without words."""
    changes: tuple[Callable[[bytes, Random], bytes], ...] = (change_byte, change_byte, insert_bytes, remove, repeat)
    return random.choice(changes)(data, random)


def change_byte(data: bytes, random: Random) -> bytes:
    """Replace one byte."""
    if not data:
        return insert_bytes(data, random)
    at = random.randrange(len(data))
    return data[:at] + bytes((random.choice((0, 1, 127, 128, 255, random.randrange(256))),)) + data[at + 1 :]


def insert_bytes(data: bytes, random: Random) -> bytes:
    """Insert a few random bytes."""
    at = random.randint(0, len(data))
    return data[:at] + random.randbytes(random.randint(1, 8)) + data[at:]


def remove(data: bytes, random: Random) -> bytes:
    """Remove a part."""
    start, end = _part(data, random)
    return data[:start] + data[end:]


def repeat(data: bytes, random: Random) -> bytes:
    """Repeat a part at a random place."""
    start, end = _part(data, random)
    at = random.randint(0, len(data))
    return data[:at] + data[start:end] + data[at:]


def _part(data: bytes, random: Random) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.randint(1, _LONGEST_PART))
