"""A process that encodes, measured from outside by the kernel's clock and its memory figures (Linux)."""

import json
import re
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from bench.peers.jobs import Job, PeerError, Result

_END_SECONDS = 10
# The kernel's number for the CPU clock of a process: its inverted id, shifted, with a constant.
_CLOCK_BITS, _CLOCK = 3, 2
_FORGET_PEAK = "5"


def cpu_seconds(process: int) -> float:
    """User and system time of a process with all threads that it ever had, and of its children."""
    own = time.clock_gettime(~process << _CLOCK_BITS | _CLOCK)
    children = Path(f"/proc/{process}/task").glob("*/children")
    return own + sum(cpu_seconds(int(child)) for path in children for child in path.read_text().split())


class Measured(ABC):
    """A process at work; subclasses say how it gets a job."""

    version = ""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        """Start the process; its stderr goes into a file that is read only after a failure."""
        self._said = TemporaryFile()  # noqa: SIM115 - closed by `close`
        self.process = subprocess.Popen(  # noqa: S603 - a peer, by its path
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said, env=environment
        )

    @abstractmethod
    def ask(self, job: Job, output: Path) -> None:
        """Have the process do a job."""

    def encode(self, job: Job, output: Path) -> Result:
        """See `bench.peers.jobs.Running`."""
        cpu, start = cpu_seconds(self.process.pid), time.perf_counter()
        self.ask(job, output)
        wall = time.perf_counter() - start
        return Result(output.stat().st_size, cpu_seconds(self.process.pid) - cpu, wall)

    def idle_bytes(self) -> int:
        """See `bench.peers.jobs.Running`."""
        Path(f"/proc/{self.process.pid}/clear_refs").write_text(_FORGET_PEAK, encoding="ascii")
        return self._memory("VmRSS")

    def peak_bytes(self) -> int:
        """See `bench.peers.jobs.Running`."""
        return self._memory("VmHWM")

    def close(self) -> None:
        """See `bench.peers.jobs.Running`."""
        self.process.terminate()
        try:
            self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for stream in (self.process.stdin, self.process.stdout, self._said):
            if stream:
                stream.close()

    def said(self) -> str:
        """The last line of its stderr."""
        self._said.seek(0)
        return (self._said.read().decode(errors="replace").strip().splitlines() or ["it said nothing"])[-1]

    def _memory(self, name: str) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        match = re.search(rf"^{name}:\s+(\d+) kB$", status, re.MULTILINE)
        return int(match[1]) * 1024 if match else 0


class Worker(Measured):
    """A script that prints its version, then answers each line of JSON with one line."""

    def __init__(self, command: Sequence[str], environment: dict[str, str]) -> None:
        super().__init__(command, environment)
        try:
            self.version = self._line()["version"]
        except PeerError:
            self.close()
            raise

    def ask(self, job: Job, output: Path) -> None:
        """See `Measured`."""
        self.send(job.message(output))

    def send(self, message: dict[str, Any]) -> dict[str, Any]:
        """Send a message; returns the script's answer.

        Raises:
            PeerError: the script reports an error, or does not answer.
        """
        if self.process.stdin is None or self.process.poll() is not None:
            raise PeerError(self.said())
        self.process.stdin.write(json.dumps(message).encode() + b"\n")
        self.process.stdin.flush()
        answer = self._line()
        if "error" in answer:
            raise PeerError(answer["error"])
        return answer

    def _line(self) -> dict[str, Any]:
        line = self.process.stdout.readline() if self.process.stdout else b""
        if not line:
            self.process.wait()
            raise PeerError(self.said())
        answer: dict[str, Any] = json.loads(line)
        return answer
