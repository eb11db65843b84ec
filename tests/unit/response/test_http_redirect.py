"""Redirects to an object in a bucket (docs/specification.md#section-7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack import skips
from imagestack.ports import Stored, Version
from imagestack.response.answer import Answer
from imagestack.response.http import image_response
from tests.support.answers import CHANGED, MADE_ETAG, asked, made, max_age, passed, printable, skipped, without_body

BAD_QUALITY = skips.bad_parameter("compression", "quality")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_too_large_a_body(method: str) -> None:
    """A body that Lambda cannot return is fetched from the bucket, by its version, for a short time."""
    for answer, path in ((passed(), "/_original/a.jpg"), (made(), "/_derived/a.webp")):
        response = image_response(asked(method), without_body(answer))
        assert (response.status, response.body) == (302, b"")
        location, _, query = response.headers["Location"].partition("?")
        assert location == path
        assert answer.etag.strip('"') in query
        assert response.headers["Content-Length"] == "0"
        assert max_age(response.headers) < 3600


def test_redirect_tells_what_was_done() -> None:
    """A redirect also has the operations, the skip reasons and `Vary`."""
    headers = image_response(asked(), without_body(made(varies=True, reasons=(BAD_QUALITY,)))).headers
    assert headers["X-Img-Operations"] == "resize convert"
    assert headers["Img-Skip-Reason"] == BAD_QUALITY
    assert headers["Vary"] == "Accept"


def test_passing_redirect() -> None:
    """A redirect to what the next invocation may do better is kept for seconds, too."""
    usual = image_response(asked(), without_body(skipped())).headers
    transient = image_response(asked(), without_body(skipped(transient=True))).headers
    assert max_age(transient) < 60
    assert max_age(transient) < max_age(usual)


def test_redirect_is_conditional() -> None:
    """Who has the image already is not sent to fetch it."""
    assert image_response(asked(if_none_match=MADE_ETAG), without_body(made())).status == 304


texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(texts, texts)
def test_any_location(key: str, tag: str) -> None:
    """A Location is ASCII and stays below its folder, whatever the key is called."""
    answer = Answer(Stored(key, Version(f'"{tag}"', CHANGED), 24), None, f"/_original/{key}")
    location = image_response(asked(), answer).headers["Location"]
    assert printable(location)
    assert location.startswith("/_original/")
    assert location.count("?") == 1
    assert "#" not in location
