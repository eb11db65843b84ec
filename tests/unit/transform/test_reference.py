"""The pixels of each parameter beside an independent implementation in numpy (docs/specification.md#section-10)."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from imagestack.formats import ORIGINALS, detect
from imagestack.limits import Limits
from imagestack.plan.decide import decide
from imagestack.plan.plan import make_plan
from imagestack.plan.work import Work
from imagestack.rules.options import ImageStack
from imagestack.transform import read_facts, transform
from tests.support.decided import PLENTY
from tests.support.depth import tries
from tests.support.images import encoded
from tests.support.reference.geometry import WORDS
from tests.support.reference.pixels import Pixels, rendered
from tests.support.strategies import asked

ON = ImageStack(enabled=True)
EXACT = 1.0
# Pillow rounds to eight bits after each of the two passes of a resize, and before them where it weights by alpha.
RESAMPLED, WEIGHTED = 2.0, 4.0
# It also clips after each pass, which shows where neighbours are black and white.
CLIPPED = 10.0
# A JPEG of quality 98, decoded by another decoder at a smaller size.
DECODED = 4.5


def places(width: int, height: int, *, alpha: bool = False) -> Pixels:
    """A picture whose colours tell the place: red by column, green by row, blue by both."""
    columns, rows = np.arange(width)[None, :], np.arange(height)[:, None]
    red, green = columns * 255 / max(width - 1, 1) + rows * 0, rows * 255 / max(height - 1, 1) + columns * 0
    opacity = 255 - np.abs(red - green) * 0.9 if alpha else np.full((height, width), 255.0)
    return np.round(np.stack([red, green, (red + green) / 2, opacity], axis=2))


def stored(pixels: Pixels, fmt: str = "PNG", **settings_: Any) -> bytes:
    image = Image.fromarray(pixels.astype(np.uint8))
    return encoded(image if fmt == "PNG" else image.convert("RGB"), fmt, **settings_)


def made(body: bytes, query: str, option: ImageStack = ON) -> Pixels:
    """The decoded result of the product; the original where nothing is done."""
    facts = read_facts(body, ORIGINALS[detect(body) or ""])
    work = decide(make_plan(asked(query), option, ()), facts, Limits(), PLENTY)
    result = transform(body, work).body if isinstance(work, Work) else body
    with Image.open(BytesIO(result)) as image:
        return np.asarray(image.convert("RGBA"), dtype=float)


def pairs_of(query: str) -> dict[str, str]:
    return dict(part.split("=") for part in query.split("&"))


def assert_alike(found: Pixels, expected: Pixels, tolerance: float) -> None:
    """The same size; where pixels can be seen, the same colours; alpha everywhere."""
    assert found.shape == expected.shape
    assert np.abs(found[..., 3] - expected[..., 3]).max() <= tolerance
    seen = np.minimum(found[..., 3], expected[..., 3]) / 255
    assert (np.abs(found[..., :3] - expected[..., :3]).max(axis=2) * seen).max() <= tolerance


# Queries that only cut and place pixels.
PLACED = [
    *(f"crop=30,20&gravity={word}" for word in WORDS),
    *(f"crop=2:1&gravity={word}" for word in ("north", "southwest", "x10p,y90p")),
    "crop=30,20&gravity=x30p,y40p",
    "crop=30,20,offset-x50,offset-y50&gravity=north",
    "crop=30,20,x5,y7&gravity=south",
    "crop=20,10&dpr=2",
    "crop=20,10,x3,y4&dpr=1.5",
    "crop=21,11,x50p,y10p&dpr=1.33",
    "crop=40,40&dpr=5",
    "area=40,30",
    "area=40,30,x10,y5",
    "area=40,30,x10p,y20p",
    "area=1:1,offset-x100,offset-y0",
    "area=40,30,x10,y5&crop=10,10&gravity=southeast",
    "rotate=90&area=30,50,x2,y3",
    "rotate=270&flip=h&area=30,50&crop=1:2",
    "flip=hv&area=1:1&gravity=x0p,y0p&crop=20,20",
    *(f"width=120&height=100&fit=pad&gravity={word}" for word in WORDS),
    "width=120&height=100&fit=pad&gravity=x10p,y80p",
    "width=120&height=100&fit=pad&background=12345678",
    "width=120&height=61&fit=pad&background=ff8800",
    "width=60&height=61&enlarge=clamp",
    "width=100&height=100&enlarge=clamp",
    "width=100&height=200&enlarge=clamp&gravity=west",
    "rotate=90&width=100&height=100&fit=pad&background=0000ff",
    "width=80&dpr=5&crop=20,20&gravity=east",
]
# Queries that scale, by less than 3, where Pillow has no reduction before.
SCALED = [
    "width=40",
    "width=33&dpr=1.25",
    "width=30&dpr=2.75",
    "height=25&dpr=1.33",
    "width=40&height=20",
    "width=40&height=20&gravity=north",
    "width=30&height=40&gravity=x80p,y10p",
    "width=40&height=40&fit=contain",
    "width=40&height=40&fit=contain&dpr=1.5",
    "width=50&height=50&fit=pad",
    "width=50&height=50&fit=pad&dpr=1.25&background=00ff00&gravity=south",
    "width=50&height=50&fit=pad&crop=20,20&background=00ff0080",
    "width=40&height=30&fit=force",
    "width=50&height=40&fit=bounds",
    "width=50&height=40&fit=cover",
    "width=120&enlarge=true",
    "width=900&enlarge=true",
    "width=120&height=120&enlarge=true",
    "width=120&height=120&enlarge=true&gravity=east",
    "width=200&height=100&fit=pad&enlarge=true",
    "area=60,40,x10,y10&width=40",
    "area=60,40,x10,y10&width=30&dpr=1.5&crop=20,20&gravity=northwest",
    "rotate=90&flip=v&area=1:1&width=30&crop=20,10&gravity=x10p,y90p",
    "width=40&crop=20,10&gravity=x30p,y70p",
    "width=40&crop=20,10,x3,y4&dpr=1.5",
    "width=51&crop=51,38&dpr=1.5",
]


@pytest.mark.parametrize("alpha", [False, True], ids=["opaque", "alpha"])
@pytest.mark.parametrize("query", PLACED)
def test_placed(query: str, *, alpha: bool) -> None:
    """Pixels that are cut and placed are exactly those of the reference."""
    picture = places(80, 60, alpha=alpha)
    assert_alike(made(stored(picture), query), rendered(picture, pairs_of(query)), EXACT)


@pytest.mark.parametrize("alpha", [False, True], ids=["opaque", "alpha"])
@pytest.mark.parametrize("query", SCALED)
def test_scaled(query: str, *, alpha: bool) -> None:
    """Scaled pixels have the size of the reference and its colours, which tell the place."""
    picture = places(80, 60, alpha=alpha)
    tolerance = WEIGHTED if alpha else RESAMPLED
    assert_alike(made(stored(picture), query), rendered(picture, pairs_of(query)), tolerance)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("query", ["area=40,20,x5,y7", "area=30,30,x2,y1&width=20&crop=10,8&gravity=southwest"])
def test_orientation(query: str, orientation: int) -> None:
    """All numbers refer to the upright picture."""
    file = places(80, 60)
    exif = Image.Exif()
    exif[0x0112] = orientation
    turns = {1: (0, ""), 2: (0, "h"), 3: (180, ""), 4: (0, "v"), 5: (90, "h"), 6: (90, ""), 7: (270, "h"), 8: (270, "")}
    degrees, flip = turns[orientation]
    upright = rendered(file, {"rotate": str(degrees), "flip": flip})
    found = made(stored(file, exif=exif), query)
    assert_alike(found, rendered(upright, pairs_of(query)), RESAMPLED)


# Over 1600 columns, a step of red is 6 columns of the original.
LARGE = [
    "width=400&fmt=png",
    "width=300&height=300&gravity=east&fmt=png",
    "width=200&height=200&dpr=1.5&fit=pad&background=ff0000&gravity=north&fmt=png",
    "area=800,600,x400,y300&width=200&fmt=png",
    "area=801,599,x401,y301&width=267&crop=100,100&gravity=northeast&fmt=png",
    "rotate=90&area=1:2&width=150&fmt=png",
    "crop=500,400&gravity=x80p,y20p&fmt=png",
    "width=400&height=400&fit=contain&dpr=1.5&fmt=png",
]


@pytest.fixture(scope="module")
def large() -> tuple[Pixels, bytes]:
    picture = places(1600, 1200)
    return picture, stored(picture, "JPEG", quality=98, subsampling=0)


@pytest.mark.parametrize("query", LARGE)
def test_streamed(large: tuple[Pixels, bytes], query: str) -> None:
    """An original that is scaled and cut while it is decoded gives the same picture."""
    picture, body = large
    query_ = {name: value for name, value in pairs_of(query).items() if name != "fmt"}
    assert_alike(made(body, query), rendered(picture, query_), DECODED)


@pytest.mark.parametrize("query", ["width=400&fmt=png", "width=200&height=200&fit=pad&fmt=png&background=ffffff"])
def test_linear(large: tuple[Pixels, bytes], query: str) -> None:
    """A smooth picture is the same in linear light, at the same places."""
    picture, body = large
    query_ = {name: value for name, value in pairs_of(query).items() if name != "fmt"}
    option = ImageStack(enabled=True, linear=True)
    assert_alike(made(body, query, option), rendered(picture, query_), DECODED)


BACKGROUNDS = ["ffffff", "000000", "ff8800", "3366cc80", "00000000"]


def modes() -> dict[str, Image.Image]:
    """One picture in all modes that can be transparent."""
    image = Image.fromarray(places(40, 30, alpha=True).astype(np.uint8))
    palette = image.convert("RGB").quantize(16)
    palette.info["transparency"] = 3
    keyed = image.convert("RGB")
    keyed.info["transparency"] = keyed.getpixel((5, 5))
    return {"RGBA": image, "LA": image.convert("LA"), "palette": palette, "keyed": keyed}


@pytest.mark.parametrize("background", BACKGROUNDS)
@pytest.mark.parametrize("mode", ["RGBA", "LA", "palette", "keyed"])
def test_background(mode: str, background: str) -> None:
    """Transparent pixels lie on the background, within one step of the exact mixture."""
    output = BytesIO()
    image = modes()[mode]
    image.save(output, "PNG", **({"transparency": image.info["transparency"]} if "transparency" in image.info else {}))
    body = output.getvalue()
    query = f"crop=30,20&background={background}"
    with Image.open(BytesIO(body)) as read:
        picture = np.asarray(read.convert("RGBA"), dtype=float)
    assert_alike(made(body, query), rendered(picture, pairs_of(query)), EXACT)


def test_jpeg_of_a_transparent_picture() -> None:
    """Without a background it lies on white; a translucent background lies on white too."""
    picture = places(40, 30, alpha=True)
    for query, behind in (("fmt=jpeg", "ffffff"), ("fmt=jpeg&background=ff000080", "ff7f7f")):
        found = made(stored(picture), f"{query}&quality=100")
        assert_alike(found, rendered(picture, {"background": behind}), 6.0)


def test_sixteen_bits() -> None:
    """Grey of sixteen bits with a transparent value lies on the background where it has that value."""
    values = np.linspace(0, 65535, 40 * 30).reshape(30, 40).astype(np.uint16)
    image = Image.fromarray(values)
    output = BytesIO()
    image.save(output, "PNG", transparency=int(values[4, 5]))
    found = made(output.getvalue(), "width=80&height=60&fit=pad&background=ff0000")
    assert found.shape == (60, 80, 4)
    grey = np.round(values / 257)
    assert np.abs(found[15:45, 20:60, 1][values != values[4, 5]] - grey[values != values[4, 5]]).max() <= EXACT
    assert tuple(found[19, 25]) == (255, 0, 0, 255)
    assert tuple(found[0, 0]) == (255, 0, 0, 255)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (2, 3)])
@pytest.mark.parametrize(
    "query", ["width=9&height=7&fit=pad", "crop=1,1&gravity=x90p,y90p", "width=3&enlarge=true", "area=1:1&width=1"]
)
def test_tiny(size: tuple[int, int], query: str) -> None:
    """Pictures of few pixels keep to the same rules."""
    picture = places(*size)
    assert_alike(made(stored(picture), query), rendered(picture, pairs_of(query)), CLIPPED)


_sides = st.integers(20, 100).map(str)
_points = st.builds("x{}p,y{}p".format, st.integers(0, 100), st.integers(0, 100))
_regions = st.one_of(
    st.builds("{},{}".format, st.integers(1, 70), st.integers(1, 50)),
    st.builds("{}:{}".format, st.integers(1, 9), st.integers(1, 9)),
    st.builds("{},{},x{},y{}".format, st.integers(1, 40), st.integers(1, 30), st.integers(0, 40), st.integers(0, 30)),
    st.builds(
        "{},{},offset-x{},y{}p".format, st.integers(1, 40), st.integers(1, 30), st.integers(0, 100), st.integers(0, 60)
    ),
)
_queries = st.fixed_dictionaries(
    {},
    optional={
        "rotate": st.sampled_from(["90", "180", "270"]),
        "flip": st.sampled_from(["h", "v", "hv"]),
        "area": _regions.filter(lambda text: ":" in text or min(map(int, text.split(",")[:2])) >= 20),
        "width": _sides,
        "height": _sides,
        "fit": st.sampled_from(["fit", "force", "contain", "pad", "bounds", "cover"]),
        "crop": _regions,
        "dpr": st.sampled_from(["1", "1.25", "1.5", "2", "2.75"]),
        "enlarge": st.sampled_from(["false", "clamp", "true"]),
        "gravity": st.sampled_from(list(WORDS)) | _points,
        "background": st.sampled_from(BACKGROUNDS),
    },
)


@settings(max_examples=tries(3000))
@given(_queries, st.booleans())
def test_combinations(query: dict[str, str], alpha: bool) -> None:  # noqa: FBT001 - drawn
    """Any combination has the size of the reference and its colours."""
    picture = places(90, 70, alpha=alpha)
    text = "&".join(f"{name}={value}" for name, value in query.items())
    without = {name: value for name, value in query.items() if name != "background"}
    if np.array_equal(rendered(picture, without), picture):
        # A background alone is no operation.
        query = without
    found = made(stored(picture), text)
    assert_alike(found, rendered(picture, query), WEIGHTED)
