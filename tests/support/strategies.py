"""Random values that several suites need."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from hypothesis import strategies as st

from imagestack.geometry import Size
from imagestack.operations.crop import Area, Crop, Position, Ratio, Unit
from imagestack.operations.flip import Axes, Flip
from imagestack.operations.operation import Operation
from imagestack.operations.resize import Fit, Resize
from imagestack.operations.rotate import ROTATIONS, Rotate
from imagestack.plan.plan import Plan
from imagestack.quality import AUTO, ScoreTarget
from imagestack.request.kinds import LARGEST_NUMBER, Bad
from imagestack.request.query import Parameters, pairs, parse
from imagestack.rules.options import ImageStack, Refine

FORMATS = [("webp",), ("avif",), ("webp", "avif"), ("avif", "webp")]

BAD_QUALITY = ["quality=", "quality=x", "quality=101", "quality=AUTO"]
BAD_FORMATS = ["fmt=", "fmt=gif", "fmt=webp,"]
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


HUGE = "1" + "0" * 9_999
"""A number with ten thousand digits."""


def asked(query: str) -> Parameters:
    """The parameters of a raw query string."""
    return parse(pairs(query))


def part(found: Parameters | Plan, kind: type[Operation]) -> Any:
    """The operation of a kind, or what is bad about its parameters; None if the query has none."""
    for one in found.operations:
        if isinstance(one, kind) or (isinstance(one, Bad) and one.spelling.partition("=")[0] in kind.parameters):
            return one
    return None


def reason(found: object) -> str:
    """Why a parameter is bad."""
    assert isinstance(found, Bad)
    return found.reason


def _bads(queries: list[str], read: Callable[[Parameters], Any]) -> st.SearchStrategy[Bad]:
    return st.sampled_from([read(asked(query)) for query in queries])


numbers = st.one_of(st.integers(1, 5000), st.integers(1, LARGEST_NUMBER))
sizes = st.builds(Size, st.integers(1, 3000), st.integers(1, 3000))

single_resizes = st.one_of(st.builds(Resize, numbers, st.none()), st.builds(Resize, st.none(), numbers))
resizes = st.one_of(single_resizes, st.builds(Resize, numbers, numbers, st.sampled_from(Fit)))

pixels = st.builds(Position, st.just(Unit.PIXELS), st.integers(0, LARGEST_NUMBER))
percents = st.builds(Position, st.just(Unit.PERCENT), st.integers(0, 100))
offsets = st.builds(Position, st.just(Unit.OFFSET), st.integers(0, 100))

areas = st.builds(Area, numbers, numbers)
ratios = st.builds(Ratio, numbers, numbers)
conflicts = st.builds("crop={},{},{}:{}".format, numbers, numbers, numbers, numbers).map(
    lambda query: asked(query).operations[0]
)
crops = st.one_of(
    st.builds(Crop, areas, pixels | offsets, pixels | offsets),
    st.builds(Crop, areas, percents | offsets, percents | offsets),
    st.builds(Crop, ratios, offsets, offsets),
    st.builds(Crop, areas | ratios),
)


def _in_order(*operations: Operation | Bad | None) -> tuple[Any, ...]:
    return tuple(one for one in operations if one is not None)


rotations = st.builds(Rotate, st.sampled_from(ROTATIONS))
flips = st.builds(Flip, st.sampled_from(Axes))

parameters = st.builds(
    Parameters,
    operations=st.builds(
        _in_order,
        st.none() | rotations | _bads(BAD_ROTATIONS, lambda found: found.operations[0]),
        st.none() | flips | _bads(BAD_FLIPS, lambda found: found.operations[0]),
        st.none() | resizes | _bads(BAD_RESIZES, lambda found: found.operations[0]),
        st.none() | crops | _bads(BAD_CROPS, lambda found: found.operations[0]) | conflicts,
    ),
    quality=st.none() | st.integers(0, 100) | st.just(AUTO) | _bads(BAD_QUALITY, lambda found: found.quality),
    formats=st.none() | st.sampled_from(FORMATS) | _bads(BAD_FORMATS, lambda found: found.formats),
)
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
    Plan,
    operations=st.builds(_in_order, st.none() | rotations, st.none() | flips, st.none() | resizes, st.none() | crops),
    formats=st.just(()) | st.sampled_from(FORMATS),
    formats_from_query=st.booleans(),
    quality=st.integers(0, 100) | st.builds(ScoreTarget, st.integers(30, 95)),
    quality_from_query=st.booleans(),
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
