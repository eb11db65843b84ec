"""Messages between the function's process and a worker: their length in four bytes, then their bytes."""

import os
from collections.abc import Callable
from struct import Struct

_LENGTH = Struct(">I")
# Far more bytes than any message has; bodies do not go through the pipes.
_LONGEST = 65_536
# Bytes of a body file that stay allocated for the next body: allocating pages takes longer than writing to them.
_KEPT_BYTES = 16 * 2**20


class PeerLostError(Exception):
    """The peer closed the pipe or broke the protocol."""


def write_frame(descriptor: int, message: bytes) -> None:
    """Write a message to a pipe.

    Raises:
        OSError: the peer closed the pipe.
    """
    left = memoryview(_LENGTH.pack(len(message)) + message)
    while left:
        left = left[os.write(descriptor, left) :]


def read_frame(read: Callable[[int], bytes]) -> bytes:
    """Read a message from a pipe.

    Args:
        read: gives up to that number of bytes; none at the end of the pipe.

    Raises:
        PeerLostError: the pipe ended, or the message is too long.
    """
    (length,) = _LENGTH.unpack(_exactly(_LENGTH.size, read))
    if length > _LONGEST:
        raise PeerLostError
    return _exactly(length, read)


def _exactly(length: int, read: Callable[[int], bytes]) -> bytes:
    received = b""
    while len(received) < length:
        more = read(length - len(received))
        if not more:
            raise PeerLostError
        received += more
    return received


def write_body(descriptor: int, *bodies: bytes) -> None:
    """Write bodies, one after another, to the beginning of a file that both processes have open."""
    if os.fstat(descriptor).st_size > _KEPT_BYTES:
        os.ftruncate(descriptor, _KEPT_BYTES)
    offset = 0
    for body in bodies:
        left = memoryview(body)
        while left:
            written = os.pwrite(descriptor, left, offset)
            left, offset = left[written:], offset + written


def read_body(descriptor: int, length: int, offset: int = 0) -> bytes:
    """Read a body from a file of `write_body`.

    Raises:
        PeerLostError: the file is shorter.
    """
    return _exactly(length, lambda missing: os.pread(descriptor, missing, offset + length - missing))
