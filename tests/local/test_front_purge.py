"""Purges of the front by paths, as CloudFront's invalidations name them."""

import threading
from functools import partial

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.sync.paths import covers, image_paths, prefix_paths
from imagestack_local.front.cache import Key, finder
from tests.local.scripted import Fronted, Says, fronted, x_cache
from tests.support.plain import PLAIN
from tests.support.serving import until

WORDS = st.text(alphabet="/ab?*=", max_size=5)


@given(st.lists(WORDS.map("/{}".format), max_size=4), WORDS, st.sampled_from(["", "a", "b=a"]))
def test_found_is_what_paths_cover(paths: list[str], uri: str, query: str) -> None:
    """The quick form for many paths and keys finds the same as the definition."""
    key = Key("*", "GET", f"/{uri}", query, (), ())
    address = f"/{uri}?{query}" if query else f"/{uri}"
    assert finder(paths)(key) == any(covers(path, address) for path in paths)


@pytest.mark.parametrize(
    ("paths", "gone"),
    [
        (["/a"], {"/a"}),
        (["/a?*"], {"/a?v=1", "/a?v=2"}),
        (image_paths("/a"), {"/a", "/a?v=1", "/a?v=2"}),
        (prefix_paths("/a"), {"/a", "/a?v=1", "/a?v=2", "/ab", "/a/b"}),
        (["/a/*"], {"/a/b"}),
        (["/*"], {"/a", "/a?v=1", "/a?v=2", "/ab", "/a/b", "/b"}),
        ([], set()),
    ],
)
def test_exactly_what_is_named_is_forgotten(paths: list[str], gone: set[str]) -> None:
    """A path purges an image, an image with its derived forms, a folder or everything. Other answers stay."""
    every = {"/a", "/a?v=1", "/a?v=2", "/ab", "/a/b", "/b"}
    with fronted(None, Says("max-age=100")) as found:
        for path in every:
            found.ask(path=path)
        before = found.front.kept_bytes
        found.front.purge(paths)
        assert found.front.kept_bytes == before * (len(every) - len(gone)) // len(every)
        assert {path for path in every if x_cache(found.ask(path=path)) == "Miss"} == gone


def test_what_was_asked_for_before_a_purge_of_its_path_is_not_kept() -> None:
    """Later requests do not get it either; an answer of another path is cached."""
    # They come when there is a request after the purge.
    slow = {"/a": Says("max-age=100", body=b"old", viewers=3), "/b": Says("max-age=100", body=b"b", viewers=3)}
    with fronted(None, slow["/a"], slow["/b"], Says("max-age=100", body=b"new")) as found:
        late: dict[str, bytes] = {}

        def ask(path: str) -> None:
            late[path] = httpx.get(found.url + path, verify=PLAIN).content

        threads = []
        for number, path in enumerate(slow, 1):
            thread = threading.Thread(target=ask, args=(path,))
            thread.start()
            threads.append(thread)
            until(partial(is_asked, found, number))
        found.front.purge(["/a"])
        assert httpx.get(f"{found.url}/a", verify=PLAIN).content == b"new"
        for thread in threads:
            thread.join()
        assert late == {"/a": b"old", "/b": b"b"}
        assert [(x_cache(found.ask(path=path)), found.ask(path=path).content) for path in ("/a", "/b")] == [
            ("Hit", b"new"),
            ("Hit", b"b"),
        ]


def is_asked(found: Fronted, number: int) -> bool:
    """Whether so many requests have reached the origin."""
    return len(found.origin.asked) == number
