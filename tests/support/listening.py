"""Servers for tests, which listen on a free port of this machine while their context lasts."""

from http.server import ThreadingHTTPServer
from socketserver import ThreadingTCPServer
from threading import Thread
from typing import Self


class Listening:
    """A server that answers as its handler does."""

    def __init__(self, server: ThreadingHTTPServer | ThreadingTCPServer) -> None:
        self._server = server
        self._thread = Thread(target=server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
