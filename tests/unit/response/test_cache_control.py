"""Cache-Control (docs/caching.md)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.response import cache_control
from imagestack.response.cache_control import CachePolicy
from imagestack.rules.options import BrowserCache, EdgeCache, Options, SecureKey

DAY = 86_400


def keeping(
    edge: int | None = None,
    browser: int | None = None,
    *,
    default: int | None = None,
    custom: dict[str, int] | None = None,
    left: int | None = None,
    one_viewer: bool = False,
) -> CachePolicy:
    has_edge = edge is not None or default is not None or custom is not None
    return CachePolicy(
        EdgeCache(enabled=True, value=edge, default=default, custom=custom or {}) if has_edge else None,
        BrowserCache(enabled=True, value=browser) if browser is not None else None,
        left,
        one_viewer,
    )


# The original's Cache-Control, the policy, and the result.
IMAGES: dict[str, tuple[str | None, CachePolicy, str]] = {
    "nothing said": (None, keeping(), "public, max-age=86400"),
    "the original's word": ("private, max-age=7", keeping(), "private, max-age=7"),
    "its word as it is": ("max-age=7,  immutable", keeping(), "max-age=7,  immutable"),
    "browser": (None, keeping(browser=60), "public, max-age=60, s-maxage=86400"),
    "browser never": (None, keeping(browser=0), "public, max-age=0, s-maxage=86400"),
    "edge": (None, keeping(edge=600), "public, max-age=86400, s-maxage=600"),
    "edge never": (None, keeping(edge=0), "public, max-age=86400, s-maxage=0"),
    "both": (None, keeping(edge=600, browser=60), "public, max-age=60, s-maxage=600"),
    "both alike": (None, keeping(edge=60, browser=60), "public, max-age=60"),
    "edge over the original": ("max-age=7, s-maxage=8", keeping(edge=600), "public, max-age=7, s-maxage=600"),
    "edge over no-store": ("no-store", keeping(edge=600), "public, max-age=0, s-maxage=600"),
    "edge over private": ("private, max-age=9", keeping(edge=600), "public, max-age=9, s-maxage=600"),
    "browser over s-maxage": ("max-age=7, s-maxage=8", keeping(browser=60), "public, max-age=60, s-maxage=8"),
    "browser over private": ("private, max-age=7", keeping(browser=60), "private, max-age=60"),
    "browser over no-store": ("no-store", keeping(browser=60), "private, max-age=60"),
    "browser over no-cache": ("no-cache", keeping(browser=60), "public, max-age=60, s-maxage=0"),
    "browser over no age": ("no-transform", keeping(browser=60), "public, max-age=60, s-maxage=86400, no-transform"),
    "stale is kept": (
        "max-age=7, stale-while-revalidate=9, stale-if-error=8",
        keeping(edge=60),
        "public, max-age=7, s-maxage=60, stale-while-revalidate=9, stale-if-error=8",
    ),
    "immutable is not": ("max-age=7, immutable", keeping(browser=60), "public, max-age=60, s-maxage=7"),
    "broken number": ("max-age=x", keeping(browser=60), "public, max-age=60, s-maxage=0"),
    "default for silence": (None, keeping(default=60), "public, max-age=60"),
    "default is no more": ("max-age=7", keeping(default=60), "max-age=7"),
    "by status": (None, keeping(edge=600, custom={"200": 5}), "public, max-age=86400, s-maxage=5"),
    "any status": (None, keeping(edge=600, custom={"any": 6}), "public, max-age=86400, s-maxage=6"),
    "another status": (None, keeping(custom={"404": 6}), "public, max-age=86400"),
    "signed": (None, keeping(left=30), "public, max-age=30, stale-if-error=0"),
    "signed for long": (None, keeping(left=DAY * 9), "public, max-age=86400, stale-if-error=0"),
    "signed, and a rule": (
        None,
        keeping(edge=600, browser=10, left=30),
        "public, max-age=10, s-maxage=30, stale-if-error=0",
    ),
    "signed, stale": ("max-age=99, stale-if-error=99", keeping(left=30), "public, max-age=30, stale-if-error=0"),
    "signed, no-store": ("no-store", keeping(left=30), "private, no-store"),
    "signed for one": (None, keeping(left=30, one_viewer=True), "private, max-age=30"),
    "signed for one, and a rule": (None, keeping(edge=600, left=30, one_viewer=True), "private, max-age=30"),
}


@pytest.mark.parametrize(("own", "kept", "expected"), IMAGES.values(), ids=IMAGES)
def test_images(own: str | None, kept: CachePolicy, expected: str) -> None:
    """The original's own word counts until a rule says otherwise, and never beyond the end of a signature."""
    assert cache_control.image(own, kept) == expected


@pytest.mark.parametrize(
    ("own", "kept", "expected"),
    [
        (None, keeping(), "public, max-age=5"),
        (None, keeping(edge=DAY, browser=DAY), "public, max-age=5"),
        (None, keeping(edge=0, browser=DAY), "public, max-age=5, s-maxage=0"),
        ("max-age=1", keeping(), "public, max-age=1"),
        ("max-age=99, stale-if-error=99", keeping(edge=DAY), "public, max-age=5"),
        ("private, max-age=99", keeping(), "private, max-age=5"),
        ("no-store", keeping(), "private, no-store"),
    ],
)
def test_seconds(own: str | None, kept: CachePolicy, expected: str) -> None:
    """What another invocation may do better is kept for seconds by everybody, whatever a rule says."""
    assert cache_control.image(own, kept, max_seconds=5) == expected


ERRORS = {
    "nothing set": (404, keeping(), "public, max-age=5"),
    "value is not for errors": (404, keeping(edge=DAY, browser=DAY), "public, max-age=5"),
    "by status": (404, keeping(custom={"404": 60}), "public, max-age=5, s-maxage=60"),
    "any": (403, keeping(custom={"any": 60}), "public, max-age=5, s-maxage=60"),
    "not at all": (404, keeping(custom={"404": 0}), "public, max-age=5, s-maxage=0"),
    "ours": (500, keeping(custom={"500": DAY, "any": DAY}), "public, max-age=5"),
    "the origin's": (504, keeping(custom={"any": DAY}), "public, max-age=5"),
    "for one viewer": (403, keeping(custom={"403": DAY}, one_viewer=True), "private, no-store"),
    "on a signed address": (404, keeping(custom={"404": DAY}, left=30), "public, max-age=5"),
}


@pytest.mark.parametrize(("status", "kept", "expected"), ERRORS.values(), ids=ERRORS)
def test_errors(status: int, kept: CachePolicy, expected: str) -> None:
    """Seconds; a rule may give statuses of 4xx more, and never those of 5xx."""
    assert cache_control.error(status, kept) == expected


def test_of_options() -> None:
    """A signature that holds the viewer's address is for one viewer."""
    options = Options(
        edge_cache=EdgeCache(enabled=True, value=1), secure_key=SecureKey(enabled=True, with_address=True)
    )
    assert CachePolicy.of(options, 9) == CachePolicy(options.edge_cache, None, 9, one_viewer=True)
    assert CachePolicy.of(Options()) == CachePolicy()


OWN = (
    st.none()
    | st.text()
    | st.lists(
        st.sampled_from(
            ["no-store", "private", "no-cache", "public", "max-age=9", "s-maxage=99", 'private="x"', "max-age="]
        )
    ).map(",".join)
)


@given(OWN, st.none() | st.integers(0, DAY), st.none() | st.integers(0, DAY), st.none() | st.integers(1, 9))
def test_anything(own: str | None, edge: int | None, browser: int | None, left: int | None) -> None:
    """Whatever an original says, the answer can be sent, and a signature's end is never passed."""
    told = cache_control.image(own, keeping(edge, browser, left=left))
    assert told.isascii()
    assert told.isprintable() or not told
    if left is not None:
        assert all(int(word.partition("=")[2]) <= left for word in told.split(", ") if "age=" in word)


# The original's Cache-Control, the policy, and the result for an image that will be refined.
REFINING: dict[str, tuple[str | None, CachePolicy, str]] = {
    "nothing said": (None, keeping(), "public, max-age=86400, s-maxage=60"),
    "long": ("max-age=600", keeping(), "public, max-age=600, s-maxage=60"),
    "short": ("max-age=7,  immutable", keeping(), "max-age=7,  immutable"),
    "a minute": ("max-age=60", keeping(), "max-age=60"),
    "shared": ("max-age=7, s-maxage=900", keeping(), "public, max-age=7, s-maxage=60"),
    "shared and short": ("max-age=900, s-maxage=7", keeping(), "max-age=900, s-maxage=7"),
    "private": ("private, max-age=600", keeping(), "private, max-age=600"),
    "never": ("no-store", keeping(), "no-store"),
    "always asked": ("no-cache", keeping(), "no-cache"),
    "edge": (None, keeping(edge=600), "public, max-age=86400, s-maxage=60"),
    "edge short": (None, keeping(edge=5), "public, max-age=86400, s-maxage=5"),
    "browser": (None, keeping(browser=3600), "public, max-age=3600, s-maxage=60"),
    "words stay": (
        "max-age=600, stale-while-revalidate=9, no-transform",
        keeping(),
        "public, max-age=600, s-maxage=60, no-transform, stale-while-revalidate=9",
    ),
    "signed": (None, keeping(left=600), "public, max-age=600, s-maxage=60, stale-if-error=0"),
    "signed and ending": (None, keeping(left=5), "public, max-age=5, stale-if-error=0"),
    "for one viewer": (None, keeping(left=600, one_viewer=True), "private, max-age=600"),
}


@pytest.mark.parametrize(("own", "kept", "told"), REFINING.values(), ids=REFINING)
def test_refining(own: str | None, kept: CachePolicy, told: str) -> None:
    """The edge keeps it for a minute at most; browsers and shorter times are not affected."""
    assert cache_control.image(own, kept, max_edge_seconds=cache_control.REFINING_SECONDS) == told


def test_refining_and_passing() -> None:
    """The shorter of both counts."""
    assert cache_control.image(None, keeping(), max_seconds=5, max_edge_seconds=60) == "public, max-age=5"
