"""A proxy in front of the stores, which makes chosen calls fail."""

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

# Seconds by which a slow answer is late: less than the timeout of any client.
_SLOW = 0.1


@dataclass(frozen=True)
class Call:
    """A call of AWS.

    Attributes:
        operation: as in `X-Amz-Target` for services that speak JSON, the HTTP method for S3.
        about: the body for services that speak JSON, the path for S3.
    """

    operation: str
    about: str

    def is_like(self, pattern: str) -> bool:
        """Whether a pattern occurs in `operation about`."""
        return re.search(pattern, f"{self.operation} {self.about}") is not None


class Spoiled(BaseHTTPRequestHandler):
    """A call on its way to the store, and the ways to make it fail."""

    proxy: "FaultProxy"
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Make the call fail if a fault matches it, or pass it on."""
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
        """Let the store answer a little later."""
        sleep(_SLOW)
        self.pass_on()

    def silent(self) -> None:
        """Send no answer until the proxy heals."""
        self.proxy.over.wait()

    def reset(self) -> None:
        """Reset the connection before the store receives the call."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def lose(self) -> None:
        """Reset the connection after the store has done the work."""
        self.asked()
        self.reset()

    def cut(self) -> None:
        """Reset the connection in the middle of the body."""
        answer, body = self.asked()
        self.reply(answer, body[: len(body) // 2], len(body))
        self.reset()

    def shorten(self) -> None:
        """Close the connection properly, before the body has the length that Content-Length promises."""
        answer, body = self.asked()
        self.reply(answer, body[: len(body) // 2], len(body))

    def refuse(self, status: int, code: str) -> None:
        """Answer with an error, in the format of S3 or of the services that speak JSON."""
        of_json = "X-Amz-Target" in self.headers
        body = f'{{"__type": "com.amazonaws#{code}"}}' if of_json else f"<Error><Code>{code}</Code></Error>"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body.encode())

    def asked(self) -> tuple[HTTPResponse, bytes]:
        """The answer of the store, and its body."""
        store = HTTPConnection(self.proxy.store, timeout=30)
        store.request(self.command, self.path, self.body, dict(self.headers.items()))
        answer = store.getresponse()
        body = answer.read()
        store.close()
        return answer, body

    def reply(self, answer: HTTPResponse, body: bytes, length: int | None = None) -> None:
        """Send on an answer of the store, with this body and Content-Length."""
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
        """Log nothing."""


for _method in ("GET", "HEAD", "PUT", "POST", "DELETE"):
    setattr(Spoiled, f"do_{_method}", Spoiled.answer)


@dataclass
class Fault:
    """A way in which calls fail.

    Attributes:
        pattern: matches the calls; see `Call.is_like`.
        spoil: answers a call in place of the store.
        times: the number of calls that fail; None for all.
        met: the number of calls that have failed so far.
    """

    pattern: str
    spoil: Callable[[Spoiled], None]
    times: int | None = None
    met: int = 0


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Log no closed connections."""

    def shutdown_request(self, request: Any) -> None:
        """Close a connection, so that a reset does not look like a proper end."""
        if request.fileno() >= 0 and request.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER):
            request.close()
        else:
            super().shutdown_request(request)


@dataclass
class FaultProxy(Listening):
    """A proxy on this machine.

    Attributes:
        store: host and port of the server behind it.
        over: is set when the proxy heals.
        calls: all calls so far.
    """

    store: str
    over: Event = field(default_factory=Event)
    calls: list[Call] = field(default_factory=list)
    _fault: Fault | None = None
    _lock: Any = field(default_factory=Lock)

    def __post_init__(self) -> None:
        super().__init__(_Server(("127.0.0.1", 0), type("Handler", (Spoiled,), {"proxy": self})))

    @classmethod
    def before(cls, url: str) -> Self:
        """Make a proxy in front of an address."""
        return cls(urlsplit(url).netloc)

    def spoil(self, fault: Fault) -> None:
        """Apply a fault to calls from now on."""
        self.heal()
        self._fault = fault

    def heal(self) -> None:
        """Pass all calls on from now on, and release clients that still wait."""
        self._fault = None
        self.over.set()
        self.over = Event()

    def fault_of(self, call: Call) -> Fault | None:
        """Record a call, and return the fault that matches it."""
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
