"""Real browsers' Accept headers, and odd ones, through the handler."""

import pytest

from tests.conftest import Site
from tests.support.accept import HEADERS
from tests.support.images import jpeg


@pytest.mark.parametrize(("accept", "proved"), HEADERS.values(), ids=HEADERS)
def test_accept(site: Site, accept: str | None, proved: tuple[str, ...]) -> None:
    """A client gets a format only if it has proved it (docs/specification.md#section-5)."""
    site.put("a.jpg", jpeg())
    site.rule(1, "both.example", webp_enabled=True, avif_enabled=True)
    site.rule(1, "webp.example", webp_enabled=True)
    both = proved[0] if proved else "jpeg"
    webp = "webp" if "webp" in proved else "jpeg"
    for host, expected in (("both.example", both), ("webp.example", webp)):
        reply = site.get("a.jpg", "", accept, host=host)
        assert reply.type == f"image/{expected}"
        assert reply.image.format == expected.upper()
        assert reply.headers["Vary"] == "Accept"


@pytest.mark.parametrize(
    ("fmt", "accept", "expected"),
    [
        ("webp,avif", "image/avif,image/webp", "webp"),
        ("avif,webp", "image/avif,image/webp", "avif"),
        ("avif,webp", "image/avif;q=0.1,image/webp", "avif"),
        ("avif,webp", "image/webp", "webp"),
        ("webp,avif", "image/avif", "avif"),
        ("avif", "image/avif;q=0.001", "avif"),
    ],
)
def test_order_of_the_list_wins(site: Site, fmt: str, accept: str, expected: str) -> None:
    """Of a fmt list the first that the client accepts is taken, whatever the weights."""
    site.put("a.jpg", jpeg())
    site.rule()
    assert site.get("a.jpg", f"fmt={fmt}", accept).type == f"image/{expected}"
