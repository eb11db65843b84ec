"""Conversions to formats that every client decodes (docs/specification.md#section-10-fmt)."""

import pytest

from imagestack.formats import AVIF, JPEG, PNG, WEBP, Format
from imagestack.geometry import Size
from imagestack.limits import Budget, Limits
from imagestack.plan.decide import decide
from imagestack.plan.work import Facts, Skip, Work
from tests.support.decided import A_JPEG, A_PNG, PLENTY, QUALITY_ALONE, RATE_LIMIT, plan, skip, work


@pytest.mark.parametrize(
    ("query", "facts", "fmt", "operations"),
    [
        ("fmt=jpeg", A_PNG, JPEG, ("convert",)),
        ("fmt=png", A_JPEG, PNG, ("convert",)),
        ("fmt=avif,jpeg", A_JPEG, AVIF, ("convert",)),
        ("fmt=jpeg&width=200", A_JPEG, JPEG, ("resize",)),
        ("fmt=jpeg,webp&width=200", A_JPEG, JPEG, ("resize",)),
        ("fmt=png&width=200", A_JPEG, PNG, ("resize", "convert")),
    ],
)
def test_formats(query: str, facts: Facts, fmt: Format, operations: tuple[str, ...]) -> None:
    """The first format of the list is made; that of the original is no conversion."""
    found = work(query, facts)
    assert (found.format, found.operations) == (fmt, operations)


@pytest.mark.parametrize(("query", "facts"), [("fmt=jpeg", A_JPEG), ("fmt=png", A_PNG), ("fmt=jpeg,webp", A_JPEG)])
def test_the_format_of_the_original(query: str, facts: Facts) -> None:
    """A conversion to the format of the original is no operation, and quality has nothing to ride on."""
    assert skip(query, facts).reasons == ()
    assert skip(f"{query}&quality=50", facts).reasons == (QUALITY_ALONE,)


def test_the_original_after_a_format_without_time() -> None:
    """Where there is no time for AVIF, the next of the list is the original itself."""
    found = skip("fmt=avif,jpeg", A_JPEG, Budget(memory=2**40, seconds=0.001))
    assert found == Skip((RATE_LIMIT,), transient=True)


@pytest.mark.parametrize("quality", ["quality=100", "quality=high"])
def test_quality_above_the_original(quality: str) -> None:
    """A quality above the original's refuses AVIF, and not PNG, which `fmt` gets in any case."""
    assert (
        skip(f"fmt=avif&{quality}", A_JPEG)
        .reasons[0]
        .startswith("convert: converted image bigger than origin: OriginQ")
    )
    assert work(f"fmt=png&{quality}", A_JPEG).operations == ("convert",)
    # The first format of the list decides.
    assert skip(f"fmt=avif,png&{quality}", A_JPEG) == skip(f"fmt=avif&{quality}", A_JPEG)
    assert work(f"fmt=png,avif&{quality}", A_JPEG).format is PNG


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("fmt=jpeg", "compression: lossless conversion to jpeg is not supported"),
        ("fmt=avif,jpeg", "compression: lossless conversion to avif is not supported"),
        ("fmt=jpeg,avif", "compression: lossless conversion to jpeg is not supported"),
    ],
)
def test_lossless(query: str, reason: str) -> None:
    """Under `png_lossless` a PNG becomes no format with loss; the reason has the first one."""
    assert skip(query, A_PNG, png_lossless=True).reasons == (reason,)
    assert work(f"{query},webp", A_PNG, png_lossless=True).format is WEBP


def test_a_png_keeps_what_was_decoded() -> None:
    """A JPEG as PNG has no quality to choose."""
    found = work("fmt=png&quality=auto", A_JPEG)
    assert found.lossless
    assert not found.chooses


@pytest.mark.parametrize(
    ("query", "facts", "flattens"),
    [
        ("fmt=jpeg", A_PNG, True),
        ("fmt=webp", A_PNG, False),
        ("width=200", A_PNG, False),
        ("width=200&background=ff8800", A_PNG, True),
        ("fmt=webp&background=ff880080", A_PNG, True),
        ("width=200&height=200&fit=pad", A_PNG, False),
        # A JPEG has no transparent pixels.
        ("fmt=png&background=ff8800", A_JPEG, False),
        ("width=200&background=ff8800", A_JPEG, False),
    ],
)
def test_background(query: str, facts: Facts, *, flattens: bool) -> None:
    """Transparent pixels get a background where the query gives one, or where the format has no transparency."""
    assert work(query, facts).flattens is flattens


@pytest.mark.parametrize(
    "query", ["fmt=webp", "rotate=90", "width=200", "width=500&height=400&fit=pad", "area=200,100"]
)
def test_nothing_is_cut(query: str) -> None:
    """A conversion, a turn, a resize of the whole, a pad and an area have no other cut."""
    assert work(query).cut is None


def test_only_fmt_is_obeyed() -> None:
    """Formats of a rule, and AVIF or WebP of the query, are not returned where they are larger."""
    assert plan("fmt=jpeg").obeys(JPEG)
    assert plan("fmt=png,webp").obeys(PNG)
    assert not plan("fmt=webp,png").obeys(WEBP)
    assert not plan(webp_enabled=True).obeys(JPEG)


def _possible(query: str, size: Size, megabytes: int) -> Work | Skip:
    return decide(plan(query), Facts(JPEG, size), Limits(), Budget(memory=megabytes * 2**20, seconds=PLENTY.seconds))


@pytest.mark.parametrize("query", ["width=8192&height=8192&fit=pad", "width=2000&height=2000&fit=force&enlarge=true"])
def test_memory(query: str) -> None:
    """Canvases and enlarged pictures count by the pixels of the result: 4 MB are too little, a gigabyte is enough."""
    found = _possible(query, Size(500, 500), 4)
    assert isinstance(found, Skip)
    assert found.reasons == (RATE_LIMIT,)
    assert found.transient
    assert isinstance(_possible(query, Size(500, 500), 1024), Work)


def test_memory_of_a_cover() -> None:
    """What is scaled before a cut counts too: 100x10000 to 400x400 is 400x40000 for a moment, which is 80 MB."""
    query = "width=400&height=400&enlarge=true"
    assert isinstance(_possible(query, Size(100, 10_000), 60), Skip)
    assert isinstance(_possible(query, Size(100, 10_000), 400), Work)


def test_time_of_an_enlarged_picture() -> None:
    """Seconds for the result count: 64 million pixels as JPEG take more than one."""
    facts = Facts(JPEG, Size(2000, 2000))
    assert isinstance(decide(plan("width=8000&enlarge=true"), facts, Limits(), Budget(2**40, 1)), Skip)
    assert isinstance(decide(plan("width=2000&height=500"), facts, Limits(), Budget(2**40, 1)), Work)
