"""Paths of invalidations (CloudFront's developer guide, "What you need to know when invalidating paths")."""

from collections.abc import Callable
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from imagestack.sync.paths import batches, covers, image_paths, is_wildcard, merged, prefix_paths
from tests.support.edge import Function, deployed, viewer_request
from tests.support.strategies import keys


@pytest.mark.parametrize(
    ("path", "address", "found"),
    [
        ("/a.jpg", "/a.jpg", True),
        ("/a.jpg", "/a.jpg?width=1", False),
        ("/a.jpg?*", "/a.jpg?width=1", True),
        ("/a.jpg?*", "/a.jpg", False),
        ("/a.jpg*", "/a.jpgx", True),
        ("/*", "/", True),
        ("/A.jpg", "/a.jpg", False),
    ],
)
def test_covers(path: str, address: str, found: bool) -> None:  # noqa: FBT001 - a column of the table
    """Case matters, and an asterisk at the end matches anything, the query included."""
    assert covers(path, address) is found


@pytest.fixture(scope="session")
def edge() -> Callable[[str], str]:
    """The path under which the edge keeps a key: what its own function makes of it."""
    function = Function(deployed("ViewerRequestFunction"))
    return lambda key: str(function(viewer_request(quote(f"/{key}")))["uri"])


@given(mine=keys, other=keys)
@example("a.jpg", "a.jpgx")
@example("a b.jpg", "a%20b.jpg")
@example("a*", "ab")
@example("what?", "what")
def test_one_image(edge: Callable[[str], str], mine: str, other: str) -> None:
    """The paths of an image match it with any query, as the edge keeps it, and no other image.

    The exception is an image whose name is the encoded name of the other: both spellings are purged.
    """
    paths = image_paths(f"/{mine}")
    for query in ("", "?width=100", "?fmt=webp"):
        assert any(covers(path, edge(mine) + query) for path in paths)
    fits = len(quote(quote(mine))) < 3_990
    if fits and mine != other:
        assert edge(other) == quote(f"/{mine}") or not any(covers(path, edge(other)) for path in paths)
    assert any(covers(path, edge(mine + other)) for path in prefix_paths(f"/{mine}"))


@pytest.mark.parametrize("key", ["ü" * 1_000, "/" * 5_000, "a" * 3_999, "%" * 800])
def test_long_paths(key: str) -> None:
    """A path has at most 4,000 characters; a longer one is cut and matches more."""
    assert all(len(path) <= 4_000 for path in (*image_paths(f"/{key}"), *prefix_paths(f"/{key}")))


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["/a", "/a?*", "/a*"], ["/a*"]),
        (["/a/*", "/a/b/*", "/a/b"], ["/a/*"]),
        (["/a/b?*", "/a/c?*", "/d?*"], ["/a/*", "/d?*"]),
        (["/a/b?*", "/b/c?*", "/c/d?*"], ["/a/b?*", "/*"]),
        (["/a?*", "/b?*", "/c?*", "/a"], ["/*"]),
        (["/a/*", "/b/*", "/c/*"], ["/*"]),
    ],
)
def test_merged(paths: list[str], found: list[str]) -> None:
    """Covered paths are left out. Of three wildcards two remain, after merging the deepest and fullest folder."""
    expected = ["/*"] if "/*" in found else found
    assert merged(paths, 2) == expected


WORDS = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map("/".join)


@given(st.lists(st.tuples(WORDS, st.sampled_from(["", "*", "/*", "?*"])), max_size=40), st.integers(1, 12))
def test_merged_loses_nothing(parts: list[tuple[str, str]], most: int) -> None:
    """Merged paths still cover every path, with at most so many wildcards."""
    paths = [f"/{word}{end}" for word, end in parts]
    found = merged(paths, most)
    assert sum(map(is_wildcard, found)) <= most
    for path in paths:
        assert any(covers(other, path) for other in found)


@given(st.sets(st.tuples(WORDS, st.sampled_from(["", "*", "?*"])), max_size=60))
def test_batches(parts: set[tuple[str, str]]) -> None:
    """Batches hold every path once, and at most so many of each kind."""
    paths = sorted(f"/{word}{end}" for word, end in parts)
    found = list(batches(paths, 3, 5))
    assert sorted(path for batch in found for path in batch) == paths
    for batch in found:
        assert 0 < sum(map(is_wildcard, batch)) <= 3 or 0 < len(batch) <= 5
        assert sum(not is_wildcard(path) for path in batch) <= 5
