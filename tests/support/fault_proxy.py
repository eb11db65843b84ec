"""A proxy in front of the stores, which spoils the calls that it is told to."""

import re
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock
from time import sleep
from typing import Any, Self
from urllib.parse import urlsplit

from tests.support.listening import Listening

# Seconds that a slow answer takes longer: less than any client waits.
_SLOW = 0.1


@dataclass(frozen=True)
class Call:
    """A call of AWS: an operation of JSON as in `X-Amz-Target`, `GET`, `HEAD` or `PUT` for S3; what it is about."""

    operation: str
    about: str

    def is_like(self, pattern: str) -> bool:
        """Whether a pattern finds it, in the form `operation about`."""
        return re.search(pattern, f"{self.operation} {self.about}") is not None


class Spoiled(BaseHTTPRequestHandler):
    """A call on its way, and the ways to spoil it."""

    proxy: "FaultProxy"
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Spoil a call, or pass it on."""
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.close_connection = True
        fault = self.proxy.fault_of(self.call)
        (fault.spoil if fault else Spoiled.pass_on)(self)

    @property
    def call(self) -> Call:
        target = self.headers.get("X-Amz-Target")
        if target:
            return Call(target.rpartition(".")[2], self.body.decode())
        return Call(self.command, self.path)

    def pass_on(self) -> None:
        """Let the store answer."""
        self.reply(*self.asked())

    def slow(self) -> None:
        """Let it answer a little later."""
        sleep(_SLOW)
        self.pass_on()

    def silent(self) -> None:
        """Say nothing until everything is over."""
        self.proxy.over.wait()

    def reset(self) -> None:
        """Reset the connection before the store has heard of it."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def lose(self) -> None:
        """Reset the connection when the store has done what it was asked for."""
        self.asked()
        self.reset()

    def cut(self) -> None:
        """Reset the connection in the middle of the body."""
        answer, body = self.asked()
        self.reply(answer, body[: len(body) // 2], len(body))
        self.reset()

    def shorten(self) -> None:
        """End the body, in good order, before it has the bytes that Content-Length promises."""
        answer, body = self.asked()
        self.reply(answer, body[: len(body) // 2], len(body))

    def refuse(self, status: int, code: str) -> None:
        """Answer with an error, in the words of S3 or of the services that speak JSON."""
        of_json = "X-Amz-Target" in self.headers
        body = f'{{"__type": "com.amazonaws#{code}"}}' if of_json else f"<Error><Code>{code}</Code></Error>"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    def asked(self) -> tuple[HTTPResponse, bytes]:
        """What the store answers."""
        store = HTTPConnection(self.proxy.store, timeout=30)
        store.request(self.command, self.path, self.body, dict(self.headers.items()))
        answer = store.getresponse()
        body = answer.read()
        store.close()
        return answer, body

    def reply(self, answer: HTTPResponse, body: bytes, length: int | None = None) -> None:
        """Send on what the store has answered."""
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        told = answer.getheader("Content-Length") if self.command == "HEAD" else None
        self.send_header("Content-Length", told or str(len(body) if length is None else length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


for _method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
    setattr(Spoiled, f"do_{_method}", Spoiled.answer)


@dataclass
class Fault:
    """What happens to calls.

    Attributes:
        pattern: which calls; see `Call.is_like`.
        spoil: answers a call in the place of the store.
        times: how many calls; None for all.
        met: how many it has been so far.
    """

    pattern: str
    spoil: Callable[[Spoiled], None]
    times: int | None = None
    met: int = 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that went away."""

    def shutdown_request(self, request: Any) -> None:
        """Close a connection; a reset must not be told as an end."""
        if request.fileno() >= 0 and request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER):
            request.close()
        else:
            super().shutdown_request(request)


@dataclass
class FaultProxy(Listening):
    """A proxy on this machine; `store` is the host and port behind it, `calls` are all that have come."""

    store: str
    over: Event = field(default_factory=Event)
    calls: list[Call] = field(default_factory=list)
    _fault: Fault | None = None
    _lock: Any = field(default_factory=Lock)

    def __post_init__(self) -> None:
        super().__init__(_Server(("127.0.0.1", 0), type("Handler", (Spoiled,), {"proxy": self})))

    @classmethod
    def before(cls, url: str) -> Self:
        """A proxy in front of an address."""
        return cls(urlsplit(url).netloc)

    def spoil(self, fault: Fault) -> None:
        """Do this to calls from now on."""
        self.heal()
        self._fault = fault

    def heal(self) -> None:
        """Pass everything on, and let go of clients that still wait."""
        self._fault = None
        self.over.set()
        self.over = Event()

    def fault_of(self, call: Call) -> Fault | None:
        """What is to happen to a call."""
        with self._lock:
            self.calls.append(call)
            fault = self._fault
            if fault is None or not call.is_like(fault.pattern) or fault.met == fault.times:
                return None
            fault.met += 1
            return fault

    def __exit__(self, *_: object) -> None:
        self.heal()
        super().__exit__()
