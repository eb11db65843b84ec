"""The path at the edge: one spelling of each key, encoded once more for the HTTP API."""

from urllib.parse import quote, unquote, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.errors import BadRequestError
from imagestack.request.image_request import image_request
from tests.support.depth import examples
from tests.support.edge import Function, viewer_request
from tests.support.strategies import keys


def after_the_api(function: Function, path: str) -> str:
    """The path that the function receives for a viewer's path: an HTTP API decodes it and cuts it at `?`."""
    return unquote(function(viewer_request(path))["uri"]).partition("?")[0]


def key(path: str) -> str | None:
    """The key that the function reads from a path; None if it refuses the path."""
    try:
        return image_request("GET", path, (), {}).key
    except BadRequestError:
        return None


@pytest.mark.parametrize(
    ("path", "canonical"),
    [
        ("/", "/"),
        ("/photo.jpg", "/photo.jpg"),
        ("/a/b/c.jpg", "/a/b/c.jpg"),
        ("/a%2Fb.jpg", "/a/b.jpg"),
        ("/%70hoto.jpg", "/photo.jpg"),
        ("/a%20b.jpg", "/a%20b.jpg"),
        ("/what%3f.jpg", "/what%3F.jpg"),
        ("/caf%c3%a9.jpg", "/caf%C3%A9.jpg"),
        ("/café.jpg", "/caf%C3%A9.jpg"),
        ("/100%25.jpg", "/100%25.jpg"),
        ("/100%2525.jpg", "/100%2525.jpg"),
        ("/one+two.jpg", "/one%2Btwo.jpg"),
        ("/one%2Btwo.jpg", "/one%2Btwo.jpg"),
        ("/(a)!*'$&,;=:@~-_.jpg", "/%28a%29%21%2A%27%24%26%2C%3B%3D%3A%40~-_.jpg"),
        ("/a[1]%20b.jpg", "/a%5B1%5D%20b.jpg"),
        ("//a//b", "//a//b"),
        ("/%2Fa", "//a"),
        ("/...", "/..."),
        ("/%F0%9F%98%80", "/%F0%9F%98%80"),
    ],
)
def test_path_is_canonical(viewer_request_function: Function, path: str, canonical: str) -> None:
    """Unreserved characters and slashes stay; all others are encoded, with upper case digits."""
    assert after_the_api(viewer_request_function, path) == canonical


@pytest.mark.parametrize(
    "path",
    [
        *["/odd%.jpg", "/odd%4", "/odd%zz", "/%FF", "/caf%C3", "/%ED%A0%80", "/%C0%80"],
        *["/..", "/a/../b", "/%2E%2E/b", "/.%2e/b", "/./b", "/a/%2e", "/a%2F..%2Fb"],
    ],
)
def test_what_is_no_key_stays(viewer_request_function: Function, path: str) -> None:
    """A path that names no key reaches the function unchanged."""
    assert after_the_api(viewer_request_function, path) == path


@pytest.mark.parametrize(("path", "sent_on"), [("/a%20b", "/a%2520b"), ("/odd%.jpg", "/odd%25.jpg")])
def test_every_percent_sign_is_encoded(viewer_request_function: Function, path: str, sent_on: str) -> None:
    """Every percent sign is encoded, since the HTTP API decodes the path once."""
    assert viewer_request_function(viewer_request(path))["uri"] == sent_on


_escapes = st.one_of(
    st.integers(0, 255).map("%{:02x}".format),
    st.sampled_from(["%C3%A9", "%F0%9F%98%80", "%2e", "%2E%2e", "%2F", "%25", "%3F", "%00", "%5C", "%", "%4", "%G0"]),
)
_sent = st.text("ab.-_~/+!*'()&=:@$,;0", max_size=4)
paths = st.lists(st.one_of(_sent, _escapes, st.sampled_from([".", "..", "/"])), max_size=8).map(
    lambda parts: "/" + "".join(parts)
)


@examples(1000)
@given(paths)
def test_key_is_the_same(viewer_request_function: Function, path: str) -> None:
    """The function reads the same key, or refuses, as for the viewer's own path."""
    assert key(after_the_api(viewer_request_function, path)) == key(path)


@examples(1000)
@given(st.text('ab[]|^"<>{} é😀%/', max_size=8).filter(lambda text: "%" not in text), st.sampled_from(["%20", "%41"]))
def test_path_is_decoded_whatever_it_holds(viewer_request_function: Function, text: str, escape: str) -> None:
    """Characters that a viewer should have encoded do not prevent the decoding of the rest."""
    sent = f"/{text}{escape}"
    assert key(after_the_api(viewer_request_function, sent)) == unquote_to_bytes(sent).decode().removeprefix("/")


# Paths with these segments name no key.
_DOTS = {".", ".."}


@examples(1000)
@given(keys.filter(lambda name: not _DOTS & set(name.split("/"))), st.data())
def test_equal_keys_have_equal_paths(viewer_request_function: Function, name: str, data: st.DataObject) -> None:
    """All encodings of a key get the same path, so that the edge keeps one copy."""
    safe = data.draw(st.text("ab!*'()&=:@$,;+/", max_size=6))
    one, other = f"/{quote(name)}", f"/{quote(name, safe=safe)}"
    other = data.draw(st.sampled_from([other, other.replace("a", "%61"), other.replace("%C3", "%c3")]))
    assert after_the_api(viewer_request_function, one) == after_the_api(viewer_request_function, other)


@examples(500)
@given(paths)
def test_canonical_path_stays(viewer_request_function: Function, path: str) -> None:
    """A canonical path stays unchanged."""
    once = after_the_api(viewer_request_function, path)
    assert after_the_api(viewer_request_function, once) == once
