"""Responses to viewers that have the image already (docs/specification.md#section-7)."""

import pytest

from imagestack.response.answer import Answer
from imagestack.response.http import image_response
from tests.support.answers import CHANGED_TEXT, ETAG, MADE_ETAG, asked, made, passed, skipped

OTHER = '"other"'
EARLIER, LATER = "Mon, 06 May 2024 07:08:08 GMT", "Mon, 06 May 2024 07:08:10 GMT"

# If-None-Match, If-Modified-Since, status of a pass-through, status of a transform.
CONDITIONS = {
    "none": (None, None, 200, 200),
    "own tag": (ETAG, None, 304, 200),
    "transform's tag": (MADE_ETAG, None, 200, 304),
    "both tags": (f"{ETAG}, {MADE_ETAG}", None, 304, 304),
    "both tags, tight": (f"{ETAG},{MADE_ETAG}", None, 304, 304),
    "both tags, weak": (f"W/{ETAG}, W/{MADE_ETAG}", None, 304, 304),
    "last of many": (f"{OTHER}, W/{OTHER}, {ETAG}", None, 304, 200),
    "another tag": (OTHER, None, 200, 200),
    "star": ("*", None, 304, 304),
    "quoted star": ('"*"', None, 200, 200),
    "tag without quotes": ("original", None, 200, 200),
    "part of the tag": ('"origina"', None, 200, 200),
    "more than the tag": ('"original2"', None, 200, 200),
    "other case": (ETAG.upper(), None, 200, 200),
    "empty": ("", None, 200, 200),
    "same date": (None, CHANGED_TEXT, 304, 200),
    "later date": (None, LATER, 304, 200),
    "earlier date": (None, EARLIER, 200, 200),
    "same date in another zone": (None, "Mon, 06 May 2024 09:08:09 +0200", 304, 200),
    "earlier date in another zone": (None, "Mon, 06 May 2024 07:08:09 +0200", 200, 200),
    "same date, old form": (None, "Monday, 06-May-24 07:08:09 GMT", 304, 200),
    "first date": (None, "Mon, 01 Jan 0001 00:00:00 +2300", 200, 200),
    "last date": (None, "Fri, 31 Dec 9999 23:59:59 -2300", 304, 200),
    "no date": (None, "yesterday", 200, 200),
    "matching tag beats earlier date": (ETAG, EARLIER, 304, 200),
    "another tag beats later date": (OTHER, LATER, 200, 200),
    "broken tag beats later date": ("original", LATER, 200, 200),
    "star beats earlier date": ("*", EARLIER, 304, 304),
}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(("none_match", "since", "of_original", "of_transform"), CONDITIONS.values(), ids=CONDITIONS)
def test_conditions(
    none_match: str | None, since: str | None, of_original: int, of_transform: int, method: str
) -> None:
    """If-None-Match beats If-Modified-Since, which is honoured for pass-through only."""
    headers = {"if_none_match": none_match, "if_modified_since": since}
    request = asked(method, **{name: text for name, text in headers.items() if text is not None})
    assert image_response(request, passed()).status == of_original
    assert image_response(request, skipped()).status == of_original
    assert image_response(request, made()).status == of_transform


@pytest.mark.parametrize("answer", [passed(), skipped(), made()], ids=["passed", "skipped", "made"])
def test_not_modified(answer: Answer) -> None:
    """304 has the validators of the 200 and no body."""
    whole = image_response(asked(), answer)
    response = image_response(asked(if_none_match=answer.etag), answer)
    assert (response.status, response.body) == (304, b"")
    for name in ("ETag", "Last-Modified", "Cache-Control", "X-Img-Server", "X-Content-Type-Options"):
        assert response.headers[name] == whole.headers[name]
    assert "Content-Type" not in response.headers
    assert response.headers.get("Content-Length", "24") != "0"
