"""The place of each pixel compared with an independent reference (docs/specification.md#section-10)."""

from functools import cache
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagestack.rules.options import ImageStack
from tests.support.depth import examples
from tests.support.reference.geometry import ANCHORS, Pair, Settled, settle
from tests.support.reference.pixels import Pixels, difference, draw
from tests.support.reference.places import errors, noise, slopes, sources, transparent, waves
from tests.support.reference.queries import Query, parsed, queries, spelled
from tests.support.results import result, stored

SMALL, LARGE = (160, 120), (1280, 800)
"""The large picture has more than a megapixel, so that the decoder of a JPEG may reduce it."""
# Eight bits hold an exact colour to half a step. Pillow rounds after each of the two passes of a resize.
ROUNDED, RESAMPLED = 0.5, 1.5
# With alpha it also rounds the weighted colours.
WEIGHTED = 4.0
# From a reduction by 6 on a box filter of two pixels comes first: it was at most 1.9 off in 6,000 random queries.
BOXED_FROM, BOXED = 6, 2.5
# Stronger reductions begin with a larger box, and so does the decoder of a JPEG.
MOST_REDUCED = 8
REDUCED, DECODED = 20.0, 8.0
# In pixels of the result. A whole wave is at least eight of them.
NEAR = 0.05

# Queries that cut and place pixels.
PLACED = [
    *(f"crop=30,21&gravity={word}" for word in ANCHORS),
    *(f"crop=2:3&gravity={word}" for word in ("west", "northeast", "x10p,y90p", "x100p,y0p", "focus")),
    "crop=31,20&gravity=x30p,y40p",
    "crop=31,20&gravity=focus",
    "crop=30,20,offset-x50,offset-y50&gravity=north",
    "crop=30,20,x5,y7&gravity=southeast",
    "crop=3:2,offset-x10,offset-y90&gravity=southeast",
    "crop=20,10&dpr=2",
    "crop=33,11&dpr=1.33&gravity=southwest",
    "crop=20,10,x3,y5&dpr=1.5",
    "crop=21,11,x50p,y10p&dpr=2.75",
    "crop=40,40&dpr=5",
    "area=40,31",
    "area=40,30,x10,y5",
    "area=40,30,x10p,y20p",
    "area=40,30,x10,offset-y99",
    "area=40,30,offset-x33,y7p",
    "area=3:7",
    "area=1:1,offset-x100,offset-y0",
    "area=40,30,x10,y5&crop=10,10&gravity=southeast",
    "area=40,30,x10,y5&crop=10,10&gravity=focus",
    "area=40,30&gravity=northwest",
    "rotate=90&area=30,50,x2,y3",
    "rotate=180&area=30,50,x2,y3&crop=7,5&gravity=focus",
    "rotate=270&flip=h&area=31,50&crop=1:2&gravity=x80p,y10p",
    "flip=hv&area=1:1&gravity=x0p,y0p&crop=20,20",
    "flip=v&crop=21,20&gravity=focus",
    *(f"width=203&height=190&fit=pad&gravity={word}" for word in ANCHORS),
    "width=203&height=190&fit=pad&gravity=x10p,y80p",
    "width=203&height=121&fit=pad&gravity=focus",
    "width=200&height=200&fit=pad&crop=50,40&gravity=x10p,y80p",
    "width=160&height=120&fit=pad&dpr=3&crop=50,40",
    "width=160&height=60&gravity=north",
    "width=81&height=120&gravity=x33p,y0p",
    "width=150&height=120&enlarge=clamp&gravity=focus",
    "width=300&height=100&enlarge=clamp&crop=31,31&gravity=east",
    "rotate=90&width=200&height=200&fit=pad&enlarge=clamp&gravity=southwest",
    "width=150&dpr=5&crop=20,20&gravity=east",
]
# Queries that scale too.
SCALED = [
    "width=80",
    "width=310&dpr=1.25",
    "width=130&dpr=2.75",
    "height=333&dpr=1.33",
    "width=300&height=320",
    "width=400&height=200&gravity=north",
    "width=300&height=400&gravity=x80p,y10p",
    "width=300&height=400&gravity=focus&crop=200,200",
    "width=400&height=333&fit=contain&dpr=1.5",
    "width=300&height=300&fit=pad&dpr=1.25&gravity=south",
    "width=500&height=500&fit=pad&crop=300,200,x11,y23&dpr=1.5&gravity=x20p,y20p",
    "width=500&height=300&fit=force",
    "width=500&height=400&fit=bounds",
    "width=500&height=400&fit=cover",
    "area=800,600,x101,y77&width=300",
    "area=801,599,x25p,y30p&width=267&crop=200,100&gravity=northeast",
    "rotate=90&flip=v&area=1:1&width=320&crop=200,100&gravity=x10p,y90p",
    "rotate=270&area=500,900,x33,y44&width=250&height=200&gravity=focus",
    "width=400&crop=200,100,x33,y41&dpr=1.5",
]
ENLARGED = [
    "width=2000&enlarge=true",
    "height=450&enlarge=true",
    "width=400&height=300&enlarge=true&gravity=east",
    "width=600&height=300&fit=force&enlarge=true",
    "width=500&height=500&fit=contain&enlarge=true",
    "width=500&height=450&fit=pad&enlarge=true&gravity=x0p,y100p",
    "width=450&height=401&fit=bounds&enlarge=true",
    "width=450&height=301&fit=cover&enlarge=true",
    "rotate=90&area=100,140&width=300&enlarge=true&crop=200,200&gravity=focus",
]
FOCUS = (70, 20)


@pytest.mark.parametrize("query", PLACED)
def test_cuts_are_exact(query: str) -> None:
    """Without scaling each pixel is the one that the reference names, in a picture of random colours."""
    picture = noise(SMALL)
    settled = settle(parsed(query), SMALL, FOCUS)
    found = result(stored(picture), query, focus=FOCUS)
    assert found.operations == settled.operations
    assert found.reasons == "; ".join(settled.reasons)
    assert np.array_equal(found.pixels[found.pixels[..., 3] > 0], draw(picture, settled)[found.pixels[..., 3] > 0])
    x, y = sources(settled)
    is_shown = ~np.isnan(x + y)
    assert np.array_equal(found.pixels[..., 3] > 0, is_shown)
    origin = picture[y[is_shown].astype(int), x[is_shown].astype(int)]
    assert np.array_equal(found.pixels[is_shown], origin)


@cache
def waves_of(form: str) -> tuple[bytes, Pixels]:
    """A large JPEG of waves and its pixels, or a PNG of the same pixels."""
    if form == "PNG":
        picture = waves_of("JPEG")[1]
        return stored(picture, compress_level=1), picture
    body = stored(waves(LARGE), "JPEG", quality=98, subsampling=0)
    with Image.open(BytesIO(body)) as image:
        return body, np.asarray(image.convert("RGBA"), dtype=float)


PLAIN, LINEAR = ImageStack(enabled=True), ImageStack(enabled=True, linear=True)


@pytest.mark.parametrize(
    ("form", "option", "tolerance", "query"),
    [
        *(("JPEG", PLAIN, DECODED, query) for query in SCALED),
        *(("PNG", PLAIN, RESAMPLED, query) for query in SCALED[1::4]),
        # In linear light nothing is reduced by a decoder.
        *(("JPEG", LINEAR, RESAMPLED, query) for query in SCALED[2::4]),
    ],
)
def test_scaled(form: str, option: ImageStack, tolerance: float, query: str) -> None:
    """Scaled pixels lie at the places of the reference and have its colours."""
    body, picture = waves_of(form)
    settled = settle(parsed(query), LARGE, FOCUS)
    found = result(body, f"{query}&fmt=png", option, FOCUS)
    assert found.operations[: len(settled.operations)] == settled.operations
    assert difference(found.pixels, draw(picture, settled, linear=option.linear)) <= tolerance
    assert max(errors(found.pixels, settled)) <= NEAR


@pytest.mark.parametrize("query", ENLARGED)
@pytest.mark.parametrize("form", ["PNG", "JPEG"])
def test_enlarged(form: str, query: str) -> None:
    """So do those of an enlarged picture."""
    body = stored(waves(SMALL), form, **({"quality": 100, "subsampling": 0} if form == "JPEG" else {}))
    with Image.open(BytesIO(body)) as image:
        picture = np.asarray(image.convert("RGBA"), dtype=float)
    settled = settle(parsed(query), SMALL, FOCUS)
    found = result(body, f"{query}&fmt=png", focus=FOCUS)
    assert difference(found.pixels, draw(picture, settled)) <= RESAMPLED
    assert max(errors(found.pixels, settled)) <= 2 * NEAR


@pytest.mark.parametrize("query", ["width=320&crop=200,101,x33,y41", "area=800,601,x101,y77&width=400", "crop=3:4"])
def test_jpeg_stays_jpeg(query: str) -> None:
    """A JPEG that stays one has its pixels at the same places."""
    found = result(waves_of("JPEG")[0], query)
    assert max(errors(found.pixels, settle(parsed(query), LARGE))) <= NEAR


TURNS = {1: (0, ""), 2: (0, "h"), 3: (180, ""), 4: (0, "v"), 5: (90, "h"), 6: (90, ""), 7: (270, "h"), 8: (270, "")}
"""What makes a file upright, by its EXIF orientation: a clockwise rotation, then a mirror (TIFF 6.0, Orientation)."""


def turned(pixels: Pixels, orientation: int) -> Pixels:
    """The upright picture of a file with this orientation."""
    degrees, axes = TURNS[orientation]
    return draw(pixels, settle({"rotate": str(degrees), "flip": axes}, pixels.shape[1::-1]))


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize(
    "query",
    [
        "area=90,81,x5,y7",
        "rotate=90&area=81,90,x5,y7&crop=21,30&gravity=focus",
        "flip=h&crop=20,31,x3,y4&dpr=1.5",
        "width=203&height=190&fit=pad&gravity=x20p,y30p",
    ],
)
def test_oriented(query: str, orientation: int) -> None:
    """All numbers refer to the upright picture, whatever its orientation in the file is."""
    file = noise(SMALL)
    upright = turned(file, orientation)
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = result(stored(file, exif=exif), query, focus=FOCUS)
    expected = draw(upright, settle(parsed(query), upright.shape[1::-1], FOCUS))
    assert difference(found.pixels, expected) == 0


@pytest.mark.parametrize("orientation", TURNS)
@pytest.mark.parametrize("query", ["area=700,800,x31,y77&width=333&crop=200,201&gravity=southwest&dpr=1.5"])
def test_oriented_and_streamed(query: str, orientation: int) -> None:
    """So they do where a large JPEG is cut and scaled while it is decoded."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = turned(waves_of("JPEG")[1], orientation)
    body = stored(waves_of("JPEG")[1], "JPEG", quality=98, subsampling=0, exif=exif)
    settled = settle(parsed(query), upright.shape[1::-1])
    assert difference(result(body, f"{query}&fmt=png").pixels, draw(upright, settled)) <= DECODED


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (2, 3)])
@pytest.mark.parametrize(
    "query",
    [
        "width=9&height=7&fit=pad&background=ff0000",
        "width=3&height=3&fit=pad&crop=1,1&gravity=southeast",
        "crop=1,1&gravity=x90p,y90p",
        "area=1,1,x100p,y100p",
        "area=1:1",
        "rotate=90&area=1,1",
        "width=1",
        "height=1&dpr=5",
        "width=1&height=1",
        "width=1&height=1&fit=force&dpr=2",
    ],
)
def test_tiny(size: Pair, query: str) -> None:
    """Pictures of few pixels have the sizes, the reasons and the colours of any other."""
    picture = slopes(size)
    settled = settle(parsed(query), size)
    found = result(stored(picture), query)
    assert (found.operations, found.reasons) == (settled.operations, "; ".join(settled.reasons))
    assert difference(found.pixels, draw(picture, settled, parsed(query).get("background", ""))) <= REDUCED


@pytest.mark.parametrize(
    ("size", "query"),
    [
        ((10, 4), "width=8192&height=4&fit=pad&gravity=east"),
        ((10, 4), "width=10&height=8192&fit=pad&gravity=x0p,y0p"),
        ((9000, 2), "width=9000&height=5&fit=pad"),
        ((9000, 2), "rotate=90&width=4&height=9000&fit=pad&gravity=east"),
    ],
)
def test_longest_canvas(size: Pair, query: str) -> None:
    """A canvas at its limit holds the picture at its place."""
    picture = noise(size)
    found = result(stored(picture), query)
    assert difference(found.pixels, draw(picture, settle(parsed(query), size))) == 0


SMOOTH = {
    "waves": waves(SMALL),
    "slopes": slopes(SMALL),
    "transparent waves": transparent(waves(SMALL)),
    "transparent slopes": transparent(slopes(SMALL)),
}


@examples(1_500)
@given(queries(SMALL[0]), st.sampled_from(list(SMOOTH)))
def test_random(query: Query, kind: str) -> None:
    """Any combination has the size and the colours of the reference."""
    picture = SMOOTH[kind]
    settled = settle(query, SMALL, FOCUS)
    found = result(stored(picture), spelled(query), focus=FOCUS)
    # A background alone does nothing.
    expected = draw(picture, settled, query.get("background", "") if settled.operations else "")
    if settled.scaled == settled.area.size:
        tolerance = ROUNDED
    elif reduction(settled) > MOST_REDUCED:
        tolerance = REDUCED
    elif reduction(settled) >= BOXED_FROM and "transparent" not in kind:
        tolerance = BOXED
    else:
        tolerance = WEIGHTED if "transparent" in kind else RESAMPLED
    assert difference(found.pixels, expected) <= tolerance


def reduction(settled: Settled) -> float:
    """How many pixels of the original there are for one of the result, on the axis with more of them."""
    return max(settled.area.size[at] / settled.scaled[at] for at in (0, 1))


@examples(60)
@given(queries(LARGE[0] // 2, enlarge=("false", "clamp")))
def test_random_jpeg(query: Query) -> None:
    """So does a large JPEG, which may be cut and scaled while it is decoded."""
    body, picture = waves_of("JPEG")
    settled = settle(query, LARGE, FOCUS)
    found = result(body, f"{spelled(query)}&fmt=png", focus=FOCUS)
    expected = draw(picture, settled, query.get("background", ""))
    if reduction(settled) > MOST_REDUCED:
        # The waves are finer than its pixels.
        assert found.pixels.shape == expected.shape
        assert found.pixels[..., 3] == pytest.approx(expected[..., 3], abs=ROUNDED)
    else:
        assert difference(found.pixels, expected) <= DECODED
