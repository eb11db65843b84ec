"""`enlarge` (docs/specification.md#section-10-enlarge)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.formats import PNG
from imagestack.geometry import Box, Size
from imagestack.operations.resize import Fit, Resize
from imagestack.plan.work import Facts, Skip
from tests.support.decided import CROP_TOO_LARGE, WOULD_ENLARGE, decided, skip, work
from tests.support.strategies import resizes, sizes, spell_of

# original, query, size.
CLAMPED = [
    ((400, 300), "width=600&height=600", (300, 300)),
    ((400, 300), "width=800&height=200", (400, 100)),
    ((400, 300), "width=800&height=100&fit=force", (400, 50)),
    ((400, 300), "width=401&height=300", (400, 299)),
    # What fits is not touched.
    ((400, 300), "width=200", (200, 150)),
]
ENLARGED = [
    ((400, 300), "width=800", (800, 600)),
    ((400, 300), "width=2000", (1600, 1200)),
    ((400, 300), "height=1201", (1600, 1200)),
    ((400, 300), "width=600&height=600", (600, 600)),
    # 1600/3000 of 3000x1000.
    ((400, 300), "width=3000&height=1000", (1600, 533)),
    ((400, 300), "width=500&height=100&fit=force", (500, 100)),
    ((400, 300), "width=500&height=600&fit=bounds", (800, 600)),
    ((400, 300), "width=500&height=600&fit=cover", (500, 375)),
    ((400, 300), "width=600&height=600&fit=contain", (600, 450)),
    # 8,192 a side: 8192/3000 of 100 rows are 273.07, and of 7 columns 19.1.
    ((3000, 100), "width=10000", (8192, 273)),
    ((7, 3000), "height=9000", (19, 8192)),
    # A side that is longer already may become no longer.
    ((9000, 100), "width=9000&height=400&fit=force", (9000, 400)),
    ((400, 300), "width=200", (200, 150)),
]


def _ids(rows: list[tuple[tuple[int, int], str, tuple[int, int]]]) -> list[str]:
    return [f"{original}-{query}" for original, query, _ in rows]


@pytest.mark.parametrize(("original", "query", "size"), CLAMPED, ids=_ids(CLAMPED))
def test_clamp(original: tuple[int, int], query: str, size: tuple[int, int]) -> None:
    """The result is the largest of the requested shape that the original holds."""
    found = work(f"{query}&enlarge=clamp", Facts(PNG, Size(*original)))
    assert (found.operations, found.size, found.reasons) == (("resize",), Size(*size), ())


def test_clamp_cuts_evenly() -> None:
    """A square of a wide original is cut from its middle and not scaled."""
    resized = work("width=600&height=600&enlarge=clamp").resized
    assert resized
    assert (resized.scaled, resized.kept) == (Size(400, 300), Box(50, 0, 350, 300))


@pytest.mark.parametrize("density", ["", "&dpr=2"])
def test_a_crop_of_a_clamped_picture(density: str) -> None:
    """A crop has the pixels that it asks for, in the clamped picture of 300x300."""
    query = f"width=600&height=600&enlarge=clamp{density}"
    assert work(f"{query}&crop=200,100").crop == Box(50, 100, 250, 200)
    found = work(f"{query}&crop=301,10")
    assert (found.operations, found.size, found.reasons) == (("resize",), Size(300, 300), (CROP_TOO_LARGE,))


def test_a_crop_of_an_enlarged_picture() -> None:
    """A crop may be larger than the original, up to the enlarged picture of 800x600."""
    assert work("width=800&enlarge=true&crop=700,500").crop == Box(50, 50, 750, 550)
    assert work("width=800&enlarge=true&crop=801,500").reasons == (CROP_TOO_LARGE,)


@pytest.mark.parametrize(
    "query",
    [
        "width=401",
        "height=301",
        "width=800&height=100&fit=bounds",
        "width=500&height=600&fit=cover",
        "width=800&height=900&fit=contain",
        "width=400&height=300",
    ],
)
def test_clamp_of_the_originals_shape(query: str) -> None:
    """Where the shape is that of the original, all of it is the result, which is no operation."""
    assert skip(f"{query}&enlarge=clamp").reasons == ()


@pytest.mark.parametrize(("original", "query", "size"), ENLARGED, ids=_ids(ENLARGED))
def test_true(original: tuple[int, int], query: str, size: tuple[int, int]) -> None:
    """The picture is enlarged, up to 4 times and up to 8,192 pixels a side."""
    found = work(f"{query}&enlarge=true", Facts(PNG, Size(*original)))
    assert (found.operations, found.size, found.reasons) == (("resize",), Size(*size), ())


@pytest.mark.parametrize(
    ("query", "enlarges"),
    [
        ("width=400&height=10&fit=force", False),
        ("width=350&height=300&fit=force", False),
        ("width=401&height=10&fit=force", True),
        ("width=10&height=301&fit=force", True),
        # 200x100 enters the resize.
        ("area=200,100&width=250", True),
        ("area=100,200&height=180", False),
        ("width=500&height=400&fit=pad", True),
        ("width=200&height=400&fit=pad", False),
        ("crop=10,10", False),
    ],
)
def test_what_enlarges(query: str, *, enlarges: bool) -> None:
    """A resize enlarges where a side gets longer than that of the picture that enters it."""
    assert work(f"{query}&enlarge=true").enlarges is enlarges


def test_an_enlarged_original_is_not_streamed() -> None:
    """The streaming decoder would enlarge by another filter than Lanczos."""
    assert work("width=200&enlarge=true").streams
    assert not work("width=401&enlarge=true").streams
    assert not work("width=401&height=10&fit=force&enlarge=true").streams


def test_it_does_not_raise_the_density() -> None:
    """The density is lowered to what the original holds, also where enlarging is allowed."""
    assert skip("width=300&dpr=2&enlarge=true").reasons == ()


@pytest.mark.parametrize("query", ["width=401", "width=401&enlarge=false", "width=401&enlarge=yes"])
def test_without_it(query: str) -> None:
    """Without a usable value an enlarging resize is skipped."""
    assert skip(query).reasons == (WOULD_ENLARGE,)


@given(st.integers(1, 5000), st.integers(1, 5000), sizes)
def test_clamped_shape(width: int, height: int, original: Size) -> None:
    """A clamped result lies within the original, touches one of its sides, and has the shape within rounding."""
    resize = Resize(width, height)
    found = decided(f"{spell_of(resize)}&enlarge=clamp", Facts(PNG, original))
    size = original if isinstance(found, Skip) else found.size
    assert not found.reasons
    if width > original.width or height > original.height:
        assert size.width == original.width or size.height == original.height
        assert abs(size.width * height - size.height * width) <= max(width, height)
    else:
        assert size == Size(width, height)


@given(resizes, sizes)
def test_limits(resize: Resize, original: Size) -> None:
    """An enlarged side has at most 4 times its length and 8,192 pixels."""
    if resize.fit is Fit.PAD:
        return
    found = decided(f"{spell_of(resize)}&enlarge=true", Facts(PNG, original))
    assert not found.reasons
    if not isinstance(found, Skip):
        for side, before in zip((found.size.width, found.size.height), (original.width, original.height), strict=True):
            assert 1 <= side <= max(before, min(4 * before, 8192))
