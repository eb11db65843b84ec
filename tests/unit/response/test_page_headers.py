"""What options add to answers, with the edge and without it."""

import json

import pytest

from imagestack.request.image_request import ImageRequest, image_request
from imagestack.response.http import Response
from imagestack.response.page_headers import deliver
from imagestack.rules.options import Cors, Options, Referrers, StaticHeader, StaticHeaders

PAGE = "https://shop.example"
IMAGE = Response(200, {"Vary": "Accept", "Content-Language": "de"}, b"image")
ERROR = Response(404, {}, b"{}")
SHARED = Options(cors=Cors(enabled=True, value=("shop.example",)))


def asked(method: str = "GET", *, by_edge: bool = False, **headers: str) -> ImageRequest:
    return image_request(method, "/a.jpg", (), headers | {"x-origin-secret": "secret"}, by_edge=by_edge)


def test_nothing_set() -> None:
    """Without options an answer stays as it is."""
    assert deliver(IMAGE, asked(origin=PAGE), Options()) == IMAGE
    assert deliver(ERROR, None, SHARED) == ERROR


def test_static_headers() -> None:
    """They replace what an original brings along, whatever its case; errors have those that are for always only."""
    headers = (StaticHeader("content-language", "en"), StaticHeader("X-A", "b, c", always=True))
    options = Options(static_headers=StaticHeaders(enabled=True, value=headers))
    assert deliver(IMAGE, asked(), options).headers == {"Vary": "Accept", "content-language": "en", "X-A": "b, c"}
    assert deliver(ERROR, None, options).headers == {"X-A": "b, c"}


def test_without_the_edge() -> None:
    """The page's origin is answered here, and added to what the answer varies by."""
    headers = deliver(IMAGE, asked(origin=PAGE), SHARED).headers
    assert (headers["Access-Control-Allow-Origin"], headers["Vary"]) == (PAGE, "Accept, Origin")
    assert "X-Img-Edge" not in headers
    guarded = Options(referrers=Referrers(enabled=True, policy="deny", excepted=("shop.example",)))
    assert deliver(IMAGE, asked(), guarded).headers["Vary"] == "Accept, Referer"


def test_behind_the_edge() -> None:
    """The edge gets the options instead of decisions, since one response is for the pages of all sites."""
    options = Options(cors=SHARED.cors, referrers=Referrers(enabled=True, policy="deny", excepted=("*.shop.example",)))
    headers = deliver(IMAGE, asked(by_edge=True, origin="https://other.example"), options).headers
    assert json.loads(headers["X-Img-Edge"]) == {
        "vary": "Accept",
        "cors": {"value": ["shop.example"]},
        "referrers": {"policy": "deny", "values": ["*.shop.example"]},
    }
    assert headers["X-Img-Edge"].isascii()
    assert headers["Vary"] == "Accept"
    assert "Access-Control-Allow-Origin" not in headers


@pytest.mark.parametrize("by_edge", [True, False])
@pytest.mark.parametrize("always", [True, False])
def test_errors(by_edge: bool, always: bool) -> None:  # noqa: FBT001 - columns of a table
    """Errors may be read by pages only with `always`; the edge never sees the rules of an error."""
    for value, expected in (("*", "*"), ("$http_origin", "*" if by_edge else PAGE)):
        options = Options(cors=Cors(enabled=True, value=(value,), always=always))
        headers = deliver(ERROR, asked(by_edge=by_edge, origin=PAGE), options).headers
        assert headers.get("Access-Control-Allow-Origin") == (expected if always else None)
        assert "X-Img-Edge" not in headers


def test_errors_for_some_behind_the_edge() -> None:
    """Which page asks is not known there, so that no page is named."""
    options = Options(cors=Cors(enabled=True, value=("shop.example",), always=True))
    assert "Access-Control-Allow-Origin" not in deliver(ERROR, asked(by_edge=True, origin=PAGE), options).headers


def test_preflight() -> None:
    """Behind the edge a preflight gets all permissions, and the edge removes them for other pages."""
    answer = Response(204, {})
    direct = deliver(answer, asked("OPTIONS", origin="https://other.example"), SHARED).headers
    assert direct == {"Vary": "Origin"}
    edge = deliver(answer, asked("OPTIONS", by_edge=True), SHARED).headers
    assert edge["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert json.loads(edge["X-Img-Edge"]) == {"cors": {"value": ["shop.example"]}}
