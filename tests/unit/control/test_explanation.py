"""Explanations of addresses whose original cannot be read; `tests/control/test_explanations.py` covers the others."""

import pytest

from imagestack.control.explanation.explain import fetched
from imagestack.errors import (
    ImageStackError,
    OriginBrokenError,
    OriginRefusedError,
    OriginStatusError,
    OriginThrottledError,
    OriginTimeoutError,
)
from imagestack.limits import Limits
from imagestack.ports import Original, Stored
from imagestack.request.image_request import image_request
from imagestack.rules.model import Resource

REQUEST = image_request("GET", "/cat.jpg", (), {})
RESOURCE = Resource("images.example.com")


class FailingOriginals:
    """A store of originals that always fails."""

    def __init__(self, error: ImageStackError) -> None:
        self._error = error

    def head(self, _key: str) -> Stored:
        raise self._error

    def fetch(self, _key: str, _max_bytes: int, /) -> Original:
        raise self._error


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OriginStatusError(403), "not valid response code from the origin; response code - 403"),
        (OriginThrottledError(), "too many requests"),
        (OriginTimeoutError("read"), "request to origin timeout: read"),
        (OriginBrokenError("read"), "request to origin failed: read"),
        (OriginRefusedError(), "the origin cannot be asked"),
    ],
)
def test_failing_origin(error: ImageStackError, why: str) -> None:
    """A failure of the origin is named as viewers see it, and is no failure of the explanation."""
    assert fetched(FailingOriginals(error), RESOURCE, REQUEST, Limits()) == why


def test_no_originals() -> None:
    """Without access to the bucket there is no original."""
    assert fetched(None, RESOURCE, REQUEST, Limits()) == "originals cannot be read here"
