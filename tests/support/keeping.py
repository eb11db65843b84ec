"""A server that keeps connections open, as AWS does and moto does not."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic, sleep

from tests.support.listening import Listening

_WAIT_SECONDS = 5.0


class KeepingServer(Listening):
    """Refuses every request, politely.

    Attributes:
        opened: how many connections there have been.
        open: how many there are.
    """

    def __init__(self) -> None:
        """Listen, once entered."""
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
                """Say nothing."""

        super().__init__(ThreadingHTTPServer(("127.0.0.1", 0), Handler))
        # Those who keep their connection are not waited for.
        self._server.daemon_threads = True

    def left(self, connections: int) -> bool:
        """Whether so many connections are open, or are in a moment."""
        end = monotonic() + _WAIT_SECONDS
        while self.open != connections and monotonic() < end:
            sleep(0.01)
        return self.open == connections
