"""Worker processes, as the operating system shows them."""

import os
import time
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from struct import unpack
from termios import FIONREAD

# Seconds: long enough for a busy machine.
PATIENT = 60


def children() -> set[int]:
    """The workers of this process and of its child processes."""
    found: set[int] = set()
    new = {os.getpid()}
    while new:
        found |= new
        new = {child for parent in new for child in _started_by(parent)} - found
    return {pid for pid in found if b"imagestack.sandbox.worker" in _read(Path(f"/proc/{pid}/cmdline"))}


def _started_by(pid: int) -> list[int]:
    # Each thread has a list of its own.
    return [int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in _read(task).split()]


def _read(path: Path) -> bytes:
    """The content of a file in /proc; empty if the process has ended."""
    try:
        return path.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def wait_until(condition: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENT
    while not condition() and time.monotonic() < until:
        time.sleep(0.01)


def waiting(pid: int) -> int:
    """The number of bytes in a worker's pipe of commands."""
    commands = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[5].decode()
    descriptor = os.open(f"/proc/{pid}/fd/{commands}", os.O_RDONLY | os.O_NONBLOCK)
    (length,) = unpack("i", ioctl(descriptor, FIONREAD, bytes(4)))
    os.close(descriptor)
    return int(length)


def ticks(pid: int) -> int:
    """The CPU time of a process, in hundredths of a second."""
    return sum(map(int, Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[11:13]))
