"""`fit=contain` and `fit=pad` (docs/specification.md#section-10-pad)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.formats import PNG
from imagestack.geometry import Box, Size
from imagestack.plan.work import Facts
from imagestack.request.query import spell
from tests.support.decided import WOULD_ENLARGE, decided, skip, work
from tests.support.strategies import gravities, sizes


@pytest.mark.parametrize(
    ("query", "size"),
    [
        ("width=200&height=200", (200, 150)),
        ("width=200&height=100", (133, 100)),
        ("width=400&height=1", (1, 1)),
        ("width=1000&height=150", (200, 150)),
        ("width=399&height=300", (399, 299)),
    ],
)
def test_contain(query: str, size: tuple[int, int]) -> None:
    """The largest size within width and height, with nothing cut."""
    found = work(f"{query}&fit=contain")
    assert (found.operations, found.size, found.cut) == (("resize",), Size(*size), None)


def test_contain_never_enlarges() -> None:
    """A box that is larger on both sides is skipped with its reason."""
    assert skip("width=401&height=301&fit=contain").reasons == (WOULD_ENLARGE,)


# original, query, operations, canvas, place of the picture.
CANVASES = [
    # 37.5 free rows above round up.
    ((400, 300), "width=300&height=300", ("resize", "pad"), (300, 300), (0, 38, 300, 263)),
    ((400, 300), "width=300&height=300&gravity=north", ("resize", "pad"), (300, 300), (0, 0, 300, 225)),
    ((400, 300), "width=300&height=300&gravity=southwest", ("resize", "pad"), (300, 300), (0, 75, 300, 300)),
    ((300, 400), "width=300&height=300&gravity=west", ("resize", "pad"), (300, 300), (0, 0, 225, 300)),
    ((300, 400), "width=300&height=300&gravity=northeast", ("resize", "pad"), (300, 300), (75, 0, 300, 300)),
    # Never enlarged.
    ((400, 300), "width=800&height=600", ("pad",), (800, 600), (200, 150, 600, 450)),
    ((400, 300), "width=400&height=301&gravity=south", ("pad",), (400, 301), (0, 1, 400, 301)),
    # A point lies at the centre of the canvas, as far as the picture stays within: 150 - 22.5, 150 - 112.5, 150 - 180.
    ((400, 300), "width=300&height=300&gravity=x0p,y10p", ("resize", "pad"), (300, 300), (0, 75, 300, 300)),
    ((400, 300), "width=300&height=300&gravity=x0p,y50p", ("resize", "pad"), (300, 300), (0, 38, 300, 263)),
    ((400, 300), "width=300&height=300&gravity=x0p,y80p", ("resize", "pad"), (300, 300), (0, 0, 300, 225)),
    ((100, 100), "width=500&height=100&gravity=x25p,y0p", ("pad",), (500, 100), (225, 0, 325, 100)),
    # One free row: half of it rounds up. Above the point at row 0, 150 and 300 there would be 150.5, 0.5 and no rows.
    ((400, 300), "width=400&height=301", ("pad",), (400, 301), (0, 1, 400, 301)),
    ((400, 300), "width=400&height=301&gravity=x50p,y0p", ("pad",), (400, 301), (0, 1, 400, 301)),
    ((400, 300), "width=400&height=301&gravity=x50p,y50p", ("pad",), (400, 301), (0, 1, 400, 301)),
    ((400, 300), "width=400&height=301&gravity=x50p,y100p", ("pad",), (400, 301), (0, 0, 400, 300)),
    # After the crop.
    ((400, 300), "width=200&height=200&crop=100,100", ("resize", "crop", "pad"), (200, 200), (50, 50, 150, 150)),
    # The point (60, 135) of 300x225 is (30, 85) of the crop.
    (
        (400, 300),
        "width=300&height=300&crop=100,100,x30,y50&gravity=x20p,y60p",
        ("resize", "crop", "pad"),
        (300, 300),
        (120, 65, 220, 165),
    ),
    # With enlarge the picture grows too, up to 4 times.
    ((400, 300), "width=800&height=800&enlarge=true", ("resize", "pad"), (800, 800), (0, 100, 800, 700)),
    ((400, 300), "width=4000&height=4000&enlarge=true", ("resize", "pad"), (4000, 4000), (1200, 1400, 2800, 2600)),
    # Up to 8,192 pixels a side; a longer side of the original allows more.
    ((400, 300), "width=8192&height=300", ("pad",), (8192, 300), (3896, 0, 4296, 300)),
    ((400, 300), "width=9000&height=4500&enlarge=clamp", ("pad",), (8192, 4096), (3896, 1898, 4296, 2198)),
    ((9000, 300), "width=9000&height=400&gravity=north", ("pad",), (9000, 400), (0, 0, 9000, 300)),
    ((300, 9000), "width=400&height=9000&gravity=west", ("pad",), (400, 9000), (0, 0, 300, 9000)),
    # A density is lowered to the longest canvas: to 8192/8000, and for the longer original to 9000/4000.
    ((6000, 5000), "width=2000&height=8000&dpr=2", ("resize", "pad"), (2048, 8192), (0, 3243, 2048, 4950)),
    ((5000, 6000), "width=8000&height=2000&dpr=2", ("resize", "pad"), (8192, 2048), (3243, 0, 4950, 2048)),
    ((9000, 100), "width=4000&height=50&dpr=3", ("pad",), (9000, 113), (0, 7, 9000, 107)),
]


@pytest.mark.parametrize(
    ("original", "query", "operations", "canvas", "place"), CANVASES, ids=[f"{row[0]}-{row[1]}" for row in CANVASES]
)
def test_pad(
    original: tuple[int, int],
    query: str,
    operations: tuple[str, ...],
    canvas: tuple[int, int],
    place: tuple[int, int, int, int],
) -> None:
    """The picture lies on a canvas of exactly width and height."""
    found = work(f"{query}&fit=pad", Facts(PNG, Size(*original)))
    assert (found.operations, found.size, found.reasons) == (operations, Size(*canvas), ())
    assert found.padded
    assert found.padded.picture == Box(*place)


def test_the_size_of_the_picture() -> None:
    """A canvas as large as the picture is no operation."""
    assert skip("width=400&height=300&fit=pad").reasons == ()
    assert work("width=200&height=150&fit=pad").operations == ("resize",)


@pytest.mark.parametrize("query", ["width=8193&height=10", "width=10&height=9999999999"])
def test_large_canvas(query: str) -> None:
    """A canvas over the limit skips resize and pad with one reason."""
    assert skip(f"{query}&fit=pad").reasons == (WOULD_ENLARGE,)


@given(st.integers(1, 8192), st.integers(1, 8192), gravities, sizes)
def test_canvases(width: int, height: int, gravity: object, original: Size) -> None:
    """Whatever the original and the gravity, the result has the requested size, and the picture lies within it."""
    where = spell({"gravity": gravity})
    found = decided(f"width={width}&height={height}&fit=pad&{where}&fmt=png,webp", Facts(PNG, original))
    size = getattr(found, "size", original)
    assert size == Size(width, height)
    padded = getattr(found, "padded", None)
    if padded:
        box = padded.picture
        assert 0 <= box.left < box.right <= width
        assert 0 <= box.top < box.bottom <= height
