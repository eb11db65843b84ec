"""Requests for objects in the buckets, which viewers are sent to for bodies too large for Lambda."""

import re
import time
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.response import object_url
from tests.support.edge import Function, viewer_request
from tools import edge_code

# Before the template's functions are replaced, the key is the text that stands for it.
KEY = re.findall(
    "^var KEY = '(.*)';$", edge_code.FUNCTIONS["ObjectFunction"].read_text(encoding="utf-8"), re.MULTILINE
)[0]
FORBIDDEN = {
    "statusCode": 403,
    "statusDescription": "Forbidden",
    "headers": {"content-type": {"value": "application/json"}, "cache-control": {"value": "private, no-store"}},
    "body": {"encoding": "text", "data": '{"error": "forbidden"}'},
}


def sent_to(address: str, **more: Any) -> dict[str, Any]:
    """The event of a viewer who follows a redirect."""
    path, _, query = address.partition("?")
    return viewer_request(path, query, **more)


def address(path: str, etag: str = '"etag-2"', seconds: float = 0, key: str = KEY) -> str:
    """Where the function sends a viewer, so many seconds from now."""
    return object_url.location(path, etag, key, time.time() + seconds)


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/_derived/a/@/b.avif", "/a/%40/b.avif"),
        ("/_derived/a b.jpg/@/width=200,fmt=webp.webp", "/a%20b.jpg/%40/width%3D200%2Cfmt%3Dwebp.webp"),
        ("/_original/photo.jpg", "/photo.jpg"),
        ("/_original/deep/er/photo.jpg", "/deep/er/photo.jpg"),
        ("/_original/a?.jpg", "/a%3F.jpg"),
        ("/_original/café.jpg", "/caf%C3%A9.jpg"),
        ("/_original/_original/photo.jpg", "/_original/photo.jpg"),
        ("/_original//photo.jpg", "//photo.jpg"),
        ("/_original/one+two.jpg", "/one%2Btwo.jpg"),
    ],
)
def test_bucket_is_asked_for_the_key(object_request_function: Function, path: str, key: str) -> None:
    """A signed request passes: the first segment is removed, and the rest stays encoded as it is."""
    assert object_request_function(sent_to(address(path)))["uri"] == key


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.from_regex('"[!-~]{1,40}"', fullmatch=True))
def test_both_sides_sign_alike(object_request_function: Function, key: str, etag: str) -> None:
    """Whatever the key and the version are, what the function signs is what the edge checks."""
    answer = object_request_function(sent_to(address(f"/_derived/{key}", etag)))
    assert "statusCode" not in answer
    assert unquote(answer["uri"]) == f"/{key}"


def test_rest_of_the_request_stays(object_request_function: Function) -> None:
    """Method, query and headers go on as they came."""
    event = sent_to(address("/_derived/photo.jpg"), method="HEAD", headers=[("range", "bytes=0-1")])
    assert object_request_function(event) == event["request"] | {"uri": "/photo.jpg"}


GOOD = address("/_original/a.jpg")
BAD = {
    "no signature": "/_original/a.jpg?v=etag-2",
    "nothing": "/_original/a.jpg",
    "other signature": f"{GOOD[:-1]}{'0' if GOOD[-1] != '0' else '1'}",
    "longer signature": f"{GOOD}0",
    "upper case": f"{GOOD.rpartition('=')[0]}={GOOD.rpartition('=')[2].upper()}",
    "empty signature": f"{GOOD.rpartition('=')[0]}=",
    "other key": address("/_original/a.jpg", key="another secret"),
    "other path": GOOD.replace("a.jpg", "b.jpg"),
    "other bucket": GOOD.replace("_original", "_derived"),
    "other version": GOOD.replace("v=etag-2", "v=etag-3"),
    "longer life": re.sub(r"e=\d+", lambda found: f"e={int(found[0][2:]) + 1}", GOOD),
    "expired": address("/_original/a.jpg", seconds=-object_url.VALID_SECONDS - 1),
    "no time": GOOD.replace("&e=", "&x="),
    "second signature": GOOD.replace("&s=", "&s=0&s="),
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
def test_others_are_kept_out(object_request_function: Function, bad: str) -> None:
    """A request with a key but without a signature gets 403, which is not cached."""
    assert object_request_function(sent_to(bad)) == FORBIDDEN


def test_for_ten_minutes(object_request_function: Function) -> None:
    """An address is good for long enough to be followed from a redirect that was kept for a minute."""
    assert "statusCode" not in object_request_function(sent_to(address("/_original/a.jpg", seconds=-590)))
    assert object_request_function(sent_to(address("/_original/a.jpg", seconds=-601))) == FORBIDDEN
