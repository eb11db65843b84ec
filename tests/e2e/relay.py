"""A relay in front of a store, which holds calls in the middle of their request."""

import re
from contextlib import suppress
from dataclasses import dataclass, field
from io import BufferedReader
from socket import SHUT_RDWR, create_connection, socket
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Event, Lock, Thread
from typing import Any, Self, cast
from urllib.parse import urlsplit

from tests.support.listening import Listening

_LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)
_PATIENCE = 60


@dataclass
class Hold:
    """One call that the relay holds when the store has half of its body, or before its head if it has no body.

    Attributes:
        pattern: the beginning of the call's request line.
        reached: is set when the relay holds the call.
        lost: whether the rest of the call is dropped.
    """

    pattern: bytes
    reached: Event = field(default_factory=Event)
    lost: bool = False
    _ended: Event = field(default_factory=Event)

    def wait(self) -> None:
        """Wait until the relay holds the call."""
        assert self.reached.wait(_PATIENCE), self.pattern

    def release(self, *, lost: bool = False) -> None:
        """Let the call continue, or drop the rest of it."""
        self.lost = lost
        self._ended.set()

    def stop(self) -> bool:
        """Hold a call; returns whether it continues."""
        self.reached.set()
        assert self._ended.wait(_PATIENCE), self.pattern
        return not self.lost


class _Handler(StreamRequestHandler):
    relay: "Relay"

    def handle(self) -> None:
        """Pass on one call of a connection after another."""
        store = create_connection(self.relay.store)
        answers = Thread(target=_pump, args=(store, self.request))
        answers.start()
        with suppress(OSError):
            while (head := _head(cast("BufferedReader", self.rfile))) and self._passed(store, head):
                pass
        for end in (store, self.request):
            with suppress(OSError):
                end.shutdown(SHUT_RDWR)
        answers.join()
        store.close()

    def _passed(self, store: socket, head: bytes) -> bool:
        told = _LENGTH.search(head)
        length = int(told[1]) if told else 0
        hold = self.relay.hold_of(head)
        if hold and not length and not hold.stop():
            return False
        store.sendall(head)
        half = length // 2 if hold else length
        store.sendall(self.rfile.read(half))
        if hold and length and not hold.stop():
            return False
        store.sendall(self.rfile.read(length - half))
        return True


class _Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@dataclass
class Relay(Listening):
    """A relay on this machine; `store` is the host and port behind it."""

    store: tuple[str, int]
    _holds: list[Hold] = field(default_factory=list)
    _lock: Any = field(default_factory=Lock)

    def __post_init__(self) -> None:
        super().__init__(_Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"relay": self})))

    @classmethod
    def before(cls, url: str) -> Self:
        """Make a relay in front of an address."""
        parts = urlsplit(url)
        return cls((str(parts.hostname), parts.port or 80))

    def hold(self, pattern: bytes) -> Hold:
        """Hold the next call with this pattern."""
        found = Hold(pattern)
        with self._lock:
            self._holds.append(found)
        return found

    def hold_of(self, head: bytes) -> Hold | None:
        """The hold for a call, if there is one."""
        with self._lock:
            for hold in self._holds:
                if head.startswith(hold.pattern):
                    self._holds.remove(hold)
                    return hold
        return None


def _head(calls: BufferedReader) -> bytes:
    lines = []
    while (line := calls.readline()) not in {b"\r\n", b""}:
        lines.append(line)
    return b"".join((*lines, line)) if line else b""


def _pump(store: socket, client: socket) -> None:
    with suppress(OSError):
        while answer := store.recv(65_536):
            client.sendall(answer)
    with suppress(OSError):
        client.shutdown(SHUT_RDWR)
