"""Messages between the function's process and its worker: their length in four bytes, then their bytes."""

import os
from collections.abc import Callable
from struct import Struct

_LENGTH = Struct(">I")
# Far more than any message holds; bodies go another way.
_LONGEST = 65_536
# So many bytes of such a file stay for the next body: new pages take longer than what is written into them.
_KEPT = 16 * 2**20


class LostError(Exception):
    """The other side is gone, or says what it never says."""


def write_frame(descriptor: int, message: bytes) -> None:
    """Send a message.

    Raises:
        OSError: nobody reads any more.
    """
    left = memoryview(_LENGTH.pack(len(message)) + message)
    while left:
        left = left[os.write(descriptor, left) :]


def read_frame(read: Callable[[int], bytes]) -> bytes:
    """Take a message off.

    Args:
        read: gives up to so many bytes, none at the end.

    Raises:
        LostError: there is none, or one that is too long.
    """
    (length,) = _LENGTH.unpack(_exactly(_LENGTH.size, read))
    if length > _LONGEST:
        raise LostError
    return _exactly(length, read)


def _exactly(length: int, read: Callable[[int], bytes]) -> bytes:
    found = b""
    while len(found) < length:
        more = read(length - len(found))
        if not more:
            raise LostError
        found += more
    return found


def write_body(descriptor: int, *bodies: bytes) -> None:
    """Put bodies into a file that both sides have, one after another, over what was there."""
    if os.fstat(descriptor).st_size > _KEPT:
        os.ftruncate(descriptor, _KEPT)
    at = 0
    for body in bodies:
        left = memoryview(body)
        while left:
            written = os.pwrite(descriptor, left, at)
            left, at = left[written:], at + written


def read_body(descriptor: int, length: int, at: int = 0) -> bytes:
    """Take a body of this length out of such a file.

    Raises:
        LostError: it is shorter.
    """
    return _exactly(length, lambda wanted: os.pread(descriptor, wanted, at + length - wanted))
