"""Uvicorn's fast HTTP parser, with the limit on the size of heads that it lacks."""

from http import HTTPStatus
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LARGEST_HEAD_BYTES = 64 * 1024
"""Request line and headers together. It is more than CloudFront accepts, so that the front can refuse first."""

_REFUSAL = HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE


class _HeadTooLargeError(Exception):
    """The head of a request is too long, so the parser stops."""


class LimitedHeads(HttpToolsProtocol):
    """A connection that is closed when the head of a request is too long, before more of it is read."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:  # noqa: ANN401 - they are Uvicorn's own
        super().__init__(*arguments, **settings)
        self._between_bodies = True
        self._heads = 0
        self._unfinished_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Parse data, and count the bytes of a head over several reads."""
        in_head, heads = self._between_bodies, self._heads
        super().data_received(data)
        if in_head and self._between_bodies and heads == self._heads:
            self._unfinished_bytes += len(data)
            if self._unfinished_bytes > LARGEST_HEAD_BYTES and not self.transport.is_closing():
                self._refuse()
        else:
            self._unfinished_bytes = 0

    def on_headers_complete(self) -> None:
        """End a head."""
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > LARGEST_HEAD_BYTES:
            raise _HeadTooLargeError
        self._heads += 1
        self._between_bodies = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """End a request."""
        self._between_bodies = True
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Respond that the request is invalid, or that its head is too large."""
        if sum(len(name) + len(value) for name, value in self.headers or ()) > LARGEST_HEAD_BYTES:
            self._refuse()
        else:
            super().send_400_response(msg)

    def _refuse(self) -> None:
        status = f"HTTP/1.1 {_REFUSAL.value} {_REFUSAL.phrase}\r\n"
        self.transport.write(f"{status}content-length: 0\r\nconnection: close\r\n\r\n".encode())
        self.transport.close()
