"""Real browsers' Accept headers, and odd ones, through the handler."""

import pytest

from tests.conftest import Site
from tests.support.images import jpeg

# client, Accept, answer with WebP and AVIF enabled, answer with WebP alone.
CLIENTS = [
    ("Chrome 121", "image/avif,image/webp,image/apng,image/*,*/*;q=0.8", "avif", "webp"),
    ("Chrome 59-84", "image/webp,image/apng,image/*,*/*;q=0.8", "webp", "webp"),
    ("Chrome with SVG", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "avif", "webp"),
    ("Firefox 128", "image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "avif", "webp"),
    ("Firefox 65-91", "image/webp,*/*", "webp", "webp"),
    ("Firefox without AVIF", "image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "webp", "webp"),
    ("Firefox before 47", "image/png,image/*;q=0.8,*/*;q=0.5", "jpeg", "jpeg"),
    ("Safari 14", "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", "webp", "webp"),
    ("Safari favicon", "*/*", "jpeg", "jpeg"),
    ("IE 11", "image/png, image/svg+xml, image/*;q=0.8, */*;q=0.5", "jpeg", "jpeg"),
    ("Netscape", "image/gif, image/x-xbitmap, image/jpeg, image/pjpeg, image/png, */*", "jpeg", "jpeg"),
    (
        "Chrome 59-84 page",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,image/apng,*/*;q=0.8",
        "webp",
        "webp",
    ),
    ("Firefox 132 page", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "jpeg", "jpeg"),
    (
        "Firefox 72-91 page",
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
        "webp",
        "webp",
    ),
    ("Edge 12-18 page", "text/html, application/xhtml+xml, image/jxr, */*", "jpeg", "jpeg"),
    (
        "Firefox video",
        "video/webm,video/ogg,video/*;q=0.9,application/ogg;q=0.7,audio/*;q=0.6,*/*;q=0.5",
        "jpeg",
        "jpeg",
    ),
    ("node http", None, "jpeg", "jpeg"),
    ("Java 7", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "jpeg", "jpeg"),
    ("SDWebImage", "image/*;q=0.8", "jpeg", "jpeg"),
    ("AVIF forbidden", "image/avif;q=0,image/webp;q=0.8", "webp", "webp"),
    ("WebP before all", "image/webp,*/*;q=0.8", "webp", "webp"),
    ("AVIF alone", "image/avif,image/apng,image/*,*/*;q=0.8", "avif", "jpeg"),
    ("HEIC", "image/heic", "jpeg", "jpeg"),
    ("both forbidden", "image/avif;q=0,image/webp;q=0,*/*", "jpeg", "jpeg"),
    ("WebP preferred", "image/avif;q=0.5,image/webp;q=0.9", "webp", "webp"),
    ("upper case", "IMAGE/AVIF,Image/WebP", "avif", "webp"),
    ("wildcard", "image/*", "jpeg", "jpeg"),
    ("forbidden beside a wildcard", "image/avif;q=0,image/*;q=1", "jpeg", "jpeg"),
    ("substrings", "image/webpx,image/avifs,image/x-webp", "jpeg", "jpeg"),
    ("sequence", "image/avif-sequence", "jpeg", "jpeg"),
    ("malformed q", "image/webp;q=abc", "jpeg", "jpeg"),
    ("negative q", "image/avif;q=-1,image/webp", "webp", "webp"),
    ("empty", "", "jpeg", "jpeg"),
    ("semicolons", ";;;q=1,image/webp;", "webp", "webp"),
    ("very long", "a/b," * 2048 + "image/webp", "webp", "webp"),
]


@pytest.mark.parametrize(("accept", "both", "webp"), [row[1:] for row in CLIENTS], ids=[row[0] for row in CLIENTS])
def test_accept(site: Site, accept: str | None, both: str, webp: str) -> None:
    """A client gets a format only if its Accept header names it (docs/specification.md#section-5)."""
    site.put("a.jpg", jpeg())
    site.rule(1, "both.example", webp_enabled=True, avif_enabled=True)
    site.rule(1, "webp.example", webp_enabled=True)
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
