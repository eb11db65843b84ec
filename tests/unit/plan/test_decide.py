"""What a plan comes to for one original; quality and means have files of their own.

See docs/specification.md#section-4 and #section-6.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.formats import AVIF, JPEG, PNG, WEBP, Format
from imagestack.geometry import Size
from imagestack.limits import Budget, Limits
from imagestack.operations.resize import Enlarge
from imagestack.plan.decide import decide, without_conversion
from imagestack.plan.plan import make_plan
from imagestack.plan.work import Facts, Skip, Work
from imagestack.quality import ScoreTarget
from imagestack.rules.options import ImageStack
from imagestack.skips import SkipReason
from tests.support.decided import (
    A_JPEG,
    A_PNG,
    AVIF_FAILED,
    CROP_TOO_LARGE,
    LARGE,
    PLENTY,
    QUALITY_ALONE,
    RATE_LIMIT,
    TOO_LARGE,
    WEBP_FAILED,
    WOULD_ENLARGE,
    plan,
    skip,
    work,
)
from tests.support.strategies import options, parameters, sizes


@pytest.mark.parametrize(
    ("query", "operations", "size"),
    [
        ("fmt=webp", ("convert",), (400, 300)),
        ("width=200", ("resize",), (200, 150)),
        ("crop=1:1", ("crop",), (300, 300)),
        ("width=200&crop=1:1", ("resize", "crop"), (150, 150)),
        ("crop=1:1&fmt=avif", ("crop", "convert"), (300, 300)),
        ("fmt=webp&crop=100,100&width=200", ("resize", "crop", "convert"), (100, 100)),
        # No-ops are not performed.
        ("width=400&fmt=webp", ("convert",), (400, 300)),
        ("crop=400,300&fmt=webp", ("convert",), (400, 300)),
        ("width=400&crop=1:1", ("crop",), (300, 300)),
    ],
)
def test_operations(query: str, operations: tuple[str, ...], size: tuple[int, int]) -> None:
    """Operations are performed in the order resize, crop, convert; a crop refers to the resized picture."""
    found = work(query)
    assert found.operations == operations
    assert found.size == Size(*size)
    assert found.reasons == ()
    assert found.transient is False
    assert found.convert_only is (operations == ("convert",))


@pytest.mark.parametrize(
    ("facts", "query", "fmt"),
    [
        (A_JPEG, "width=5", JPEG),
        (A_PNG, "width=5", PNG),
        (A_JPEG, "width=5&fmt=webp", WEBP),
        (A_PNG, "width=5&fmt=avif", AVIF),
        (A_JPEG, "fmt=webp,avif", WEBP),
        (A_JPEG, "fmt=avif,webp", AVIF),
    ],
)
def test_format(facts: Facts, query: str, fmt: Format) -> None:
    """JPEG stays JPEG and PNG stays PNG unless converted, to the first format of the plan."""
    assert work(query, facts).format is fmt


@pytest.mark.parametrize(
    ("query", "operations", "reason"),
    [
        ("width=401&fmt=webp", ("convert",), WOULD_ENLARGE),
        ("crop=401,1&fmt=webp", ("convert",), CROP_TOO_LARGE),
        ("width=401&crop=1:1", ("crop",), WOULD_ENLARGE),
        ("width=200&crop=201,10", ("resize",), CROP_TOO_LARGE),
        # The resize is skipped, so that the crop refers to the original.
        ("width=401&crop=400,100", ("crop",), WOULD_ENLARGE),
    ],
)
def test_skipped_operations(query: str, operations: tuple[str, ...], reason: str) -> None:
    """What cannot be done leaves the rest running, with its reason."""
    found = work(query)
    assert found.operations == operations
    assert found.reasons == (reason,)


@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        ("width=401", (WOULD_ENLARGE,)),
        ("crop=401,1", (CROP_TOO_LARGE,)),
        ("width=401&crop=401,1", (WOULD_ENLARGE, CROP_TOO_LARGE)),
        ("width=400", ()),
        ("crop=4:3", ()),
    ],
)
def test_nothing_left(query: str, reasons: tuple[SkipReason, ...]) -> None:
    """If nothing is left to do, the original is returned; it costs nothing to find that out again."""
    assert skip(query) == Skip(reasons, transient=False, remember=False)


LIMITS = Limits(original_pixels=1000 * 1000, original_side=2000)


@pytest.mark.parametrize(
    ("size", "allowed"),
    [((1000, 1000), True), ((1000, 1001), False), ((2000, 500), True), ((2001, 1), False), ((1, 2001), False)],
)
def test_limits(size: tuple[int, int], allowed: object) -> None:
    """An original over the limits on pixels or sides is not decoded."""
    found = decide(plan("fmt=webp"), Facts(JPEG, Size(*size)), LIMITS, PLENTY)
    assert isinstance(found, Work) is allowed
    assert LIMITS.allow(Size(*size)) is allowed
    if not allowed:
        assert found == Skip((TOO_LARGE,))


HUGE = Facts(JPEG, Size(3000, 3000), quality=85)


@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        # Parameter reasons stand before the whole-image reason.
        ("width=3001&fmt=webp", (WOULD_ENLARGE, TOO_LARGE)),
        # Nothing to do stops before the limits are looked at.
        ("width=3001", (WOULD_ENLARGE,)),
        ("width=3000", ()),
        ("quality=80", (QUALITY_ALONE,)),
        # Too large comes before OriginQ against DesiredQ.
        ("fmt=webp&quality=100", (TOO_LARGE,)),
        ("width=5", (TOO_LARGE,)),
    ],
)
def test_order_of_checks(query: str, reasons: tuple[SkipReason, ...]) -> None:
    """Nothing to do, too large, OriginQ against DesiredQ: the first that applies decides."""
    assert decide(plan(query), HUGE, LIMITS, PLENTY) == Skip(reasons)


WIDE = Facts(PNG, Size(16_384, 10))


@pytest.mark.parametrize(
    ("query", "fmt", "reasons"),
    [
        ("fmt=webp,avif", AVIF, ()),
        ("fmt=avif,webp", AVIF, ()),
        ("fmt=webp&width=16383", WEBP, ()),
        ("fmt=webp&crop=16383,10", WEBP, ()),
        ("fmt=webp&crop=16384,9", PNG, (WEBP_FAILED,)),
    ],
)
@pytest.mark.parametrize("upright", [False, True], ids=["wide", "tall"])
def test_sides(query: str, fmt: Format, reasons: tuple[SkipReason, ...], upright: object) -> None:
    """A side over WebP's 16,383 takes the next accepted format first; what counts is the result."""
    facts = Facts(PNG, WIDE.size.swapped) if upright else WIDE
    if upright:
        query = query.replace("width=", "height=")
        query = query.replace("crop=16383,10", "crop=10,16383").replace("crop=16384,9", "crop=9,16384")
    found = work(query, facts)
    assert (found.format, found.reasons, found.transient) == (fmt, reasons, False)


def test_no_format_holds_the_result() -> None:
    """If no accepted format can hold the picture, the conversion failed, for good."""
    assert skip("fmt=webp", WIDE) == Skip((WEBP_FAILED,))
    enormous = Facts(PNG, Size(65_537, 10))
    found = decide(plan("fmt=avif,webp"), enormous, Limits(original_side=100_000), PLENTY)
    assert found == Skip((AVIF_FAILED,))


@pytest.mark.parametrize(
    ("facts", "query", "reduction"),
    [
        (LARGE, "width=4000&fmt=webp", 1),
        (LARGE, "width=1001", 1),
        (LARGE, "width=1000", 2),
        (LARGE, "width=501", 2),
        (LARGE, "width=500", 4),
        (LARGE, "width=1", 4),
        # Neither side may be decoded smaller than twice what it is needed.
        (LARGE, "width=500&height=3000&fit=force", 1),
        (LARGE, "width=3000&height=100&fit=force", 1),
        (LARGE, "width=500&height=750", 2),
        (LARGE, "crop=10,10", 1),
        (Facts(PNG, LARGE.size), "width=500", 1),
        # What is small is decoded whole.
        (Facts(JPEG, Size(1000, 999)), "width=10", 1),
        (Facts(JPEG, Size(1000, 1000)), "width=10", 4),
        # The side that is scaled less decides: by 4, which leaves the resampling 2.
        (Facts(JPEG, Size(4000, 1000)), "width=400&height=250&fit=force", 2),
        (Facts(JPEG, Size(1000, 4000)), "width=250&height=400&fit=force", 2),
    ],
)
def test_reduction(facts: Facts, query: str, reduction: int) -> None:
    """A JPEG is decoded smaller by halves, never below twice the size that is resized to, and never by eight."""
    assert work(query, facts).reduction == reduction


@pytest.mark.parametrize("query", ["width=1000", "width=480", "width=1"])
def test_no_reduction_in_linear_light(query: str) -> None:
    """The decoder averages numbers: where light is averaged it decodes every pixel."""
    assert work(query, LARGE).reduction > 1
    assert work(query, LARGE, linear=True).reduction == 1


@pytest.mark.parametrize(
    ("query", "facts", "option", "tries"),
    [
        ("width=100", A_PNG, {"png_palette": True}, True),
        ("crop=10,10", A_PNG, {"png_palette": True}, True),
        ("width=100", A_PNG, {}, False),
        ("width=100", A_PNG, {"png_palette": True, "png_lossless": True}, False),
        ("width=100&fmt=webp", A_PNG, {"png_palette": True}, False),
        ("width=100", A_JPEG, {"png_palette": True}, False),
    ],
)
def test_palette(query: str, facts: Facts, option: dict[str, Any], tries: object) -> None:
    """Few colours are for PNG alone, where the option says so and `png_lossless` does not forbid it."""
    assert work(query, facts, **option).tries_palette is tries


def test_palette_after_a_failed_conversion() -> None:
    """A PNG that could not be converted stays one, which may have few colours."""
    asked_for = plan("width=200&fmt=webp", png_palette=True)
    rest = without_conversion(work("width=200&fmt=webp", A_PNG, png_palette=True), WEBP_FAILED, asked_for)
    assert isinstance(rest, Work)
    assert rest.tries_palette


def test_failed_conversion() -> None:
    """After a failed conversion, resize and crop remain, in the original's format."""
    asked_for = plan("width=200&fmt=webp&quality=80")
    rest = without_conversion(work("width=200&fmt=webp&quality=80"), WEBP_FAILED, asked_for)
    assert isinstance(rest, Work)
    assert (rest.operations, rest.format, rest.reasons, rest.quality) == (("resize",), JPEG, (WEBP_FAILED,), 80)


def test_failed_conversion_alone() -> None:
    """If the conversion was all, nothing remains; that a quality came with it needs no word."""
    asked_for = plan("fmt=webp&quality=80&width=401")
    rest = without_conversion(work("fmt=webp&quality=80&width=401"), WEBP_FAILED, asked_for)
    assert rest == Skip((WOULD_ENLARGE, WEBP_FAILED))


@pytest.mark.parametrize(("orientation", "lies"), [(n, n >= 5) for n in range(1, 9)])
def test_orientation(orientation: int, lies: object) -> None:
    """EXIF orientations 5 to 8 are quarter turns: the stored image has width and height swapped."""
    facts = Facts(JPEG, Size(4, 3), orientation)
    assert facts.stored_size == (Size(3, 4) if lies else Size(4, 3))
    assert Work(facts, (), JPEG, 80).swaps_axes is lies


facts = st.builds(
    Facts,
    format=st.sampled_from([JPEG, PNG]),
    size=sizes,
    orientation=st.integers(1, 8),
    quality=st.none() | st.integers(1, 100),
    progressive=st.booleans(),
)


budgets = st.builds(Budget, st.integers(0, 10**9), st.floats(-1, 10))


@given(parameters, options, facts, budgets)
def test_any_work(said: Any, option: ImageStack, header: Facts, budget: Budget) -> None:
    """Work is never empty and never of a higher quality; haste is transient.

    It is never larger than the turned original, unless it has a canvas or `enlarge=true`.
    """
    wanted = make_plan(said, option, ("webp", "avif"))
    found = decide(wanted, header, Limits(), budget)
    if isinstance(found, Skip):
        assert found.transient is (RATE_LIMIT in found.reasons)
        assert found.remember is False
        return
    assert found.operations
    if not found.padded and said.values.get("enlarge") is not Enlarge.TRUE:
        assert found.size.width <= found.turned_size.width
        assert found.size.height <= found.turned_size.height
    assert max(found.size.width, found.size.height) <= found.format.max_side
    highest = 95 if isinstance(wanted.quality, ScoreTarget) else wanted.quality
    assert found.quality <= min(highest, header.quality or 100)
    assert not (found.chooses and found.lossless)
    assert found.converted is (found.format.name in wanted.formats and found.format is not header.format)
    assert found.converted or found.format is header.format
    assert not (found.lossless and found.format is AVIF)
    if RATE_LIMIT in found.reasons:
        assert found.transient
