"""Of what quality work is, and when it is lossless (docs/specification.md#section-4 and #section-6)."""

import pytest

from imagestack.formats import AVIF, JPEG, WEBP
from imagestack.geometry import Size
from imagestack.plan.decide import nothing_to_do
from imagestack.plan.work import Facts, Skip
from imagestack.quality import AUTO
from imagestack.skips import SkipReason
from tests.support.decided import (
    A_JPEG,
    A_PNG,
    AUTOMATIC,
    CROP_TOO_LARGE,
    LOSSLESS_AVIF,
    QUALITY_ALONE,
    WOULD_ENLARGE,
    plan,
    skip,
    work,
)


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
    """A quality from the query without any other work is a skip reason, unless another parameter was skipped."""
    assert skip(query, quality=50).reasons == reasons


@pytest.mark.parametrize("query", ["quality=80&crop=x", "quality=80&width=0", "quality=80&fmt=gif"])
def test_quality_beside_bad_parameters(query: str) -> None:
    """Beside a bad parameter, which has a reason of its own, quality alone is no skip reason."""
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


@pytest.mark.parametrize(("facts", "quality"), [(A_PNG, 100), (Facts(JPEG, Size(9, 9), quality=None), 100)])
def test_quality_without_estimate(facts: Facts, quality: int) -> None:
    """Where the original's quality cannot be estimated, nothing is capped."""
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
