"""A server of AWS's protocols that answers badly, and an address without a server."""

import socket
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event
from typing import Any

from tests.support.listening import Listening


class _QuietServer(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, _request: Any, _address: Any) -> None:
        """Log no closed connections: these tests cause them."""


class FaultyServer(Listening):
    """Answers every request in the same way.

    Attributes:
        status: the status of all answers.
        code: the error code of AWS.
        body: the body that status 200 brings.
        missing: bytes that Content-Length promises beyond the body.
        silent: whether there is no answer at all.
        stalling: whether the connection stays open and silent after the body.
    """

    def __init__(self) -> None:
        self._over = Event()
        super().__init__(_QuietServer(("127.0.0.1", 0), self._handler()))
        self.reset()

    def reset(self) -> None:
        """Answer well again, and release clients that still wait."""
        self._over.set()
        self._over = Event()
        self.status = 200
        self.code = ""
        self.body = b""
        self.missing = 0
        self.silent = False
        self.stalling = False

    def fail(self, status: int, code: str) -> None:
        """Answer with an error from now on."""
        self.status, self.code = status, code

    def __exit__(self, *_: object) -> None:
        self._over.set()
        super().__exit__()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            # A client that expects "100 Continue" before a body gets it.
            protocol_version = "HTTP/1.1"

            def answer(self) -> None:
                length = int(self.headers.get("Content-Length", 0))
                self.rfile.read(length)
                over = server._over
                if server.silent:
                    over.wait()
                    return
                body = server.body if server.status == 200 else self.error()
                self.send_response(server.status)
                self.send_header("Content-Length", str(len(body) + server.missing))
                self.send_header("ETag", '"etag"')
                self.send_header("Last-Modified", "Mon, 06 May 2024 07:08:09 GMT")
                self.send_header("Connection", "close")
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)
                    self.wfile.flush()
                    if server.stalling:
                        over.wait()

            def error(self) -> bytes:
                """An error in the format of S3, or of DynamoDB."""
                if self.command == "POST":
                    return b'{"__type": "com.amazonaws.dynamodb.v20120810#%s"}' % server.code.encode()
                return b"<Error><Code>%s</Code><Message>x</Message></Error>" % server.code.encode()

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        for method in ("GET", "HEAD", "PUT", "POST"):
            setattr(Handler, f"do_{method}", Handler.answer)
        return Handler


@cache
def _bound() -> socket.socket:
    found = socket.socket()
    found.bind(("127.0.0.1", 0))
    return found


def closed_port() -> str:
    """An address where nothing listens; the port stays taken, so that nothing else can."""
    return f"http://127.0.0.1:{_bound().getsockname()[1]}"
