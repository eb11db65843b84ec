"""The memory limit of a function: Lambda ends a function that exceeds it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import monotonic, sleep

_GROUPS = Path("/sys/fs/cgroup")
_MEBIBYTE = 2**20
_END_SECONDS = 10
_NUMBERS = count()
# Files of a control group by its version: the limit, the peak of use, and the events with the number of kills.
_FILES = {
    1: ("memory.limit_in_bytes", "memory.max_usage_in_bytes", "memory.oom_control"),
    2: ("memory.max", "memory.peak", "memory.events"),
}


@dataclass(frozen=True)
class Limit:
    """A limit of memory.

    Attributes:
        name: the name of the mechanism.
        before: the shell command that applies the limit to its process.
        group: the control group, if there is one.
        version: the version of control groups.
    """

    name: str
    before: str
    group: Path | None = None
    version: int = 0

    @property
    def peak(self) -> float | None:
        """The peak of use in megabytes, with the page cache; None without a control group."""
        return int(self._read(1)) / _MEBIBYTE if self.group else None

    @property
    def kills(self) -> int:
        """The number of processes that the limit ended. Without a group, allocations fail instead."""
        if not self.group:
            return 0
        return sum(int(line.split()[1]) for line in self._read(2).splitlines() if line.startswith("oom_kill "))

    def _read(self, file: int) -> str:
        assert self.group
        return (self.group / _FILES[self.version][file]).read_text(encoding="ascii")


@contextmanager
def limited(megabytes: int) -> Iterator[Limit]:
    """Limit memory by a control group, or by RLIMIT_DATA where this process may not make a group.

    RLIMIT_AS would count what threads only reserve.
    """
    for version, root in ((1, _GROUPS / "memory"), (2, _GROUPS)):
        group = root / f"imagestack-{os.getpid()}-{next(_NUMBERS)}"
        try:
            group.mkdir()
        except OSError:
            continue
        try:
            (group / _FILES[version][0]).write_text(str(megabytes * _MEBIBYTE), encoding="ascii")
        except OSError:
            # This is a plain folder, or a group without control of memory.
            group.rmdir()
            continue
        try:
            yield Limit(f"a control group, version {version}", f"echo $$ > {group}/cgroup.procs; ", group, version)
        finally:
            _leave(group)
        return
    yield Limit("RLIMIT_DATA", f"ulimit -d {megabytes * 1024}; ")


def _leave(group: Path) -> None:
    """Remove a group after the end of its last process."""
    until = monotonic() + _END_SECONDS
    while (group / "cgroup.procs").read_text(encoding="ascii") and monotonic() < until:
        sleep(0.05)
    group.rmdir()
