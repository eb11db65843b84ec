"""`dpr` (docs/specification.md#section-10-dpr). Originals have 400x300 pixels unless a row says otherwise."""

from decimal import Decimal

import pytest
from hypothesis import given

from imagestack.formats import PNG
from imagestack.geometry import Box, Size
from imagestack.operations.resize import Resize
from imagestack.plan.work import Facts, Skip
from tests.support.decided import CROP_TOO_LARGE, WOULD_ENLARGE, decided, skip, work
from tests.support.strategies import densities, resizes, sizes, spell_of

SIZES = [
    ((400, 300), "width=100&dpr=2", ("resize",), (200, 150)),
    # 93.75 rounds up.
    ((400, 300), "width=100&dpr=1.25", ("resize",), (125, 94)),
    # 499.5 rounds up, and the height follows: 333.6.
    ((640, 427), "width=333&dpr=1.5", ("resize",), (500, 334)),
    # Lowered to the original: by 4/3, where 266.7 rounds up.
    ((400, 300), "width=300&height=200&dpr=2", ("resize",), (400, 267)),
    ((400, 300), "width=100&height=100&fit=force&dpr=5", ("resize",), (300, 300)),
    ((400, 300), "width=100&height=200&fit=cover&dpr=2", ("resize",), (200, 150)),
    ((400, 300), "width=100&height=100&fit=contain&dpr=2", ("resize",), (200, 150)),
    ((400, 300), "width=100&height=100&fit=pad&dpr=2", ("resize", "pad"), (200, 200)),
    # The picture reaches its own size at 4.
    ((400, 300), "width=100&height=100&fit=pad&dpr=5", ("pad",), (400, 400)),
    ((400, 300), "width=200&crop=100,100&dpr=1.5", ("resize", "crop"), (150, 150)),
    ((400, 300), "crop=4:5&dpr=2", ("crop",), (240, 300)),
]


@pytest.mark.parametrize(
    ("original", "query", "operations", "size"), SIZES, ids=[f"{row[0]}-{row[1]}" for row in SIZES]
)
def test_sizes(original: tuple[int, int], query: str, operations: tuple[str, ...], size: tuple[int, int]) -> None:
    """Width, height and crop are multiplied, as far as the original is large enough."""
    found = work(query, Facts(PNG, Size(*original)))
    assert (found.operations, found.size, found.reasons) == (operations, Size(*size), ())


@pytest.mark.parametrize(
    "query", ["width=300&dpr=2", "height=100&dpr=5", "width=200&height=100&fit=bounds&dpr=3", "width=400&dpr=5"]
)
def test_the_whole_original(query: str) -> None:
    """Lowered to the size of the original, the resize is no operation and has no reason."""
    assert skip(query).reasons == ()


CROPS = [
    ("crop=100,50&dpr=2", (100, 100, 300, 200)),
    ("crop=100,50,x10,y20&dpr=2", (20, 40, 220, 140)),
    # Lowered to 2, where the height is that of the original.
    ("crop=150,150&dpr=5", (50, 0, 350, 300)),
    # Lowered to 1.5, where the area reaches the lower edge.
    ("crop=100,100,x100,y100&dpr=5", (150, 150, 300, 300)),
    # Lowered to 4 by the width, to 3 by the height, and to 2 by the right edge.
    ("crop=100,50&dpr=5", (0, 50, 400, 250)),
    ("crop=50,100&dpr=5", (125, 0, 275, 300)),
    ("crop=100,50,x100,y0&dpr=5", (200, 0, 400, 100)),
    # Lowered to 1.5: by the 150 rows below the percent, and by the height.
    ("crop=50,100,x0p,y50p&dpr=4", (0, 150, 75, 300)),
    ("crop=100,200,offset-x100,offset-y0&dpr=3", (250, 0, 400, 300)),
    # Percent are not multiplied.
    ("crop=100,100,x50p,y0p&dpr=3", (200, 0, 400, 200)),
    ("crop=50,50,x20p,y10p&dpr=2", (80, 30, 180, 130)),
    ("crop=100,100,offset-x0,offset-y100&dpr=2", (0, 100, 200, 300)),
    ("crop=100,50,offset-x0,offset-y50&dpr=2", (0, 100, 200, 200)),
    # A quarter of 250 unwanted columns is 62.5.
    ("crop=100,100,offset-x25,offset-y50&dpr=1.5", (63, 75, 213, 225)),
]


@pytest.mark.parametrize(("query", "box"), CROPS)
def test_crops(query: str, box: tuple[int, int, int, int]) -> None:
    """A crop without a resize has its pixels multiplied, as far as it still fits."""
    assert work(query).crop == Box(*box)


def test_one_density() -> None:
    """A crop has the density to which the resize was lowered: 500/300 of 150 pixels."""
    found = work("width=300&crop=150,150&dpr=2", Facts(PNG, Size(500, 400)))
    assert found.operations == ("crop",)
    assert found.crop == Box(125, 75, 375, 325)


def test_rounding_never_moves_a_crop_out() -> None:
    """102x76.5 is 102x77, and twice as much is 204x153: a crop of 77 rows gets 153, one at 39 starts at 77."""
    whole = work("width=102&crop=102,77&dpr=2")
    assert (whole.operations, whole.size) == (("resize",), Size(204, 153))
    assert work("width=102&crop=50,38,x52,y39&dpr=2").crop == Box(104, 77, 204, 153)
    upright = work("height=102&crop=77,102&dpr=2", Facts(PNG, Size(300, 400)))
    assert (upright.operations, upright.size) == (("resize",), Size(153, 204))
    assert work("height=102&crop=38,50,x39,y52&dpr=2", Facts(PNG, Size(300, 400))).crop == Box(77, 104, 153, 204)


def test_what_does_not_fit_without_it() -> None:
    """A request that enlarges or crops too much at 1 has its reason at any density."""
    assert skip("width=500&dpr=2").reasons == (WOULD_ENLARGE,)
    found = work("width=200&crop=201,10&dpr=1.5")
    assert (found.operations, found.reasons) == (("resize",), (CROP_TOO_LARGE,))
    # 100x100 is kept of 133x100.
    kept = work("width=100&height=100&crop=101,50&dpr=2")
    assert (kept.operations, kept.size, kept.reasons) == (("resize",), Size(200, 200), (CROP_TOO_LARGE,))
    beside = work("width=500&crop=100,100&dpr=2")
    assert (beside.operations, beside.size, beside.reasons) == (("crop",), Size(100, 100), (WOULD_ENLARGE,))


@given(resizes, densities, sizes)
def test_it_causes_no_skip(resize: Resize, density: Decimal, original: Size) -> None:
    """A density never gives a reason that the request does not have without it."""
    query = spell_of(resize)
    facts = Facts(PNG, original)
    plain, dense = decided(query, facts), decided(f"{query}&dpr={density}", facts)
    assert dense.reasons == plain.reasons
    if not isinstance(dense, Skip) and "fit=pad" not in query:
        assert dense.size.width <= original.width
        assert dense.size.height <= original.height
