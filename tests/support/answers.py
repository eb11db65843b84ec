"""Requests, and the answers to them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from imagestack import skips
from imagestack.ports import Stored, Transformed, Version
from imagestack.request.image_request import ImageRequest, image_request
from imagestack.response.answer import Answer

BODY = b"an original of 24 bytes!"
ETAG, MADE_ETAG = '"original"', '"made"'
CHANGED = datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
CHANGED_TEXT = "Mon, 06 May 2024 07:08:09 GMT"
MADE = Transformed(
    operations=("resize", "convert"),
    reasons=(),
    content_type="image/webp",
    etag=MADE_ETAG,
    length=10,
    origin_size=24,
    download_time=12,
    processing_time=34,
)


def asked(method: str = "GET", **headers: str) -> ImageRequest:
    return image_request(method, "/a.jpg", (), {name.replace("_", "-"): text for name, text in headers.items()})


def stored(**fields: Any) -> Stored:
    return replace(Stored("a.jpg", Version(ETAG, CHANGED), len(BODY), "image/jpeg"), **fields)


def passed(of: Stored | None = None, **fields: Any) -> Answer:
    """An original that is passed through."""
    return Answer(of or stored(), BODY, "/_original/a.jpg", **fields)


def skipped(**fields: Any) -> Answer:
    """An original that is passed through for a skip reason."""
    return passed(reasons=(skips.WOULD_ENLARGE,), download_time=12, **fields)


def made(of: Stored | None = None, **fields: Any) -> Answer:
    """A transformed image."""
    answer = Answer(of or stored(), b"0123456789", "/_derived/a.webp", transformed=MADE)
    return replace(answer, **fields)


def without_body(answer: Answer) -> Answer:
    return replace(answer, body=None)


def printable(text: str) -> bool:
    return text.isascii() and text.isprintable()


def max_age(headers: dict[str, str]) -> int:
    """The max-age that Cache-Control gives."""
    ages = [part.strip() for part in headers["Cache-Control"].split(",") if part.strip().startswith("max-age=")]
    assert len(ages) == 1
    return int(ages[0].removeprefix("max-age="))
