"""Work that time and memory must allow."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from imagestack.effort import Effort
from imagestack.formats import JPEG, PNG
from imagestack.geometry import Size
from imagestack.limits import Budget
from imagestack.plan.decide import cheaper
from imagestack.plan.work import Facts, Skip, Work
from tests.support.decided import A_JPEG, A_PNG, LARGE, RATE_LIMIT, decided, plan, skip, work


@pytest.mark.parametrize(("facts", "quality"), [(A_PNG, 80), (Facts(JPEG, Size(2000, 1500), quality=60), 60)])
@pytest.mark.parametrize("fmt", ["webp", "avif"])
def test_no_time_for_a_choice(facts: Facts, quality: int, fmt: str) -> None:
    """Where there is time for the result alone it has quality 80 or the original's, for this once."""
    facts = replace(facts, size=Size(2000, 1500))
    query = f"fmt={fmt}&quality=auto"
    budgets = [Budget(memory=2**50, seconds=seconds / 100) for seconds in range(1, 1000)]
    enough = next(budget for budget in budgets if isinstance(decided(f"fmt={fmt}&quality=50", facts, budget), Work))
    found = work(query, facts, enough)
    assert (found.format.name, found.quality, found.target, found.transient) == (fmt, quality, None, True)
    assert found.reasons == ()
    # A choice takes three encodes of a small part at most: seconds are plenty.
    more = Budget(memory=2**50, seconds=enough.seconds + 1)
    assert (work(query, facts, more).chooses, work(query, facts, more).transient) == (True, False)


def test_no_choice_while_another_function_is_at_it() -> None:
    """What is done instead of waiting takes no time for a choice."""
    asked_for = plan("width=5&fmt=webp&quality=auto")
    found = cheaper(work("width=5&fmt=webp&quality=auto"), asked_for)
    assert isinstance(found, Work)
    assert (found.operations, found.quality, found.chooses, found.transient) == (("resize",), 80, False, True)


@pytest.mark.parametrize("query", ["fmt=webp", "fmt=png", "fmt=auto"])
def test_no_conversion_while_another_function_is_at_it(query: str) -> None:
    """What is done instead of waiting has no conversion. A conversion alone leaves the original, for this once."""
    assert cheaper(work(query), plan(query)) == Skip((RATE_LIMIT,), transient=True)
    beside = f"{query}&width=5"
    found = cheaper(work(beside), plan(beside))
    assert isinstance(found, Work)
    assert (found.operations, found.format, found.reasons, found.transient) == (("resize",), JPEG, (RATE_LIMIT,), True)


@pytest.mark.parametrize("query", ["width=5", "width=5&fmt=jpeg", "width=500&height=400&fit=pad&background=ff8800"])
def test_no_waiting_without_a_conversion(query: str) -> None:
    """Without a conversion all is done at once, and nothing is left out."""
    found = cheaper(work(query), plan(query))
    assert isinstance(found, Work)
    assert (found.operations, found.reasons, found.transient) == (work(query).operations, (), True)


def test_quality_is_checked_before_means() -> None:
    """OriginQ against DesiredQ is settled without asking for time or memory."""
    found = skip("fmt=webp&quality=90", budget=Budget(memory=0, seconds=0))
    assert found.reasons == ("convert: converted image bigger than origin: OriginQ: 85, DesiredQ: 90",)
    assert found.transient is False


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


# Measurements decide which of the two formats is more expensive.
EXPENSIVE, CHEAP = sorted(
    ("webp", "avif"), key=lambda name: needed(f"fmt={name}", Facts(JPEG, Size(4000, 3000)), milliseconds), reverse=True
)


def test_no_time() -> None:
    """Without time to encode nothing is done, for this invocation only, and nothing is remembered."""
    assert skip("fmt=webp", budget=Budget(memory=2**50, seconds=0)) == Skip(
        (RATE_LIMIT,), transient=True, remember=False
    )


def test_no_memory() -> None:
    """Without memory to decode nothing is done either."""
    assert skip("fmt=webp", budget=Budget(memory=0, seconds=1e9)) == Skip((RATE_LIMIT,), transient=True, remember=False)


def test_no_means_for_a_resize() -> None:
    """A resize that cannot be paid for is skipped with the same reason."""
    assert skip("width=5", budget=Budget(memory=2**50, seconds=-1)) == Skip((RATE_LIMIT,), transient=True)


def test_time_for_the_cheaper_format() -> None:
    """Where time is short for the first format the next is taken, and not kept: another invocation may do better."""
    time = needed(f"fmt={EXPENSIVE}", LARGE, milliseconds) - 1
    assert time > needed(f"fmt={CHEAP}", LARGE, milliseconds)
    found = work(f"fmt={EXPENSIVE},{CHEAP}", LARGE, milliseconds(time))
    assert (found.format.name, found.reasons, found.transient) == (CHEAP, (), True)
    kept = work(f"fmt={CHEAP},{EXPENSIVE}", LARGE, milliseconds(time))
    assert (kept.format.name, kept.reasons, kept.transient) == (CHEAP, (), False)


def test_haste() -> None:
    """Where time is short, a small AVIF is encoded with the fast effort, not in another format; it is not kept."""
    time = needed("fmt=avif", A_JPEG, milliseconds)
    found = work("fmt=avif,webp", A_JPEG, milliseconds(time))
    assert (found.format.name, found.effort, found.reasons, found.transient) == ("avif", Effort.HASTY, (), True)
    kept = work("fmt=avif,webp", A_JPEG, milliseconds(time * 10))
    assert (kept.format.name, kept.effort, kept.transient) == ("avif", Effort.FIRST, False)


def test_memory_for_the_leaner_format() -> None:
    """Where memory is short for the first format the next is taken, and kept: no other invocation has more."""
    need = {name: needed(f"fmt={name}", LARGE, memory) for name in ("webp", "avif")}
    fat, lean = sorted(need, key=lambda name: need[name], reverse=True)
    assert need[lean] < need[fat]
    found = work(f"fmt={fat},{lean}", LARGE, memory(need[fat] - 1))
    assert (found.format.name, found.reasons, found.transient) == (lean, (), False)


def test_resize_without_time_to_convert() -> None:
    """A resize is done in the original's format when only the conversion cannot be paid for."""
    query = f"width=3000&fmt={EXPENSIVE}"
    found = work(query, LARGE, milliseconds(needed(query, LARGE, milliseconds) - 1))
    assert (found.operations, found.format, found.reasons, found.transient) == (("resize",), JPEG, (RATE_LIMIT,), True)


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


@pytest.mark.parametrize("components", [1, 3, 4])
def test_coefficients_of_each_component(components: int) -> None:
    """They have two bytes each, of every pixel."""
    size, plain = LARGE.size, needed("width=100", LARGE, memory)
    held = needed("width=100", Facts(JPEG, size, progressive=True, components=components), memory)
    assert held - plain == size.pixels * components * 2


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


SMALL = Facts(JPEG, Size(400, 300))
CANVAS = "width=8192&height=8192&fit=pad"
# Pixels of the largest canvas, and of a picture that is enlarged 4 times to a side of 8,192 pixels.
LARGEST = 8192 * 8192


@pytest.mark.parametrize(
    ("query", "facts"),
    [
        (CANVAS, SMALL),
        (CANVAS, Facts(PNG, SMALL.size)),
        ("width=8192&enlarge=true", Facts(JPEG, Size(2048, 2048))),
        ("width=8192&enlarge=true", Facts(PNG, Size(2048, 2048))),
        ("width=8192&height=8192&fit=pad&enlarge=true", Facts(PNG, Size(2048, 2048))),
    ],
)
def test_memory_of_the_largest_results(query: str, facts: Facts) -> None:
    """A result of 8,192 pixels a side has four bytes a pixel, and a copy while it is encoded; 2 GiB hold it."""
    assert LARGEST * 8 <= needed(query, facts, memory) <= 2**31


def test_memory_of_a_background() -> None:
    """Transparent pixels are put on a background by way of three pictures of four bytes a pixel."""
    query, facts = "width=8192&enlarge=true&background=ff8800", Facts(PNG, Size(2048, 2048))
    assert needed(query, facts, memory) >= LARGEST * 12


def test_the_canvas_takes_the_leaner_format() -> None:
    """Where a canvas is too large for WebP, the next of the list is made, and a smaller canvas still is WebP."""
    two = memory(2**31)
    assert work(f"{CANVAS}&fmt=webp,jpeg", SMALL, two).operations == ("pad",)
    assert work("width=2048&height=2048&fit=pad&fmt=webp,jpeg", SMALL, two).format.name == "webp"


@pytest.mark.parametrize("fmt", ["webp", "avif", "png"])
def test_time_of_a_canvas(fmt: str) -> None:
    """A canvas takes nearly the time of a conversion of as many pixels, which are decoded there besides."""
    canvas = needed(f"width=4000&height=3000&fit=pad&fmt={fmt}", SMALL, milliseconds)
    converted = needed(f"fmt={fmt}", LARGE, milliseconds)
    assert 0.8 * converted < canvas < converted


def test_time_of_an_enlarged_picture() -> None:
    """An enlarged picture takes time for every pixel of the result, twice: it is resampled and encoded."""
    small = needed("width=1024&enlarge=true", Facts(PNG, Size(512, 512)), milliseconds)
    large = needed("width=2048&enlarge=true", Facts(PNG, Size(512, 512)), milliseconds)
    assert 3.9 < large / small < 4.1
    assert large > needed("width=2048&height=2048&fit=pad", Facts(PNG, Size(512, 512)), milliseconds)


def test_a_density_costs_what_it_comes_to() -> None:
    """A density costs what the larger width costs, and a lowered one what no resize costs."""
    for budget in (memory, milliseconds):
        assert needed("width=500&dpr=2", LARGE, budget) == needed("width=1000", LARGE, budget)
        assert needed("width=3000&dpr=5&fmt=webp", LARGE, budget) == needed("fmt=webp", LARGE, budget)
