"""Sizes, boxes, operations and reasons compared with an independent reference (docs/specification.md#section-10)."""

from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imagestack.formats import PNG
from imagestack.geometry import Point, Size
from imagestack.limits import Limits
from imagestack.plan.work import Facts, Work
from imagestack.skips import join
from tests.support.depth import examples
from tests.support.reference.geometry import ENLARGES, Box, Pair, Settled, settle
from tests.support.reference.queries import Query, parsed, queries, spelled
from tests.support.results import decided

SIDES = (1, 5, 30, 300, 3000, 9000)
"""Orders of size; pictures of the last one may have sides beyond the limits."""

# What the words of the specification give for numbers that a person can check, to hold the reference itself to account.
WORKED = [
    # Section 3: the documented picture.
    ((499, 333), "width=200&height=100", (200, 100), "resize", ""),
    ((500, 333), "width=200&height=100&fit=bounds", (200, 133), "resize", ""),
    ((500, 333), "width=200&height=100&fit=cover", (150, 100), "resize", ""),
    ((10, 2), "width=2", (2, 1), "resize", ""),
    ((400, 300), "crop=4:5", (240, 300), "crop", ""),
    # dpr
    ((400, 300), "width=100&dpr=1.25", (125, 94), "resize", ""),
    ((400, 300), "width=100&height=50&dpr=2.75", (275, 138), "resize", ""),
    ((500, 400), "width=333&dpr=1.5", (500, 400), "", ""),
    ((500, 400), "width=300&crop=150,150&dpr=2", (250, 250), "crop", ""),
    ((400, 300), "width=401&dpr=2&crop=100,100", (100, 100), "crop", ENLARGES),
    ((400, 300), "width=300&height=300&fit=contain&dpr=2", (400, 300), "", ""),
    ((400, 300), "width=200&height=200&fit=pad&dpr=5", (400, 400), "pad", ""),
    ((400, 300), "crop=100,100,x200,y0&dpr=5", (133, 133), "crop", ""),
    ((400, 300), "crop=1:1&dpr=5", (300, 300), "crop", ""),
    # contain and pad
    ((640, 427), "width=300&height=300&fit=contain", (300, 200), "resize", ""),
    ((100, 100), "width=300&height=200&fit=contain", (100, 100), "", ENLARGES),
    ((100, 100), "width=300&height=200&fit=pad", (300, 200), "pad", ""),
    ((400, 300), "width=100&height=75&fit=pad", (100, 75), "resize", ""),
    ((400, 300), "width=8192&height=1&fit=pad", (8192, 1), "resize pad", ""),
    ((400, 300), "width=8193&height=200&fit=pad", (400, 300), "", ENLARGES),
    ((9000, 3), "width=9000&height=9&fit=pad", (9000, 9), "pad", ""),
    ((400, 300), "width=3000&height=300&fit=pad&dpr=3", (3000, 300), "pad", ""),
    ((4000, 30), "width=2500&height=300&fit=pad&dpr=5", (4000, 480), "pad", ""),
    # enlarge
    ((400, 300), "width=600&height=600&enlarge=clamp", (300, 300), "resize", ""),
    ((400, 300), "width=600&height=300&fit=force&enlarge=clamp", (400, 200), "resize", ""),
    *(
        ((400, 300), f"width=600&height=700&fit={fit}&enlarge=clamp", (400, 300), "", "")
        for fit in ("bounds", "cover", "contain")
    ),
    ((400, 300), "height=301&enlarge=clamp", (400, 300), "", ""),
    # Rounded, the smaller numbers of these would be a tie.
    ((400, 300), "width=599&height=600&fit=bounds&enlarge=clamp", (400, 300), "", ""),
    ((3000, 17), "width=9001&height=9000&fit=cover&enlarge=true", (8192, 46), "resize", ""),
    # The side at the limit has its full length.
    ((182, 2191), "width=3162&enlarge=true", (680, 8192), "resize", ""),
    ((1, 3277), "width=3&enlarge=true", (2, 8192), "resize", ""),
    ((400, 300), "width=2000&enlarge=true", (1600, 1200), "resize", ""),
    ((400, 300), "width=1600&height=1200&enlarge=true", (1600, 1200), "resize", ""),
    ((400, 300), "width=3200&height=1200&enlarge=true", (1600, 600), "resize", ""),
    ((400, 300), "width=1000&height=1000&fit=contain&enlarge=true", (1000, 750), "resize", ""),
    ((400, 300), "width=2000&height=2000&fit=pad&enlarge=true", (2000, 2000), "resize pad", ""),
    ((4096, 2), "width=9000&enlarge=true", (8192, 4), "resize", ""),
    ((9000, 2), "width=9001&enlarge=true", (9000, 2), "", ""),
    ((400, 300), "width=300&dpr=2&enlarge=true", (400, 300), "", ""),
    # area
    ((400, 300), "area=200,300&width=201", (200, 300), "area", ENLARGES),
    ((400, 300), "rotate=90&area=300,300&width=100&crop=50,40", (50, 40), "rotate area resize crop", ""),
]


@pytest.mark.parametrize(("size", "raw", "expected", "operations", "reasons"), WORKED)
def test_worked_by_hand(size: Pair, raw: str, expected: Pair, operations: str, reasons: str) -> None:
    """The reference gives the results that follow from the specification by hand, and so does the product."""
    settled = settle(parsed(raw), size)
    assert (settled.canvas, " ".join(settled.operations), "; ".join(settled.reasons)) == (expected, operations, reasons)
    assert_settled(settled, parsed(raw), None)


@examples(2_000)
@given(st.data())
def test_random(data: st.DataObject) -> None:
    """Every query of good values has the operations, the reasons, the size and the boxes of the reference."""
    side = data.draw(st.sampled_from(SIDES))
    size = data.draw(st.tuples(st.integers(1, side), st.integers(1, side)))
    # A larger original is refused, whatever the query says.
    assume(Limits().allow(Size(*size)))
    query = data.draw(queries(side))
    focus = data.draw(st.none() | st.tuples(st.integers(0, 100), st.integers(0, 100)))
    settled = settle(query, size, focus)
    assert_settled(settled, query, focus)


def assert_settled(settled: Settled, query: Query, focus: Pair | None) -> None:
    """Assert that the product settles the query as the reference does."""
    point = focus and Point(Fraction(focus[0], 100), Fraction(focus[1], 100))
    work = decided(Facts(PNG, Size(*settled.entered), focus=point), spelled(query))
    assert join(work.reasons) == "; ".join(settled.reasons)
    assert (work.operations if isinstance(work, Work) else ()) == settled.operations
    if isinstance(work, Work):
        assert (work.size.width, work.size.height) == settled.canvas
        assert work.area is None or box(work.area) == settled.area
        assert work.crop is None or box(work.crop) == settled.crop
        assert work.padded is None or box(work.padded.picture) == Box(settled.corner, settled.crop.size)
        if work.resized is not None:
            assert (work.resized.scaled.width, work.resized.scaled.height) == settled.scaled
            assert box(work.resized.kept) == settled.window


def box(found: object) -> Box:
    """A box of the product."""
    left, top, right, bottom = (getattr(found, name) for name in ("left", "top", "right", "bottom"))
    return Box((left, top), (right - left, bottom - top))
