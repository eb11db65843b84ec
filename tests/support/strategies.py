"""Random values that several suites need."""

from dataclasses import fields, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from imagestack.geometry import Size
from imagestack.operations.area import Area
from imagestack.operations.crop import Crop
from imagestack.operations.flip import Axes, Flip
from imagestack.operations.gravity import Anchor, Spot
from imagestack.operations.operation import Operation
from imagestack.operations.region import Position, Ratio, Region, Unit
from imagestack.operations.resize import Enlarge, Fit, Resize
from imagestack.operations.rotate import ROTATIONS, Rotate
from imagestack.plan.plan import Plan
from imagestack.quality import AUTO, ScoreTarget
from imagestack.request.kinds import LARGEST_NUMBER, Bad
from imagestack.request.query import Parameters, pairs, parse, spell
from imagestack.rules.options import ImageStack, Refine

FORMATS = [("webp",), ("avif",), ("webp", "avif"), ("avif", "webp")]
_UNIVERSAL = [("jpeg",), ("png",), ("avif", "webp", "jpeg"), ("png", "webp"), ("webp", "avif", "jpeg", "png")]
LISTS = [*FORMATS, *_UNIVERSAL, ("auto",)]
"""Values of `fmt`."""

BAD_QUALITY = ["quality=", "quality=x", "quality=101", "quality=AUTO"]
BAD_FORMATS = ["fmt=", "fmt=gif", "fmt=webp,", "fmt=auto,webp", "fmt=JPG"]
BAD_ROTATIONS = ["rotate=", "rotate=0", "rotate=91", "rotate=-90"]
BAD_FLIPS = ["flip=", "flip=vh", "flip=H"]
BAD_RESIZES = ["width=", "width=0&height=5", "height=x", "width=5&height=0", "width=5&height=5&fit="]
BAD_CROPS = [
    "crop=",
    "crop=1",
    "crop=0,1",
    "crop=1,0",
    "crop=1:1:1",
    "crop=0:1",
    "crop=1:0",
    "crop=1,1,x1",
    "crop=1,1,x,y",
    "crop=1,1,xp,yp",
    "crop=1,1,offset-x,offset-y",
    "crop=1,1,x1,y1p",
    "crop=1,1,x101p,y1p",
    "crop=1,1,offset-x101,offset-y1",
    "crop=12,34,5:6",
    "crop=5:6,78,90",
]


BAD_AREAS = ["area=", "area=1", "area=1,1,x1", "area=12,34,5:6", "area=0:1"]
BAD_MODIFIERS = {
    "dpr": ["dpr=", "dpr=0.99", "dpr=5.01", "dpr=1.125", "dpr=2.", "dpr=x"],
    "enlarge": ["enlarge=", "enlarge=yes", "enlarge=True"],
    "gravity": ["gravity=", "gravity=smart", "gravity=North", "gravity=x1,y1", "gravity=x101p,y0p", "gravity=x1p"],
    "background": ["background=", "background=fff", "background=%23ffffff", "background=gggggg"],
}
"""Bad values of the parameters that belong to no operation."""

HUGE = "1" + "0" * 9_999
"""A number with ten thousand digits."""


def asked(query: str) -> Parameters:
    """The parameters of a raw query string."""
    return parse(pairs(query))


def part(found: Parameters | Plan, kind: type[Operation]) -> Any:
    """The operation of a kind, or what is bad about its parameters; None if the query has none."""
    if isinstance(found, Parameters):
        bad = next((found.bad[name] for name in kind.parameters if name in found.bad), None)
        if bad:
            return bad
    return next((one for one in found.operations if isinstance(one, kind)), None)


def spell_of(operation: Operation) -> str:
    """The parameters of an operation, as a raw query string."""
    return spell(operation.values())


def reason(found: object) -> str:
    """Why a parameter is bad."""
    assert isinstance(found, Bad)
    return found.reason


# Rounding matters most where numbers are small.
numbers = st.one_of(st.integers(1, 40), st.integers(1, 5000), st.integers(1, LARGEST_NUMBER))
_sides = st.integers(1, 40) | st.integers(1, 3000)
sizes = st.builds(Size, _sides, _sides)

single_resizes = st.one_of(st.builds(Resize, numbers, st.none()), st.builds(Resize, st.none(), numbers))
resizes = st.one_of(single_resizes, st.builds(Resize, numbers, numbers, st.sampled_from(Fit)))
densities = st.integers(100, 500).map(lambda hundredths: Decimal(hundredths) / 100)
gravities = st.sampled_from(Anchor) | st.builds(Spot, st.integers(0, 100), st.integers(0, 100))
backgrounds = st.from_regex(r"[0-9a-f]{6}([0-9a-f]{2})?", fullmatch=True).map(
    lambda digits: digits[:6] if digits.endswith("ff") and len(digits) > len("rrggbb") else digits
)

pixels = st.builds(Position, st.just(Unit.PIXELS), st.integers(0, LARGEST_NUMBER))
percents = st.builds(Position, st.just(Unit.PERCENT), st.integers(0, 100))
offsets = st.builds(Position, st.just(Unit.OFFSET), st.integers(0, 100))

extents = st.builds(Size, numbers, numbers)
ratios = st.builds(Ratio, numbers, numbers)
conflicts = st.builds("crop={},{},{}:{}".format, numbers, numbers, numbers, numbers)
regions = st.one_of(
    st.builds(Region, extents, st.tuples(pixels | offsets, pixels | offsets)),
    st.builds(Region, extents, st.tuples(percents | offsets, percents | offsets)),
    st.builds(Region, ratios, st.tuples(offsets, offsets)),
    st.builds(Region, extents | ratios),
)
crops = st.builds(Crop, regions)

rotations = st.builds(Rotate, st.sampled_from(ROTATIONS))
flips = st.builds(Flip, st.sampled_from(Axes))

_spelled = st.fixed_dictionaries(
    {},
    optional={
        "rotate": rotations.map(spell_of) | st.sampled_from(BAD_ROTATIONS),
        "flip": flips.map(spell_of) | st.sampled_from(BAD_FLIPS),
        "area": st.builds(Area, regions).map(spell_of) | st.sampled_from(BAD_AREAS),
        "width": resizes.map(spell_of) | st.sampled_from(BAD_RESIZES),
        "crop": crops.map(spell_of) | st.sampled_from(BAD_CROPS) | conflicts,
        "dpr": densities.map("dpr={}".format) | st.sampled_from(BAD_MODIFIERS["dpr"]),
        "enlarge": st.sampled_from(Enlarge).map("enlarge={}".format) | st.sampled_from(BAD_MODIFIERS["enlarge"]),
        "gravity": gravities.map(lambda gravity: spell({"gravity": gravity}))
        | st.sampled_from(BAD_MODIFIERS["gravity"]),
        "background": backgrounds.map("background={}".format) | st.sampled_from(BAD_MODIFIERS["background"]),
        "quality": st.integers(0, 100).map("quality={}".format)
        | st.sampled_from(["quality=auto", "quality=high", "quality=low", *BAD_QUALITY]),
        "fmt": st.sampled_from(LISTS).map(lambda names: f"fmt={','.join(names)}") | st.sampled_from(BAD_FORMATS),
    },
)
parameters = _spelled.map(lambda said: asked("&".join(said.values())))
"""All parameters of a query, good and bad."""

options = st.builds(
    ImageStack,
    enabled=st.booleans(),
    quality=st.integers(0, 100) | st.just(AUTO),
    quality_target=st.integers(30, 95),
    webp_enabled=st.booleans(),
    avif_enabled=st.booleans(),
    png_lossless=st.booleans(),
    png_palette=st.booleans(),
    linear=st.booleans(),
    refine=st.sampled_from(Refine),
)

plans = st.builds(
    lambda parameters, **others: Plan(operations=parameters.operations, **others),
    parameters,
    formats=st.just(()) | st.sampled_from([*FORMATS, *_UNIVERSAL]),
    formats_from_query=st.booleans(),
    quality=st.integers(0, 100) | st.builds(ScoreTarget, st.integers(30, 95)),
    quality_from_query=st.booleans(),
    background=st.none() | backgrounds,
    options=st.builds(ImageStack, png_lossless=st.booleans(), png_palette=st.booleans(), linear=st.booleans()),
)

plan_pairs = st.builds(
    lambda one, other, names: (one, replace(one, **{name: getattr(other, name) for name in names})),
    plans,
    plans,
    st.sets(st.sampled_from([field.name for field in fields(Plan)])),
)
"""Two plans that differ in few things, or in none."""

hosts = st.one_of(st.just("*"), st.from_regex(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?", fullmatch=True))
keys = st.one_of(
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60),
    st.text("@/%ab", min_size=1, max_size=8),
    st.builds(lambda text, times: text * times, st.text("aé€😀/@%", min_size=1, max_size=7), st.integers(1, 300)),
)
"""Keys of originals: any characters, those that matter in a derived key, and long ones."""
