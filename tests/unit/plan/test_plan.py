"""What will be done, before a byte of the original is read (docs/specification.md#section-3 to #section-6)."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.geometry import Size
from imagestack.operations.crop import Crop
from imagestack.operations.region import Ratio, Region
from imagestack.operations.resize import Resize
from imagestack.plan.plan import Plan, make_plan
from imagestack.quality import AUTO, ScoreTarget
from imagestack.request.kinds import Bad
from imagestack.request.query import Parameters
from imagestack.rules.options import ImageStack, Refine
from tests.support.strategies import FORMATS, asked, options, parameters, part, plan_pairs, plans

NOT_ACCEPTED = "compression: webp/avif format is not supported by the client"
UNSUPPORTED = "compression: unsupported format of the fmt query parameter"
BAD_QUALITY = "compression: bad quality parameter"
BOTH = ("avif", "webp")
AUTOMATIC = ImageStack(enabled=True, webp_enabled=True, avif_enabled=True)


def plan(query: str = "", option: ImageStack | None = None, accepted: tuple[str, ...] = BOTH) -> Plan:
    return make_plan(asked(query), option or ImageStack(enabled=True), accepted)


def test_nothing() -> None:
    """Without parameters and automatic conversion there is nothing to do; quality alone is no operation."""
    assert plan().is_empty
    assert plan("quality=80").is_empty
    assert plan("quality=auto").is_empty
    assert plan(option=ImageStack(enabled=True, quality=AUTO)).is_empty
    assert plan(option=ImageStack(enabled=True, quality=50, png_lossless=True)).is_empty


@pytest.mark.parametrize("query", ["width=5", "crop=4:5", "fmt=webp"])
def test_something(query: str) -> None:
    """A resize, a crop or a conversion is something to do."""
    assert not plan(query).is_empty


def test_operations() -> None:
    """Resize and crop are taken over."""
    found = plan("width=200&height=100&crop=4:5")
    assert part(found, Resize) == Resize(200, 100)
    assert part(found, Crop) == Crop(Region(Ratio(4, 5)))
    assert found.reasons == ()
    assert part(plan("crop=20,10"), Crop) == Crop(Region(Size(20, 10)))


@pytest.mark.parametrize(
    ("option", "accepted", "formats"),
    [
        (AUTOMATIC, ("avif", "webp"), ("avif", "webp")),
        (AUTOMATIC, ("webp", "avif"), ("webp", "avif")),
        (AUTOMATIC, ("webp",), ("webp",)),
        (AUTOMATIC, ("avif",), ("avif",)),
        (AUTOMATIC, (), ()),
        (ImageStack(enabled=True, webp_enabled=True), ("avif", "webp"), ("webp",)),
        (ImageStack(enabled=True, webp_enabled=True), ("avif",), ()),
        (ImageStack(enabled=True, avif_enabled=True), ("avif", "webp"), ("avif",)),
        (ImageStack(enabled=True, avif_enabled=True), ("webp",), ()),
        (ImageStack(enabled=True), ("avif", "webp"), ()),
    ],
)
def test_automatic_conversion(option: ImageStack, accepted: tuple[str, ...], formats: tuple[str, ...]) -> None:
    """Enabled formats that the client accepts, in the client's order; what it does not accept needs no reason."""
    found = plan("", option, accepted)
    assert found.formats == formats
    assert found.formats_from_query is False
    assert found.reasons == ()


@pytest.mark.parametrize(
    ("query", "accepted", "formats"),
    [
        ("fmt=webp", ("avif", "webp"), ("webp",)),
        ("fmt=avif", ("avif", "webp"), ("avif",)),
        ("fmt=webp,avif", ("avif", "webp"), ("webp", "avif")),
        ("fmt=avif,webp", ("webp", "avif"), ("avif", "webp")),
        ("fmt=avif,webp", ("webp",), ("webp",)),
        ("fmt=webp,avif", ("avif",), ("avif",)),
        # JPEG and PNG need no proof.
        ("fmt=jpeg", (), ("jpeg",)),
        ("fmt=jpg", ("avif", "webp"), ("jpeg",)),
        ("fmt=avif,webp,jpeg", (), ("jpeg",)),
        ("fmt=avif,webp,jpeg", ("webp",), ("webp", "jpeg")),
        ("fmt=png,webp", ("webp",), ("png", "webp")),
        ("fmt=auto", ("avif", "webp"), ("avif", "webp")),
        ("fmt=auto", ("webp", "avif"), ("webp", "avif")),
        ("fmt=auto", ("webp",), ("webp",)),
    ],
)
@pytest.mark.parametrize("option", [AUTOMATIC, ImageStack(enabled=True)], ids=["automatic", "not"])
def test_formats_asked(option: ImageStack, query: str, accepted: tuple[str, ...], formats: tuple[str, ...]) -> None:
    """The order of `fmt` wins among accepted formats, and replaces the automatic choice."""
    found = plan(query, option, accepted)
    assert found.formats == formats
    assert found.formats_from_query is True
    assert found.reasons == ()


@pytest.mark.parametrize(
    ("query", "accepted", "reason"),
    [
        ("fmt=avif", ("webp",), NOT_ACCEPTED),
        ("fmt=webp", (), NOT_ACCEPTED),
        ("fmt=webp,avif", (), NOT_ACCEPTED),
        ("fmt=auto", (), NOT_ACCEPTED),
        ("fmt=auto,webp", ("avif", "webp"), UNSUPPORTED),
        ("fmt=gif", ("avif", "webp"), UNSUPPORTED),
        ("fmt=webp,gif", ("avif", "webp"), UNSUPPORTED),
        ("fmt=", ("avif", "webp"), UNSUPPORTED),
        ("fmt=gif", (), UNSUPPORTED),
    ],
)
def test_formats_refused(query: str, accepted: tuple[str, ...], reason: str) -> None:
    """A bad or unaccepted `fmt` has its reason and does not fall back to the automatic choice."""
    found = plan(query, AUTOMATIC, accepted)
    assert found.formats == ()
    assert found.reasons == (reason,)
    assert found.is_empty


@pytest.mark.parametrize(
    ("query", "quality", "from_query", "reasons"),
    [
        ("width=5", 65, False, ()),
        ("width=5&quality=80", 80, True, ()),
        ("width=5&quality=0", 0, True, ()),
        ("width=5&quality=65", 65, True, ()),
        ("width=5&quality=101", 65, False, (BAD_QUALITY,)),
        ("width=5&quality=", 65, False, (BAD_QUALITY,)),
    ],
)
def test_quality(query: str, quality: int, from_query: object, reasons: tuple[str, ...]) -> None:
    """The query overrides the option; a bad quality leaves the rest running at the option's."""
    found = plan(query, ImageStack(enabled=True, quality=65))
    assert (found.quality, found.quality_from_query, found.reasons) == (quality, from_query, reasons)


@pytest.mark.parametrize(
    ("query", "option", "quality", "from_query", "spelling"),
    [
        ("width=5&quality=auto", {}, ScoreTarget(75), True, "width=5&quality=auto75"),
        ("width=5", {"quality": AUTO}, ScoreTarget(75), False, "width=5&preset=auto75"),
        ("width=5", {"quality": AUTO, "quality_target": 90}, ScoreTarget(90), False, "width=5&preset=auto90"),
        # The query says that it is chosen, the option what is aimed at; a number of the query aims at nothing.
        (
            "width=5&quality=auto",
            {"quality": 60, "quality_target": 80},
            ScoreTarget(80),
            True,
            "width=5&quality=auto80",
        ),
        ("width=5&quality=60", {"quality": AUTO, "quality_target": 80}, 60, True, "width=5&quality=60"),
        ("width=5&quality=x", {"quality": AUTO}, ScoreTarget(75), False, "width=5&preset=auto75"),
        # Where it is a number, the target decides about no byte.
        ("width=5", {"quality": 60, "quality_target": 80}, 60, False, "width=5&preset=60"),
    ],
)
def test_automatic_quality(
    query: str, option: dict[str, Any], quality: int | ScoreTarget, from_query: object, spelling: str
) -> None:
    """The plan has the target of an automatic quality, and its canonical spelling names it."""
    found = plan(query, ImageStack(enabled=True, **option))
    assert (found.quality, found.quality_from_query) == (quality, from_query)
    assert found.canonical() == spelling


def test_skipped_operations_leave_the_others() -> None:
    """Each bad parameter has its reason; what is good is done."""
    found = plan("width=0&crop=4:5&quality=x", AUTOMATIC)
    assert (part(found, Resize), part(found, Crop), found.formats) == (
        None,
        Crop(Region(Ratio(4, 5))),
        ("avif", "webp"),
    )
    assert set(found.reasons) == {BAD_QUALITY, "resizing: bad width parameter"}
    found = plan("width=5&crop=1:1:1&fmt=webp")
    assert (part(found, Resize), part(found, Crop), found.formats) == (Resize(5, None), None, ("webp",))
    assert found.reasons == ("cropping: bad width-ratio or height-ratio parameter",)


def test_order_of_bad_parameters() -> None:
    """A bad quality stands before a bad format, although it is spelled behind it."""
    assert plan("fmt=x&quality=x").reasons == (BAD_QUALITY, UNSUPPORTED)


def test_png_lossless() -> None:
    """The option is passed on; whether it has an effect depends on the original."""
    assert plan("width=5", ImageStack(enabled=True, png_lossless=True)).options.png_lossless is True
    assert plan("width=5").options.png_lossless is False


@pytest.mark.parametrize(
    ("query", "option", "spelling"),
    [
        ("width=5", {"linear": True}, "width=5&preset=95&linear"),
        ("width=5&crop=1:1&fmt=webp", {"linear": True}, "width=5&crop=1:1&fmt=webp&preset=95&linear"),
        ("crop=1:1", {"linear": True}, "crop=1:1&preset=95"),
        ("fmt=webp&width=0", {"linear": True}, "fmt=webp&preset=95"),
        ("width=5", {"png_palette": True}, "width=5&preset=95&palette"),
        ("crop=1:1", {"png_palette": True}, "crop=1:1&preset=95&palette"),
        # Where the conversion fails a resized PNG stays PNG; an original that is only converted is never made PNG.
        ("width=5&fmt=webp", {"png_palette": True}, "width=5&fmt=webp&preset=95&palette"),
        ("fmt=webp", {"png_palette": True}, "fmt=webp&preset=95"),
        ("width=5", {"png_palette": True, "png_lossless": True}, "width=5&preset=95&lossless"),
        ("width=5", {"png_palette": True, "linear": True}, "width=5&preset=95&palette&linear"),
        ("fmt=png", {"png_palette": True}, "fmt=png&preset=95&palette"),
        ("fmt=webp,png", {"png_palette": True}, "fmt=webp,png&preset=95&palette"),
        ("width=5", {"png_palette": False, "linear": False}, "width=5&preset=95"),
    ],
)
def test_palette_and_linear(query: str, option: dict[str, Any], spelling: str) -> None:
    """Both are spelled where they may change a byte, and nowhere else: without them keys are as ever."""
    assert plan(query, ImageStack(enabled=True, **option)).canonical() == spelling


@given(parameters, options)
def test_every_bad_parameter_is_told(said: Parameters, option: ImageStack) -> None:
    """All bad parameters are reasons, and nothing else is where the client accepts both formats."""
    found = make_plan(said, option, BOTH)
    assert sorted(found.reasons) == sorted(bad.reason for bad in said.bad.values())


@given(parameters, options)
def test_only_accepted_formats(said: Parameters, option: ImageStack) -> None:
    """A client never gets a format that it did not prove, but for JPEG and PNG."""
    for accepted in [(), *FORMATS]:
        assert set(make_plan(said, option, accepted).formats) <= {*accepted, "jpeg", "png"}


@given(plan_pairs)
def test_spelling_tells_plans_apart(pair: tuple[Plan, Plan]) -> None:
    """Equal spellings mean equal work, and equal work has equal spellings."""
    one, other = pair
    assert (one.canonical() == other.canonical()) == (essence(one) == essence(other))


@given(plans)
def test_reasons_are_not_spelled(found: Plan) -> None:
    """Bad parameters do not change the canonical spelling of the others."""
    reasons = part(asked("width=0"), Resize)
    assert isinstance(reasons, Bad)
    assert replace(found, reasons=(reasons.reason,)).canonical() == found.canonical()


CHANGES = {
    "width": "width=6&crop=4:5&fmt=webp&quality=80",
    "height": "height=5&crop=4:5&fmt=webp&quality=80",
    "fit": "width=5&height=5&fit=force&crop=4:5&fmt=webp&quality=80",
    "fit default": "width=5&height=5&crop=4:5&fmt=webp&quality=80",
    "ratio": "width=5&crop=5:4&fmt=webp&quality=80",
    "area": "width=5&crop=4,5&fmt=webp&quality=80",
    "position": "width=5&crop=4,5,x0,y0&fmt=webp&quality=80",
    "percent": "width=5&crop=4,5,x0p,y0p&fmt=webp&quality=80",
    "offset": "width=5&crop=4,5,offset-x0,offset-y0&fmt=webp&quality=80",
    "no crop": "width=5&fmt=webp&quality=80",
    "no resize": "crop=4:5&fmt=webp&quality=80",
    "format": "width=5&crop=4:5&fmt=avif&quality=80",
    "list": "width=5&crop=4:5&fmt=webp,avif&quality=80",
    "no format": "width=5&crop=4:5&quality=80",
    "quality": "width=5&crop=4:5&fmt=webp&quality=81",
    "quality chosen": "width=5&crop=4:5&fmt=webp&quality=auto",
    "quality of the rule": "width=5&crop=4:5&fmt=webp",
    "density": "width=5&crop=4:5&dpr=1.5&fmt=webp&quality=80",
    "other density": "width=5&crop=4:5&dpr=1.05&fmt=webp&quality=80",
    "clamp": "width=5&crop=4:5&enlarge=clamp&fmt=webp&quality=80",
    "enlarge": "width=5&crop=4:5&enlarge=true&fmt=webp&quality=80",
    "side": "width=5&crop=4:5&gravity=north&fmt=webp&quality=80",
    "focus": "width=5&crop=4:5&gravity=focus&fmt=webp&quality=80",
    "point": "width=5&crop=4:5&gravity=x1p,y2p&fmt=webp&quality=80",
    "centre and a side": "width=5&crop=4:5,offset-x50,offset-y50&gravity=north&fmt=webp&quality=80",
    "contain": "width=5&height=5&fit=contain&crop=4:5&fmt=webp&quality=80",
    "pad": "width=5&height=5&fit=pad&crop=4:5&fmt=webp&quality=80",
    "background": "width=5&crop=4:5&background=ffffff&fmt=webp&quality=80",
    "opacity": "width=5&crop=4:5&background=ffffff00&fmt=webp&quality=80",
    "area before": "area=4:5&width=5&crop=4:5&fmt=webp&quality=80",
    "area alone": "area=4:5&width=5&fmt=webp&quality=80",
    "format for all": "width=5&crop=4:5&fmt=webp,jpeg&quality=80",
    "nothing changed": "width=5&crop=4:5&fmt=webp&quality=80",
}


def test_everything_that_matters_is_spelled() -> None:
    """Each change of the query that changes the bytes changes the spelling."""
    spellings = {name: plan(query, ImageStack(enabled=True, quality=80)).canonical() for name, query in CHANGES.items()}
    lossless = plan(CHANGES["nothing changed"], ImageStack(enabled=True, quality=80, png_lossless=True)).canonical()
    assert len({*spellings.values(), lossless}) == len(CHANGES) + 1


def test_formats_of_a_rule_are_spelled_apart() -> None:
    """The same formats from `fmt` and from a rule have different spellings, and so different derived objects."""
    asked_for = plan("fmt=avif,webp")
    automatic = plan("", AUTOMATIC)
    assert asked_for.formats == automatic.formats
    assert asked_for.canonical() != automatic.canonical()


@given(parameters, options)
def test_spelling_is_safe_in_a_key(said: Parameters, option: ImageStack) -> None:
    """A spelling has no slash and none of the characters that S3 advises against, and is short."""
    spelling = make_plan(said, option, BOTH).canonical()
    assert set(spelling) <= set("abcdefghijklmnopqrstuvwxyz0123456789=&,:-.")
    assert len(spelling) < 330


def essence(found: Plan) -> Plan:
    """A plan less what does not matter in it: where no formats came from, options of what is not done."""
    return replace(
        found,
        formats_from_query=found.formats_from_query and bool(found.formats),
        options=ImageStack(
            png_lossless=found.options.png_lossless,
            png_palette=found.options.png_palette
            and not found.options.png_lossless
            and (bool(found.operations) or "png" in found.formats),
            linear=found.options.linear and part(found, Resize) is not None,
        ),
        reasons=(),
    )


@given(parameters, options, st.sampled_from(Refine))
def test_refinements_are_no_part_of_it(said: Parameters, option: ImageStack, refine: Refine) -> None:
    """Whether a result is made smaller afterwards changes neither plan nor spelling, and so no derived key."""
    assert make_plan(said, replace(option, refine=refine), BOTH) == make_plan(said, option, BOTH)
