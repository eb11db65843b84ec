"""A server that keeps connections open, as AWS does and moto does not."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep

from tests.support.listening import Listening

_WAIT_SECONDS = 5.0


class KeepingServer(Listening):
    """Answers every request with status 400.

    Attributes:
        opened: the number of connections so far.
        open: the number of open connections.
    """

    def __init__(self) -> None:
        """Listen while the context lasts."""
        self.opened = self.open = 0
        counts = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle(self) -> None:
                counts.opened += 1
                counts.open += 1
                super().handle()
                counts.open -= 1

            def refuse(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                self.send_response(400)
                self.send_header("Content-Length", "2")
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(b"{}")

            do_GET = do_HEAD = do_POST = refuse  # noqa: N815 - as the library calls them

            def log_message(self, *_: object) -> None:
                """Log nothing."""

        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        # The end does not wait for clients that keep their connection.
        self._server.daemon_threads = True

    def left(self, connections: int) -> bool:
        """Whether this many connections are open, now or within a few seconds."""
        end = monotonic() + _WAIT_SECONDS
        while self.open != connections and monotonic() < end:
            sleep(0.01)
        return self.open == connections
