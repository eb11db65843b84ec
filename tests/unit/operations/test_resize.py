"""What a resize comes to (docs/specification.md#section-3)."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imagestack.geometry import Box, Size
from imagestack.operations.resize import Fit, Resize, Resized
from tests.support.boxes import assert_inside
from tests.support.settling import settled
from tests.support.strategies import asked, part, resizes, single_resizes, sizes

WOULD_ENLARGE = "resizing: destination image width or height parameter is more than the original image size"
LARGEST = 9_999_999_999


def resize_of(query: str) -> Resize:
    found = part(asked(query), Resize)
    assert isinstance(found, Resize)
    return found


# original, query, size.
SIZES = [
    # One number: the other follows.
    ((400, 300), "width=200", (200, 150)),
    ((400, 300), "height=150", (200, 150)),
    ((10, 2), "width=2", (2, 1)),
    ((2, 10), "height=2", (1, 2)),
    ((400, 301), "width=200", (200, 151)),
    ((301, 400), "height=200", (151, 200)),
    ((1000, 1), "width=1", (1, 1)),
    ((1, 1000), "height=1", (1, 1)),
    ((400, 300), "width=1", (1, 1)),
    # fit: exactly both numbers.
    ((499, 333), "width=200&height=100", (200, 100)),
    ((400, 300), "width=100&height=200", (100, 200)),
    ((400, 300), "width=399&height=300", (399, 300)),
    ((400, 300), "width=1&height=300", (1, 300)),
    # bounds: by the greater of the two requested numbers.
    ((500, 333), "width=200&height=100&fit=bounds", (200, 133)),
    ((1000, 500), "width=500&height=300&fit=bounds", (500, 250)),
    ((400, 300), "width=100&height=200&fit=bounds", (267, 200)),
    ((400, 300), "width=100&height=100&fit=bounds", (100, 75)),
    # cover: by the smaller.
    ((500, 333), "width=200&height=100&fit=cover", (150, 100)),
    ((1000, 500), "width=500&height=300&fit=cover", (600, 300)),
    ((400, 300), "width=100&height=200&fit=cover", (100, 75)),
    ((400, 300), "width=100&height=100&fit=cover", (133, 100)),
    # A requested number beyond the original is no matter if it does not decide.
    ((400, 300), "width=401&height=100&fit=cover", (133, 100)),
    # force: both numbers, whatever the ratio.
    ((400, 300), "width=300&height=10&fit=force", (300, 10)),
    ((400, 300), "width=400&height=1&fit=force", (400, 1)),
]


@pytest.mark.parametrize(("original", "query", "size"), SIZES, ids=[f"{row[0]}-{row[1]}" for row in SIZES])
def test_resize_sizes(original: tuple[int, int], query: str, size: tuple[int, int]) -> None:
    """A resize gives the documented size."""
    resized = settled(resize_of(query), Size(*original))
    assert isinstance(resized, Resized)
    assert resized.size == Size(*size)


def test_fit_cuts_evenly() -> None:
    """The documented picture: 499x333 with 200x100 gives the scaled 200x133 cut at y=17."""
    assert settled(Resize(200, 100), Size(499, 333)) == Resized(Size(200, 133), Box(0, 17, 200, 117))


def test_fit_cuts_the_sides() -> None:
    """An upright target of a wide picture is scaled by the height, 400x300 to 267x200, and cut left and right."""
    assert settled(Resize(100, 200), Size(400, 300)) == Resized(Size(267, 200), Box(84, 0, 184, 200))


@pytest.mark.parametrize("query", ["width=200", "width=200&height=100&fit=force", "width=200&height=100&fit=bounds"])
def test_only_fit_cuts(query: str) -> None:
    """Every other resize keeps all that it scales."""
    resized = settled(resize_of(query), Size(400, 300))
    assert isinstance(resized, Resized)
    assert resized.kept == Box(0, 0, resized.scaled.width, resized.scaled.height)


@pytest.mark.parametrize(
    "query",
    [
        "width=401",
        "height=301",
        "width=401&height=100",
        "width=100&height=301",
        "width=401&height=300&fit=force",
        "width=1&height=301&fit=force",
        "width=401&height=10&fit=bounds",
        # The greater number is the height, and one pixel more than there is.
        "width=10&height=301&fit=bounds",
        "width=401&height=401&fit=cover",
        f"width={LARGEST}",
        f"width={LARGEST}&height={LARGEST}&fit=force",
        f"height={LARGEST}",
    ],
)
def test_never_enlarge(query: str) -> None:
    """A resize whose result would be wider or taller than the original is skipped."""
    assert settled(resize_of(query), Size(400, 300)) == WOULD_ENLARGE


def test_enlarging_is_judged_on_the_result() -> None:
    """With bounds a width within the original can still ask for too much height."""
    assert settled(Resize(250, 251, Fit.BOUNDS), Size(100, 300)) == Resized(Size(84, 251), Box(0, 0, 84, 251))
    assert settled(Resize(300, 100, Fit.BOUNDS), Size(200, 300)) == WOULD_ENLARGE


@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize(("width", "height"), [(400, 300), (400, None), (None, 300)])
def test_same_size(width: int | None, height: int | None, fit: Fit) -> None:
    """A resize to the size that the image has is no operation."""
    assert settled(Resize(width, height, fit), Size(400, 300)) is None


@given(resizes, sizes)
def test_resize_never_enlarges(asked_for: Resize, original: Size) -> None:
    """A result is never wider or taller than the original, never below one pixel, and changes the size."""
    resized = settled(asked_for, original)
    if isinstance(resized, Resized):
        assert 1 <= resized.size.width <= original.width
        assert 1 <= resized.size.height <= original.height
        assert resized.size != original
        assert resized.scaled.width <= original.width
        assert resized.scaled.height <= original.height
        assert_inside(resized.kept, resized.scaled)


@given(sizes, st.data())
def test_fit_is_exact(original: Size, data: st.DataObject) -> None:
    """With fit the result has both requested numbers, and what is cut is shared within a pixel between both sides."""
    width = data.draw(st.integers(1, original.width))
    height = data.draw(st.integers(1, original.height))
    resized = settled(Resize(width, height), original)
    if (width, height) == (original.width, original.height):
        assert resized is None
        return
    assert isinstance(resized, Resized)
    assert resized.size == Size(width, height)
    # Scaled to cover and no further: one side fits at once.
    assert resized.scaled.width == width or resized.scaled.height == height
    assert resized.kept.left - (resized.scaled.width - resized.kept.right) in (0, 1)
    assert resized.kept.top - (resized.scaled.height - resized.kept.bottom) in (0, 1)


@given(single_resizes, sizes)
def test_aspect_ratio(asked_for: Resize, original: Size) -> None:
    """Resized by one number, the other side is the exact one, rounded to the nearest pixel, or one pixel."""
    resized = settled(asked_for, original)
    assume(isinstance(resized, Resized))
    assert isinstance(resized, Resized)
    width, height = resized.size.width, resized.size.height
    if asked_for.width is not None:
        assert width == asked_for.width
        assert abs(2 * (height * original.width - width * original.height)) <= original.width or height == 1
    else:
        assert height == asked_for.height
        assert abs(2 * (width * original.height - height * original.width)) <= original.height or width == 1


@given(st.integers(1, 4000), st.integers(1, 4000), sizes)
def test_bounds_and_cover(width: int, height: int, original: Size) -> None:
    """Bounds resizes by the greater number alone, cover by the smaller; ties: bounds the width, cover the height."""
    by_width, by_height = Resize(width, None), Resize(None, height)
    bounds = settled(Resize(width, height, Fit.BOUNDS), original)
    cover = settled(Resize(width, height, Fit.COVER), original)
    assert bounds == settled(by_width if width >= height else by_height, original)
    assert cover == settled(by_width if width < height else by_height, original)


def test_a_resize_needs_a_number() -> None:
    """A resize without any number is a mistake of the caller."""
    with pytest.raises(ValueError, match="needs a width or a height"):
        Resize(None, None)
