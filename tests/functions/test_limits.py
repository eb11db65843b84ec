"""Limits before a pixel is decoded, and bodies that Lambda cannot return; through the handler."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

from imagestack.limits import Limits
from tests.conftest import BOTH, DERIVED, Site
from tests.support.images import RED, encoded, jpeg, photograph, png
from tests.support.raw_png import COLOUR, raw_png

TOO_LARGE = "original image is too large"


@contextmanager
def limits(site: Site, **changed: int) -> Iterator[None]:
    """Other limits for a while."""
    with site.pipeline(limits=replace(site.module.PIPELINE.limits, **changed)):
        yield


def header_only_png(width: int, height: int) -> bytes:
    """A PNG that claims a size and has next to no pixels."""
    return raw_png(width, height, 8, COLOUR, bytes(1000))


def test_defaults() -> None:
    """The default limits are 32 MiB, 64 megapixels, sides of 65,535 pixels and a body of 4.5 MB."""
    assert Limits() == Limits(32 * 2**20, 64_000_000, 65_535, 4_500_000)


@pytest.mark.parametrize("size", [(8001, 8000), (65536, 1), (1, 65536), (2**31 - 1, 2**31 - 1)])
def test_pixels_and_sides(site: Site, size: tuple[int, int]) -> None:
    """If the header declares too many pixels, the original is returned and is never decoded."""
    body = header_only_png(*size)
    site.put("a.png", body, "image/png")
    site.rule()
    reply = site.get("a.png", "crop=1,1", BOTH)
    assert (reply.status, reply.reason) == (200, TOO_LARGE)
    assert reply.body == body
    assert site.derived() == []


def test_pixels_up_to_the_limit(site: Site) -> None:
    """A limit is the last value that is allowed."""
    site.put("a.jpg", jpeg())
    site.rule()
    with limits(site, original_pixels=120_000, original_side=400):
        assert site.get("a.jpg", "width=100").operations == "resize"
    for changed in ({"original_pixels": 119_999}, {"original_side": 399}):
        with limits(site, **changed):
            assert site.get("a.jpg", "height=99").reason == TOO_LARGE


def test_bytes(site: Site) -> None:
    """An original over the limit in bytes is not transformed, whatever its header says."""
    site.put("a.jpg", jpeg())
    site.rule()
    with limits(site, original_bytes=len(jpeg()) - 1):
        reply = site.get("a.jpg", "width=100")
        assert (reply.status, reply.reason) == (200, TOO_LARGE)
    with limits(site, original_bytes=len(jpeg())):
        assert site.get("a.jpg", "width=100").operations == "resize"


def test_nothing_to_do_is_found_before_too_large(site: Site) -> None:
    """A reason of the query precedes `too large` and is the only one if no operation remains."""
    site.put("a.jpg", jpeg())
    site.rule()
    with limits(site, original_pixels=100):
        alone = site.get("a.jpg", "width=401")
        assert alone.reason
        assert TOO_LARGE not in alone.reason
        both = site.get("a.jpg", "width=401&crop=1:1")
        assert both.reason
        assert both.reason.startswith("resizing: ")
        assert both.reason.endswith(f"; {TOO_LARGE}")


@pytest.mark.parametrize(
    ("fmt", "expected", "reason"),
    [
        ("webp", "png", "compression: image/webp conversion internal error"),
        ("webp,avif", "avif", None),
    ],
)
def test_side_over_the_limit_of_webp(site: Site, fmt: str, expected: str, reason: str | None) -> None:
    """WebP ends at 16,383: the next accepted format is taken, or the conversion fails with its reason."""
    site.put("a.png", encoded(Image.new("RGB", (16_384, 8), RED), "PNG"), "image/png")
    site.rule()
    reply = site.get("a.png", f"fmt={fmt}&crop=16384,4", BOTH)
    assert reply.type == f"image/{expected}"
    assert reply.reason == reason
    assert reply.image.size == (16_384, 4)
    within = site.get("a.png", "fmt=webp&crop=16383,4", BOTH)
    assert within.type == "image/webp"


def test_large_original_is_redirected(site: Site) -> None:
    """An original that Lambda cannot return is redirected to its object under /_original/."""
    key = "photos/été & co.jpg"
    body = jpeg()
    site.put(key, body)
    site.rule()
    for query in ("", "width=401"):
        with limits(site, body_bytes=len(body) - 1):
            reply = site.get(key, query)
        assert (reply.status, reply.body) == (302, b"")
        location = urlsplit(reply.headers["Location"])
        assert unquote(location.path) == f"/_original/{key}"
        # The version is in the address, so that no cache serves the old bytes after a change.
        assert location.query == f"v={site.s3.head_object(Bucket='originals', Key=key)['ETag'].strip(chr(34))}"
        assert reply.headers["Cache-Control"] == "public, max-age=60"
    assert (reply.reason or "").startswith("resizing: ")
    with limits(site, body_bytes=len(body)):
        assert site.get(key).body == body


def test_large_original_over_the_byte_limit_is_redirected(site: Site) -> None:
    """Too large to be transformed and to be returned: redirected, with the reason."""
    body = jpeg()
    site.put("a.jpg", body)
    site.rule()
    with limits(site, body_bytes=1000, original_bytes=2000):
        reply = site.get("a.jpg", "width=100")
    assert (reply.status, reply.reason) == (302, TOO_LARGE)


def test_large_result_is_redirected(site: Site) -> None:
    """If Lambda cannot return a derived object, the response redirects to /_derived/, for new and stored objects."""
    site.put("a.png", encoded(photograph(), "PNG"), "image/png")
    site.rule()
    with limits(site, body_bytes=10_000):
        replies = [site.get("a.png", "crop=400,400") for _ in range(2)]
    [key] = site.derived()
    for reply in replies:
        assert (reply.status, reply.body) == (302, b"")
        assert unquote(urlsplit(reply.headers["Location"]).path) == f"/_derived/{key}"
        assert reply.operations == "crop"
    stored = site.s3.get_object(Bucket=DERIVED, Key=key)
    assert stored["ContentType"] == "image/png"
    assert stored["CacheControl"] == "public, max-age=86400"
    assert replies[0].headers["Location"] == replies[1].headers["Location"]


def test_real_large_bodies(site: Site) -> None:
    """With the default limits, a body of 5 MB is redirected and a body of 4 MB is returned."""
    site.rule()
    site.put("small.jpg", jpeg() + bytes(4_000_000))
    site.put("large.jpg", jpeg() + bytes(5_000_000))
    assert len(site.get("small.jpg").body) == 4_000_000 + len(jpeg())
    assert site.get("large.jpg").status == 302
    assert site.get("large.jpg", "width=100").image.size == (100, 75)


def test_head_of_a_large_body(site: Site) -> None:
    """HEAD says what GET says."""
    site.put("a.png", png(), "image/png")
    site.rule()
    with limits(site, body_bytes=10):
        assert site.ask("/a.png", method="HEAD").headers == site.ask("/a.png").headers
