"""`gravity` (docs/specification.md#section-10-gravity). Originals have 400x300 pixels."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.formats import PNG
from imagestack.geometry import Box, Point, Size
from imagestack.operations.framing import Framing
from imagestack.plan.focus import focus_point
from imagestack.plan.work import Facts
from tests.support.decided import work
from tests.support.strategies import gravities, sizes

# query, left and top of the kept part of the scaled picture.
FITS = [
    # 200x100 of 200x150.
    *(("width=200&height=100", where, (0, 0)) for where in ("north", "northeast", "northwest", "x10p,y10p", "x0p,y0p")),
    *(("width=200&height=100", where, (0, 25)) for where in ("center", "east", "west", "x90p,y50p", "focus")),
    *(("width=200&height=100", where, (0, 50)) for where in ("south", "southeast", "southwest", "x0p,y100p")),
    ("width=200&height=100", "x0p,y60p", (0, 40)),
    # 100x150 of 200x150.
    *(("width=100&height=150", where, (0, 0)) for where in ("west", "northwest", "southwest", "x25p,y0p")),
    *(("width=100&height=150", where, (50, 0)) for where in ("north", "south", "center")),
    *(("width=100&height=150", where, (100, 0)) for where in ("east", "northeast", "southeast", "x75p,y0p")),
    ("width=100&height=150", "x30p,y99p", (10, 0)),
]
CROPS = [
    ("crop=100,100", "northwest", (0, 0, 100, 100)),
    ("crop=100,100", "north", (150, 0, 250, 100)),
    ("crop=100,100", "east", (300, 100, 400, 200)),
    ("crop=100,100", "southeast", (300, 200, 400, 300)),
    ("crop=100,100", "x10p,y50p", (0, 100, 100, 200)),
    ("crop=100,100", "x50p,y50p", (150, 100, 250, 200)),
    ("crop=101,101", "center", (150, 100, 251, 201)),
    ("crop=4:5", "west", (0, 0, 240, 300)),
    ("crop=4:5", "east", (160, 0, 400, 300)),
    ("crop=4:5", "x60p,y0p", (120, 0, 360, 300)),
    # A position of its own counts.
    ("crop=100,100,x10,y20", "south", (10, 20, 110, 120)),
    ("crop=100,100,offset-x50,offset-y50", "north", (150, 100, 250, 200)),
    ("crop=4:5,offset-x0,offset-y0", "east", (0, 0, 240, 300)),
    # The point (60, 90) of the scaled 200x150 is (60, 50) of the part from row 40 on.
    ("width=200&height=100&crop=50,50", "x30p,y60p", (35, 25, 85, 75)),
    ("width=200&crop=50,50", "x30p,y60p", (35, 65, 85, 115)),
    # The point (80, 30) of the scaled 200x150 is (50, 30) of the part from column 30 on.
    ("width=100&height=150&crop=50,50", "x40p,y20p", (25, 5, 75, 55)),
]


@pytest.mark.parametrize(("query", "gravity", "corner"), FITS, ids=[f"{row[0]}-{row[1]}" for row in FITS])
def test_fit(query: str, gravity: str, corner: tuple[int, int]) -> None:
    """`fit=fit` cuts where gravity says."""
    resized = work(f"{query}&gravity={gravity}").resized
    assert resized
    assert (resized.kept.left, resized.kept.top) == corner


@pytest.mark.parametrize(("query", "gravity", "box"), CROPS, ids=[f"{row[0]}-{row[1]}" for row in CROPS])
def test_crop(query: str, gravity: str, box: tuple[int, int, int, int]) -> None:
    """A crop without a position lies where gravity says, around the same point as the resize."""
    assert work(f"{query}&gravity={gravity}").crop == Box(*box)


FOCUS = Facts(PNG, Size(400, 300), focus=Point(Fraction(3, 10), Fraction(4, 10)))


@pytest.mark.parametrize(
    ("query", "corner"),
    [
        ("", (70, 70)),
        # Clockwise, the left becomes the top: 60 % and 30 % of 300x400.
        ("rotate=90", (130, 70)),
        ("rotate=180", (230, 130)),
        ("rotate=270", (70, 230)),
        ("flip=h", (230, 70)),
        ("flip=v", (70, 130)),
        # (20, 120) of the area.
        ("area=200,200,x100,y0", (0, 70)),
        # (100, 80) of the area.
        ("area=300,200,x20,y40", (50, 30)),
        # Beyond the area, so at its edge.
        ("area=200,200,x200,y100", (0, 0)),
        # (60, 60) of 200x150.
        ("width=200", (10, 10)),
    ],
)
def test_focus(query: str, corner: tuple[int, int]) -> None:
    """The point that is stored with the original moves along with turns, area and resize."""
    crop = work(f"{query}&crop=100,100&gravity=focus", FOCUS).crop
    assert crop
    assert (crop.left, crop.top) == corner


@pytest.mark.parametrize(
    ("query", "corner"),
    [
        ("crop=100,100", (150, 100)),
        ("crop=100,100&gravity=center", (150, 100)),
        ("crop=100,100&gravity=southeast", (300, 200)),
        ("crop=100,100&gravity=x100p,y0p", (300, 0)),
        ("crop=100,100,x1,y2&gravity=focus", (1, 2)),
        ("crop=100,100,offset-x50,offset-y50&gravity=focus", (150, 100)),
    ],
)
def test_a_stored_point_that_is_not_asked_for(query: str, corner: tuple[int, int]) -> None:
    """Without `gravity=focus`, and for a crop with a position, the stored point has no effect."""
    crop = work(query, FOCUS).crop
    assert crop
    assert (crop.left, crop.top) == corner


@pytest.mark.parametrize(
    ("stored", "point"),
    [
        ("30,40", (Fraction(3, 10), Fraction(2, 5))),
        (" 30 , 40 ", (Fraction(3, 10), Fraction(2, 5))),
        ("0,100", (Fraction(0), Fraction(1))),
        ("33.3,66.67", (Fraction(333, 1000), Fraction(6667, 10000))),
    ],
)
def test_stored_points(stored: str, point: tuple[Fraction, Fraction]) -> None:
    """The metadata has percent from the left and from the top."""
    assert focus_point({"x-amz-meta-focus": stored}) == Point(*point)


@pytest.mark.parametrize(
    "stored", ["", "30", "30,", "101,5", "5,100.1", "-1,5", "a,b", "30,40,50", "1e1,5", "٣,4", "30;40"]
)
def test_unusable_points(stored: str) -> None:
    """Anything else counts as no point."""
    assert focus_point({"x-amz-meta-focus": stored}) is None
    assert focus_point({}) is None


@given(sizes, sizes, gravities)
def test_windows_stay_inside(picture: Size, window: Size, gravity: object) -> None:
    """A window lies within the picture, and where it is longer the picture lies within it."""
    corner = Framing.of(picture, Point(Fraction(1, 3), Fraction(9, 10))).corner(gravity, window)  # type: ignore[arg-type] # drawn from all kinds of gravity
    sides = zip(corner, (picture.width, picture.height), (window.width, window.height), strict=True)
    for start, length, kept in sides:
        assert min(0, length - kept) <= start <= max(0, length - kept)


@given(st.integers(0, 100), st.integers(1, 400))
def test_a_point_is_the_centre(percent: int, width: int) -> None:
    """Where the picture is large enough on both sides, the middle of the window is within half a pixel of the point."""
    found = work(f"crop={width},1&gravity=x{percent}p,y0p&fmt=webp")
    box = found.crop or Box(0, 0, 400, 1)
    off = abs((box.left + box.right) / 2 - percent * 4)
    assert off <= 0.5 or box.left == 0 or box.right == 400
