"""Addresses of objects in the front's buckets."""

import hmac
import re

from imagestack.request.image_request import image_request
from imagestack.response.object_url import location


def test_unsigned() -> None:
    """Without an edge that could check it, an address is the encoded path and the version."""
    assert location("/_original/a b/é%.jpg", '"abc-2"', "", 0) == "/_original/a%20b/%C3%A9%25.jpg?v=abc-2"


def test_signed() -> None:
    """With one it is good for ten minutes, and signed with the secret that the edge has shown."""
    found = location("/_derived/a/@/width=1&v=1.avif", '"v"', "secret", 1_700_000_000.9)
    address, _, signature = found.rpartition("&s=")
    assert address == "/_derived/a/%40/width%3D1%26v%3D1.avif?v=v&e=1700000600"
    assert signature == hmac.new(b"secret", address.encode(), "sha256").hexdigest()
    assert re.fullmatch(r"[0-9a-f]{64}", signature)


def test_the_secret_is_not_told() -> None:
    """A request can be written to a log."""
    request = image_request("GET", "/a", (), {"x-origin-secret": "secret"}, by_edge=True)
    assert (request.by_edge, request.origin_secret) == (True, "secret")
    assert "secret" not in repr(request)
    assert not image_request("GET", "/a", (), {"x-origin-secret": "secret"}).by_edge
