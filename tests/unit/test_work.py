"""What a plan comes to for one original (spec sections 4 and 6)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.effort import Effort
from imagestack.formats import AVIF, JPEG, PNG, WEBP, Format
from imagestack.geometry import Size
from imagestack.limits import Budget, Limits
from imagestack.options import ImageStack
from imagestack.plan import Plan, make_plan
from imagestack.quality import AUTO, Target
from imagestack.skips import SkipReason
from imagestack.work import Facts, Skip, Work, cheaper, decide, nothing_to_do, without_conversion
from tests.unit.strategies import asked, options, parameters, sizes

WOULD_ENLARGE = SkipReason("resizing: destination image width or height parameter is more than the original image size")
CROP_TOO_LARGE = SkipReason("cropping: output height and width cannot be bigger than the original image size")
TOO_LARGE = SkipReason("original image is too large")
LOSSLESS_AVIF = SkipReason("compression: lossless conversion to avif is not supported")
RATE_LIMIT = SkipReason("compression: rate limit is exceeded")
QUALITY_ALONE = SkipReason("quality: cannot be performed without another operation")
WEBP_FAILED = SkipReason("compression: image/webp conversion internal error")
AVIF_FAILED = SkipReason("compression: image/avif conversion internal error")

PLENTY = Budget(memory=2**50, seconds=1e9)
A_JPEG = Facts(JPEG, Size(400, 300), quality=85)
A_PNG = Facts(PNG, Size(400, 300))
AUTOMATIC: dict[str, Any] = {"webp_enabled": True, "avif_enabled": True}


def plan(query: str = "", **option: Any) -> Plan:
    """The plan of a query for a client that accepts both formats."""
    return make_plan(asked(query), ImageStack(enabled=True, **option), ("avif", "webp"))


def decided(query: str = "", facts: Facts = A_JPEG, budget: Budget = PLENTY, **option: Any) -> Work | Skip:
    return decide(plan(query, **option), facts, Limits(), budget)


def work(query: str = "", facts: Facts = A_JPEG, budget: Budget = PLENTY, **option: Any) -> Work:
    found = decided(query, facts, budget, **option)
    assert isinstance(found, Work)
    return found


def skip(query: str = "", facts: Facts = A_JPEG, budget: Budget = PLENTY, **option: Any) -> Skip:
    found = decided(query, facts, budget, **option)
    assert isinstance(found, Skip)
    return found


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
    assert found.passing is False
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
    assert skip(query) == Skip(reasons, passing=False, remember=False)


@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        ("quality=80", (QUALITY_ALONE,)),
        ("quality=80&width=400", (QUALITY_ALONE,)),
        ("quality=auto", (QUALITY_ALONE,)),
        ("quality=auto&width=400", (QUALITY_ALONE,)),
        ("quality=auto&width=401", (WOULD_ENLARGE,)),
        ("quality=80&crop=4:3", (QUALITY_ALONE,)),
        ("quality=80&width=400&height=300&fit=force&crop=400,300", (QUALITY_ALONE,)),
        ("quality=80&width=401", (WOULD_ENLARGE,)),
        ("quality=80&crop=401,1", (CROP_TOO_LARGE,)),
        ("", ()),
        ("width=400", ()),
    ],
)
def test_quality_alone(query: str, reasons: tuple[SkipReason, ...]) -> None:
    """A quality from the query that finds nothing to ride on is told, unless something else was asked."""
    assert skip(query, quality=50).reasons == reasons


@pytest.mark.parametrize("query", ["quality=80&crop=x", "quality=80&width=0", "quality=80&fmt=gif"])
def test_quality_beside_bad_parameters(query: str) -> None:
    """Who asked for something else, if badly, did not ask for quality alone."""
    assert nothing_to_do(plan(query)).reasons == ()


def test_empty_plans() -> None:
    """A quality from a rule alone needs no word; one from the query does."""
    assert nothing_to_do(plan(quality=50)) == Skip(())
    assert nothing_to_do(plan("quality=80")) == Skip((QUALITY_ALONE,))
    assert nothing_to_do(plan("quality=x")) == Skip(())


@pytest.mark.parametrize(
    ("query", "rule", "origin", "quality"),
    [
        # Of the rule: capped at the original's.
        ("fmt=webp", 95, 85, 85),
        ("fmt=webp", 85, 85, 85),
        ("fmt=webp", 80, 85, 80),
        ("width=5", 95, 85, 85),
        # Of the query: below the original's as it is.
        ("fmt=webp&quality=80", 95, 85, 80),
        ("fmt=webp&quality=85", 95, 85, 85),
        ("fmt=webp&quality=0", 95, 85, 0),
        ("width=5&quality=80", 10, 85, 80),
        # With resize or crop it is capped, too.
        ("width=5&quality=90", 95, 85, 85),
        ("crop=1:1&quality=100", 95, 85, 85),
        ("width=5&fmt=webp&quality=90", 95, 85, 85),
    ],
)
def test_quality(query: str, rule: int, origin: int, quality: int) -> None:
    """Quality is never raised above the JPEG original's."""
    assert work(query, Facts(JPEG, Size(400, 300), quality=origin), quality=rule).quality == quality


@pytest.mark.parametrize("query", ["fmt=webp&quality=auto", "width=5&quality=auto", "width=5&fmt=avif", "crop=1:1"])
@pytest.mark.parametrize(
    ("facts", "highest"), [(A_JPEG, 85), (A_PNG, 95), (Facts(JPEG, Size(400, 300), quality=97), 95)]
)
def test_automatic_quality(query: str, facts: Facts, highest: int) -> None:
    """The choice goes up to the JPEG original's quality, and never above 95; it never asks for more than there is."""
    found = work(query, facts, quality=AUTO, quality_target=80)
    assert (found.quality, found.target, found.chooses) == (highest, 80, not found.lossless)
    assert found.reasons == ()


def test_automatic_quality_is_none_for_lossless_work() -> None:
    """PNG that stays PNG, and PNG to WebP where it is to be lossless, have no quality to be chosen."""
    assert work("width=5&quality=auto", A_PNG).chooses is False
    assert work("fmt=webp&quality=auto", A_PNG, png_lossless=True).chooses is False
    assert work("fmt=webp&quality=auto", A_JPEG, png_lossless=True).chooses is True


@pytest.mark.parametrize(("facts", "quality"), [(A_PNG, 80), (Facts(JPEG, Size(2000, 1500), quality=60), 60)])
@pytest.mark.parametrize("fmt", ["webp", "avif"])
def test_no_time_for_a_choice(facts: Facts, quality: int, fmt: str) -> None:
    """Where there is time for the result alone it has quality 80 or the original's, for this once."""
    facts = replace(facts, size=Size(2000, 1500))
    query = f"fmt={fmt}&quality=auto"
    budgets = [Budget(memory=2**50, seconds=seconds / 100) for seconds in range(1, 1000)]
    enough = next(budget for budget in budgets if isinstance(decided(f"fmt={fmt}&quality=50", facts, budget), Work))
    found = work(query, facts, enough)
    assert (found.format.name, found.quality, found.target, found.passing) == (fmt, quality, None, True)
    assert found.reasons == ()
    # A choice takes three encodes of a small part at most: seconds are plenty.
    more = Budget(memory=2**50, seconds=enough.seconds + 1)
    assert (work(query, facts, more).chooses, work(query, facts, more).passing) == (True, False)


def test_no_choice_while_another_function_is_at_it() -> None:
    """What is done instead of waiting takes no time for a choice."""
    asked_for = plan("width=5&fmt=webp&quality=auto")
    found = cheaper(work("width=5&fmt=webp&quality=auto"), asked_for)
    assert isinstance(found, Work)
    assert (found.operations, found.quality, found.chooses, found.passing) == (("resize",), 80, False, True)


@pytest.mark.parametrize(("facts", "quality"), [(A_PNG, 100), (Facts(JPEG, Size(9, 9), quality=None), 100)])
def test_quality_without_estimate(facts: Facts, quality: int) -> None:
    """Where the original's quality cannot be told, nothing is capped."""
    assert work("fmt=webp&quality=100", facts).quality == quality


@pytest.mark.parametrize(
    ("query", "reasons"),
    [
        ("fmt=webp&quality=86", ("convert: converted image bigger than origin: OriginQ: 85, DesiredQ: 86",)),
        ("fmt=avif&quality=100", ("convert: converted image bigger than origin: OriginQ: 85, DesiredQ: 100",)),
        ("quality=90", ("convert: converted image bigger than origin: OriginQ: 85, DesiredQ: 90",)),
        (
            "width=401&fmt=webp&quality=90",
            (WOULD_ENLARGE, "convert: converted image bigger than origin: OriginQ: 85, DesiredQ: 90"),
        ),
        ("width=400&fmt=webp&quality=90", ("convert: converted image bigger than origin: OriginQ: 85, DesiredQ: 90",)),
    ],
)
def test_quality_above_origin(query: str, reasons: tuple[SkipReason, ...]) -> None:
    """A quality from the query above the original's, where a conversion is all there is: not even tried."""
    assert skip(query, **AUTOMATIC).reasons == reasons


@pytest.mark.parametrize(
    ("query", "lossless"),
    [("fmt=webp", True), ("fmt=webp&quality=10", True), ("width=5", True), ("width=5&fmt=webp", True)],
)
def test_png_lossless(query: str, lossless: object) -> None:
    """Under png_lossless quality never touches a PNG; its conversion is lossless WebP."""
    assert work(query, A_PNG, png_lossless=True).lossless is lossless


@pytest.mark.parametrize(
    ("facts", "query", "option", "lossless"),
    [
        (A_PNG, "width=5", False, True),
        (A_PNG, "width=5&quality=10", False, True),
        (A_PNG, "fmt=webp", False, False),
        (A_PNG, "fmt=avif", False, False),
        (A_JPEG, "fmt=webp", True, False),
        (A_JPEG, "width=5", True, False),
    ],
    ids=["png", "png-quality", "png-webp", "png-avif", "jpeg-webp", "jpeg"],
)
def test_lossless(facts: Facts, query: str, option: object, lossless: object) -> None:
    """PNG that stays PNG is always lossless; without the option its conversion is lossy; JPEG never is lossless."""
    assert work(query, facts, png_lossless=option).lossless is lossless


@pytest.mark.parametrize("query", ["fmt=avif,webp", "fmt=webp,avif", ""])
def test_png_lossless_avoids_avif(query: str) -> None:
    """Where WebP is possible besides, it takes AVIF's place without a word."""
    found = work(query, A_PNG, png_lossless=True, **AUTOMATIC)
    assert (found.format, found.reasons) == (WEBP, ())


def test_png_lossless_avif_alone() -> None:
    """`fmt=avif` alone on a PNG under png_lossless is skipped; a resize beside it is done."""
    assert skip("fmt=avif", A_PNG, png_lossless=True).reasons == (LOSSLESS_AVIF,)
    found = work("fmt=avif&width=5", A_PNG, png_lossless=True)
    assert (found.operations, found.reasons) == (("resize",), (LOSSLESS_AVIF,))


def test_png_lossless_automatic_avif_alone() -> None:
    """AVIF that only a rule asks for gives way without a word."""
    assert skip("", A_PNG, png_lossless=True, avif_enabled=True) == Skip(())


def test_png_lossless_leaves_jpeg_alone() -> None:
    """The option is about PNG only."""
    assert work("fmt=avif", A_JPEG, png_lossless=True).format is AVIF


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


def test_quality_is_checked_before_means() -> None:
    """OriginQ against DesiredQ is settled without asking for time or memory."""
    found = skip("fmt=webp&quality=90", budget=Budget(memory=0, seconds=0))
    assert found.reasons == ("convert: converted image bigger than origin: OriginQ: 85, DesiredQ: 90",)
    assert found.passing is False


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
    assert (found.format, found.reasons, found.passing) == (fmt, reasons, False)


def test_no_format_holds_the_result() -> None:
    """If no accepted format can hold the picture, the conversion failed, for good."""
    assert skip("fmt=webp", WIDE) == Skip((WEBP_FAILED,))
    enormous = Facts(PNG, Size(65_537, 10))
    found = decide(plan("fmt=avif,webp"), enormous, Limits(original_side=100_000), PLENTY)
    assert found == Skip((AVIF_FAILED,))


def needed(query: str, facts: Facts, budget: Callable[[int], Budget], **option: Any) -> int:
    """The least amount that lets a query be done whole."""
    low, high = 0, 2**50
    while low + 1 < high:
        middle = (low + high) // 2
        found = decided(query, facts, budget(middle), **option)
        low, high = (low, middle) if isinstance(found, Work) and not found.reasons else (middle, high)
    return high


def milliseconds(amount: int) -> Budget:
    return Budget(memory=2**50, seconds=amount / 1000)


def memory(amount: int) -> Budget:
    return Budget(memory=amount, seconds=1e9)


# Which of the two formats is dearer is a matter of measurements.
DEAR, CHEAP = sorted(
    ("webp", "avif"), key=lambda name: needed(f"fmt={name}", Facts(JPEG, Size(4000, 3000)), milliseconds), reverse=True
)
LARGE = Facts(JPEG, Size(4000, 3000))


def test_no_time() -> None:
    """Without time to encode nothing is done, for this invocation only, and nothing is remembered."""
    assert skip("fmt=webp", budget=Budget(memory=2**50, seconds=0)) == Skip((RATE_LIMIT,), passing=True, remember=False)


def test_no_memory() -> None:
    """Without memory to decode nothing is done either."""
    assert skip("fmt=webp", budget=Budget(memory=0, seconds=1e9)) == Skip((RATE_LIMIT,), passing=True, remember=False)


def test_no_means_for_a_resize() -> None:
    """A resize that cannot be paid for is skipped with the same reason."""
    assert skip("width=5", budget=Budget(memory=2**50, seconds=-1)) == Skip((RATE_LIMIT,), passing=True)


def test_time_for_the_cheaper_format() -> None:
    """Where time is short for the first format the next is taken, and not kept: another invocation may do better."""
    time = needed(f"fmt={DEAR}", LARGE, milliseconds) - 1
    assert time > needed(f"fmt={CHEAP}", LARGE, milliseconds)
    found = work(f"fmt={DEAR},{CHEAP}", LARGE, milliseconds(time))
    assert (found.format.name, found.reasons, found.passing) == (CHEAP, (), True)
    kept = work(f"fmt={CHEAP},{DEAR}", LARGE, milliseconds(time))
    assert (kept.format.name, kept.reasons, kept.passing) == (CHEAP, (), False)


def test_haste() -> None:
    """A small AVIF that there is too little time for is encoded in haste, before another format is; it is not kept."""
    time = needed("fmt=avif", A_JPEG, milliseconds)
    found = work("fmt=avif,webp", A_JPEG, milliseconds(time))
    assert (found.format.name, found.effort, found.reasons, found.passing) == ("avif", Effort.HASTY, (), True)
    kept = work("fmt=avif,webp", A_JPEG, milliseconds(time * 10))
    assert (kept.format.name, kept.effort, kept.passing) == ("avif", Effort.FIRST, False)


def test_memory_for_the_leaner_format() -> None:
    """Where memory is short for the first format the next is taken, and kept: no other invocation has more."""
    need = {name: needed(f"fmt={name}", LARGE, memory) for name in ("webp", "avif")}
    fat, lean = sorted(need, key=lambda name: need[name], reverse=True)
    assert need[lean] < need[fat]
    found = work(f"fmt={fat},{lean}", LARGE, memory(need[fat] - 1))
    assert (found.format.name, found.reasons, found.passing) == (lean, (), False)


def test_resize_without_time_to_convert() -> None:
    """A resize is done in the original's format when only the conversion cannot be paid for."""
    query = f"width=3000&fmt={DEAR}"
    found = work(query, LARGE, milliseconds(needed(query, LARGE, milliseconds) - 1))
    assert (found.operations, found.format, found.reasons, found.passing) == (("resize",), JPEG, (RATE_LIMIT,), True)


def test_larger_pictures_need_more() -> None:
    """Time and memory grow with the picture."""
    small = Facts(JPEG, Size(400, 300))
    assert needed("fmt=webp", small, milliseconds) < needed("fmt=webp", LARGE, milliseconds)
    assert needed("fmt=webp", small, memory) < needed("fmt=webp", LARGE, memory)


def test_time_counts_both_ends() -> None:
    """Time is needed for what is decoded and for what is encoded."""
    smaller = Facts(JPEG, Size(2000, 1500))
    assert needed("width=300&fmt=webp", smaller, milliseconds) < needed("width=300&fmt=webp", LARGE, milliseconds)
    assert needed("width=300&fmt=webp", LARGE, milliseconds) < needed("width=3000&fmt=webp", LARGE, milliseconds)


def test_memory_counts_what_is_decoded() -> None:
    """A JPEG that is resized or cut is never whole in memory, a PNG is; the smaller the result, the less it takes."""
    for query in ("width=100", "crop=100,100"):
        assert needed(query, LARGE, memory) * 2 < needed(query, Facts(PNG, LARGE.size), memory)
    assert needed("width=100", LARGE, memory) < needed("width=1000", LARGE, memory)
    assert needed("width=1000", LARGE, memory) < needed("width=2500", LARGE, memory)


def test_memory_counts_the_resize() -> None:
    """To resize, there must be memory for the resized rows besides the decoded picture."""
    large = Facts(PNG, LARGE.size)
    assert needed("crop=10,10", large, memory) < needed("width=3999&crop=10,10", large, memory)


def test_progressive_needs_more_memory() -> None:
    """A progressive JPEG is held whole while it is decoded, even if little of it is kept."""
    progressive = Facts(JPEG, Size(4000, 3000), progressive=True)
    assert needed("width=100", LARGE, memory) < needed("width=100", progressive, memory)


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


@pytest.mark.parametrize(("query", "same"), [("width=300", False), ("width=3999", False), ("crop=10,10", True)])
@pytest.mark.parametrize("facts", [LARGE, Facts(PNG, LARGE.size)], ids=["jpeg", "png"])
def test_linear_light_needs_more(facts: Facts, query: str, same: object) -> None:
    """A resize in linear light takes more memory and time; without a resize the option costs nothing."""
    for budget in (memory, milliseconds):
        plain, linear = needed(query, facts, budget), needed(query, facts, budget, linear=True)
        assert plain == linear if same else plain < linear


def test_linear_light_of_what_may_have_alpha() -> None:
    """The estimate knows what 12 megapixels took at their peak: 23 bytes a pixel of a JPEG, 35 of a PNG with alpha."""
    for fmt, least in ((JPEG, 23), (PNG, 35)):
        facts = Facts(fmt, LARGE.size)
        assert needed("width=3990", facts, memory, linear=True) >= least * LARGE.size.pixels


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
    """EXIF orientations 5 to 8 are quarter turns: the stored picture lies on its side."""
    assert Facts(JPEG, Size(4, 3), orientation).lies is lies


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
    """Work is never empty, never larger than the original, never of a higher quality; what is passing says so."""
    wanted = make_plan(said, option, ("webp", "avif"))
    found = decide(wanted, header, Limits(), budget)
    if isinstance(found, Skip):
        assert found.passing is (RATE_LIMIT in found.reasons)
        assert found.remember is False
        return
    assert found.operations
    assert found.size.width <= header.size.width
    assert found.size.height <= header.size.height
    assert max(found.size.width, found.size.height) <= found.format.max_side
    highest = 95 if isinstance(wanted.quality, Target) else wanted.quality
    assert found.quality <= min(highest, header.quality or 100)
    assert not (found.chooses and found.lossless)
    assert found.converted is (found.format.name in wanted.formats)
    assert not (found.lossless and found.format is AVIF)
    if RATE_LIMIT in found.reasons:
        assert found.passing
