"""The grammar of the query (spec sections 2, 3 and 6)."""

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.operations import Area, Crop, Fit, Position, Ratio, Resize, Unit
from imagestack.quality import AUTO
from imagestack.query import Bad, Parameters, canonical, pairs, parse
from tests.unit.strategies import asked, parameters

HUGE = "1" + "0" * 9_999
ZEROS = "0" * 10_000

QUALITIES = [("0", 0), ("100", 100), ("80", 80), ("007", 7), (ZEROS, 0), (ZEROS + "9", 9), ("%38%30", 80)]


@pytest.mark.parametrize(("value", "number"), QUALITIES, ids=[value[:9] for value, _ in QUALITIES])
def test_quality(value: str, number: int) -> None:
    """`quality` is 0 to 100 in ASCII digits, leading zeros allowed."""
    assert asked(f"quality={value}") == Parameters(quality=number)


# What is no number anywhere. A percent sign alone is no escape, so that it stands for itself.
NO_NUMBERS = {
    "empty": "",
    "word": "abc",
    "minus": "-5",
    "plus": "+5",
    "point": "5.0",
    "comma-point": ".5",
    "exponent": "1e2",
    "underscore": "1_0",
    "space-before": "%205",
    "space-after": "5%20",
    "newline": "5%0A",
    "nul": "5%00",
    "hexadecimal": "0x10",
    "arabic-indic": "%D9%A8%D9%A0",
    "fullwidth": "%EF%BC%98",
    "superscript": "%C2%B2",
    "invalid-utf-8": "5%FF",
    "percent-sign": "50%",
    "not-decoded-twice": "%2535",
}


def no_numbers(*without: str) -> list[object]:
    return [pytest.param(value, id=name) for name, value in NO_NUMBERS.items() if name not in without]


@pytest.mark.parametrize("value", ["auto", "%61uto"])
def test_automatic_quality(value: str) -> None:
    """`quality=auto` is the one word in place of a number."""
    said = asked(f"quality={value}")
    assert said == Parameters(quality=AUTO)
    assert canonical(said) == "quality=auto"


NO_WORDS = ["AUTO", "Auto", "auto%20", "%20auto", "auto%0A", "auto75", "auto,80", "80,auto", "aut", "autoo"]


@pytest.mark.parametrize("value", [*no_numbers(), "101", "0101", "99999999999", HUGE, *NO_WORDS])
def test_bad_quality(value: str) -> None:
    """A quality that is neither a number up to 100 nor the very word has its reason."""
    assert reason(asked(f"quality={value}").quality) == "compression: bad quality parameter"


FORMATS = {
    "webp": ("webp",),
    "avif": ("avif",),
    "webp,avif": ("webp", "avif"),
    "avif,webp": ("avif", "webp"),
    "avif%2Cwebp": ("avif", "webp"),
    "webp,webp": ("webp",),
    "avif,webp,avif": ("avif", "webp"),
}


@pytest.mark.parametrize(("value", "formats"), FORMATS.items())
def test_formats(value: str, formats: tuple[str, ...]) -> None:
    """`fmt` is a list in the order of preference; a word said twice says nothing new."""
    assert asked(f"fmt={value}") == Parameters(formats=formats)


@pytest.mark.parametrize(
    "value",
    ["", ",", "gif", "WEBP", "Avif", "webp,", ",webp", "webp,jpeg", "webp;avif", "webp+avif", "image/webp", "webp%20"],
)
def test_bad_formats(value: str) -> None:
    """One word that is neither `webp` nor `avif` voids the list."""
    expected = "compression: unsupported format of the fmt query parameter"
    assert reason(asked(f"fmt={value}").formats) == expected


RESIZES = {
    "width=200": Resize(200, None),
    "height=100": Resize(None, 100),
    "width=0200": Resize(200, None),
    "width=200&height=100": Resize(200, 100, Fit.FIT),
    "height=100&width=200": Resize(200, 100, Fit.FIT),
    "width=200&height=100&fit=fit": Resize(200, 100, Fit.FIT),
    "width=200&height=100&fit=bounds": Resize(200, 100, Fit.BOUNDS),
    "fit=cover&width=200&height=100": Resize(200, 100, Fit.COVER),
    "width=200&height=100&fit=force": Resize(200, 100, Fit.FORCE),
    "width=1&height=1": Resize(1, 1),
    # fit counts only beside both numbers.
    "width=200&fit=force": Resize(200, None),
    "height=100&fit=cover": Resize(None, 100),
    "width=200&fit=nonsense": Resize(200, None),
    "height=100&fit=": Resize(None, 100),
    "fit=force": None,
    "fit=nonsense": None,
}


@pytest.mark.parametrize(("query", "resize"), RESIZES.items())
def test_resizes(query: str, resize: Resize | None) -> None:
    """Width, height and fit make one resize; fit is ignored, even if bad, unless both numbers are given."""
    assert asked(query) == Parameters(resize=resize)


@pytest.mark.parametrize("value", [*no_numbers(), "0", "000"])
@pytest.mark.parametrize("name", ["width", "height"])
def test_bad_sizes(name: str, value: str) -> None:
    """A width or height that is no number from 1 has its reason."""
    assert reason(asked(f"{name}={value}").resize) == f"resizing: bad {name} parameter"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("width=0&height=5", "resizing: bad width parameter"),
        ("width=5&height=0", "resizing: bad height parameter"),
        ("width=5&height=0&fit=nonsense", "resizing: bad height parameter"),
        ("width=5&height=5&fit=nonsense", "resizing: bad fit parameter"),
        ("width=5&height=5&fit=", "resizing: bad fit parameter"),
        ("width=5&height=5&fit=Cover", "resizing: bad fit parameter"),
        ("width=5&height=5&fit=cover%20", "resizing: bad fit parameter"),
        ("width=5&height=5&fit=FIT", "resizing: bad fit parameter"),
    ],
)
def test_bad_resizes(query: str, expected: str) -> None:
    """A resize with one bad parameter is bad as a whole, and tells which one."""
    assert reason(asked(query).resize) == expected


@pytest.mark.parametrize("digits", [HUGE, "9" * 11, ZEROS + HUGE], ids=["10000", "11", "20000"])
@pytest.mark.parametrize("name", ["width", "height"])
def test_huge_sizes(name: str, digits: str) -> None:
    """A number too large to be meant is too large, not bad: it exceeds every image."""
    resize = asked(f"{name}={digits}").resize
    assert isinstance(resize, Resize)
    number = resize.width if name == "width" else resize.height
    assert number is not None
    assert number > 2**32


def offset(value: int) -> Position:
    return Position(Unit.OFFSET, value)


def pixels(value: int) -> Position:
    return Position(Unit.PIXELS, value)


def percent(value: int) -> Position:
    return Position(Unit.PERCENT, value)


AREA, RATIO = Area(100, 50), Ratio(4, 5)
CROPS = {
    "4:5": Crop(RATIO, offset(50), offset(50)),
    "04:005": Crop(RATIO),
    "4%3A5": Crop(RATIO),
    "100,50": Crop(AREA, offset(50), offset(50)),
    "0100,050": Crop(AREA),
    "100%2C50": Crop(AREA),
    "100,50,x10,y20": Crop(AREA, pixels(10), pixels(20)),
    "100,50,x0,y0": Crop(AREA, pixels(0), pixels(0)),
    "100,50,x010,y000": Crop(AREA, pixels(10), pixels(0)),
    "100,50,x101,y5000": Crop(AREA, pixels(101), pixels(5000)),
    "100,50,x10p,y20p": Crop(AREA, percent(10), percent(20)),
    "100,50,x0p,y100p": Crop(AREA, percent(0), percent(100)),
    "100,50,offset-x10,offset-y20": Crop(AREA, offset(10), offset(20)),
    "100,50,offset-x0,offset-y100": Crop(AREA, offset(0), offset(100)),
    "100,50,offset-x50,offset-y50": Crop(AREA),
    "100,50,x100,offset-y20": Crop(AREA, pixels(100), offset(20)),
    "100,50,offset-x10,y5": Crop(AREA, offset(10), pixels(5)),
    "100,50,x25p,offset-y40": Crop(AREA, percent(25), offset(40)),
    "100,50,offset-x40,y25p": Crop(AREA, offset(40), percent(25)),
    "4:5,offset-x0,offset-y100": Crop(RATIO, offset(0), offset(100)),
}


@pytest.mark.parametrize(("value", "crop"), CROPS.items())
def test_crops(value: str, crop: Crop) -> None:
    """A crop is a ratio or an area, with both positions or none, each in pixels, percent or as an offset."""
    assert asked(f"crop={value}") == Parameters(crop=crop)


BAD_RATIO = "cropping: bad width-ratio or height-ratio parameter"
BAD_RATIO_WIDTH = "cropping: bad width ratio parameter"
BAD_RATIO_HEIGHT = "cropping: bad height ratio parameter"
BAD_WIDTH = "cropping: bad width parameter"
BAD_HEIGHT = "cropping: bad height parameter"
NO_POSITION = "cropping: x or y parameter is not specified"
BAD_PIXELS = "cropping: bad x/y pixels parameter"
BAD_PERCENT = "cropping: bad x/y percentage parameter"
BAD_OFFSET = "cropping: bad offset-x/y parameter"
MIXED = "cropping: x/y pixel and percentage values cannot be specified simultaneously"
PERCENT_OVER = "cropping: x/y percentage parameter cannot be more than 100"
OFFSET_OVER = "cropping: offset-x/y parameter cannot be more than 100"


def conflict(width: int, height: int, ratio_width: int, ratio_height: int) -> str:
    return (
        f"cropping: width={width},height={height} and width-ratio={ratio_width}:height-ratio={ratio_height}"
        " values cannot be specified simultaneously"
    )


BAD_CROPS = {
    # Not exactly one colon.
    "::": BAD_RATIO,
    "1:1:1": BAD_RATIO,
    "4:5,4:5": BAD_RATIO,
    "100,50,1:1:1": BAD_RATIO,
    # Ratios.
    ":": BAD_RATIO_WIDTH,
    ":5": BAD_RATIO_WIDTH,
    "0:5": BAD_RATIO_WIDTH,
    "a:5": BAD_RATIO_WIDTH,
    "-4:5": BAD_RATIO_WIDTH,
    "a:b": BAD_RATIO_WIDTH,
    "4:": BAD_RATIO_HEIGHT,
    "4:0": BAD_RATIO_HEIGHT,
    "4:b": BAD_RATIO_HEIGHT,
    "4:5.0": BAD_RATIO_HEIGHT,
    # Areas.
    "": BAD_WIDTH,
    ",": BAD_WIDTH,
    "0,50": BAD_WIDTH,
    "a,50": BAD_WIDTH,
    "a,b": BAD_WIDTH,
    ",50": BAD_WIDTH,
    "x10,y10": BAD_WIDTH,
    "200": BAD_HEIGHT,
    "200,": BAD_HEIGHT,
    "200,0": BAD_HEIGHT,
    "200,b": BAD_HEIGHT,
    "200,+50": BAD_HEIGHT,
    "200,x10": BAD_HEIGHT,
    "200x50": BAD_WIDTH,
    # Positions: one axis, an axis twice, y before x, unknown, too many, empty.
    "100,50,x10": NO_POSITION,
    "100,50,y10": NO_POSITION,
    "100,50,offset-x10": NO_POSITION,
    "100,50,x10,x20": NO_POSITION,
    "100,50,y10,y20": NO_POSITION,
    "100,50,x10,offset-x20": NO_POSITION,
    "100,50,y10,x10": NO_POSITION,
    "100,50,offset-y10,offset-x10": NO_POSITION,
    "100,50,z10,y10": NO_POSITION,
    "100,50,10,10": NO_POSITION,
    "100,50,X10,Y10": NO_POSITION,
    "100,50,offset-10,offset-10": NO_POSITION,
    "100,50,x10,y10,x10": NO_POSITION,
    "100,50,x10,y10,": NO_POSITION,
    "100,50,": NO_POSITION,
    "100,50,,": NO_POSITION,
    "100,50,%20x10,y10": NO_POSITION,
    # A ratio takes offsets only.
    "4:5,x10,y10": NO_POSITION,
    "4:5,x10p,y10p": NO_POSITION,
    "4:5,offset-x10,y10": NO_POSITION,
    "4:5,offset-x10": NO_POSITION,
    "4:5,offset-x10,offset-y10,offset-y10": NO_POSITION,
    "4:5,": NO_POSITION,
    "4:5,middle": NO_POSITION,
    # Numbers of positions.
    "100,50,x,y10": BAD_PIXELS,
    "100,50,x10,y": BAD_PIXELS,
    "100,50,xa,y10": BAD_PIXELS,
    "100,50,x-10,y10": BAD_PIXELS,
    "100,50,x1.5,y10": BAD_PIXELS,
    "100,50,x10,y1_0": BAD_PIXELS,
    "100,50,offset-x10,y": BAD_PIXELS,
    "100,50,xp,y10p": BAD_PERCENT,
    "100,50,x10p,yp": BAD_PERCENT,
    "100,50,x1.5p,y10p": BAD_PERCENT,
    "100,50,x-1p,y10p": BAD_PERCENT,
    "100,50,x1pp,y10p": BAD_PERCENT,
    "100,50,offset-x,offset-y10": BAD_OFFSET,
    "100,50,offset-x10,offset-y": BAD_OFFSET,
    "100,50,offset-x10p,offset-y10": BAD_OFFSET,
    "100,50,offset-x-1,offset-y10": BAD_OFFSET,
    "100,50,x10,offset-ya": BAD_OFFSET,
    "4:5,offset-x,offset-y": BAD_OFFSET,
    # Pixels on one axis with percent on the other.
    "100,50,x10,y10p": MIXED,
    "100,50,x10p,y10": MIXED,
    "100,50,x0,y0p": MIXED,
    # Above 100.
    "100,50,x101p,y10p": PERCENT_OVER,
    "100,50,x10p,y101p": PERCENT_OVER,
    "100,50,x101p,offset-y10": PERCENT_OVER,
    "100,50,offset-x101,offset-y10": OFFSET_OVER,
    "100,50,offset-x10,offset-y101": OFFSET_OVER,
    "100,50,x5000,offset-y101": OFFSET_OVER,
    "4:5,offset-x10,offset-y101": OFFSET_OVER,
    # Area and ratio in one.
    "100,50,4:5": conflict(100, 50, 4, 5),
    "4:5,100,50": conflict(100, 50, 4, 5),
    "0100,050,04:05": conflict(100, 50, 4, 5),
    "0,50,4:5": BAD_WIDTH,
    "100,0,4:5": BAD_HEIGHT,
    "100,50,0:5": BAD_RATIO_WIDTH,
    "100,50,4:0": BAD_RATIO_HEIGHT,
    "4:5,0,50": BAD_WIDTH,
    "4:5,100,b": BAD_HEIGHT,
    "0:5,100,50": BAD_RATIO_WIDTH,
    "4:0,100,50": BAD_RATIO_HEIGHT,
}


@pytest.mark.parametrize(("value", "expected"), BAD_CROPS.items())
def test_bad_crops(value: str, expected: str) -> None:
    """A crop that cannot be read has the exact reason of spec section 6."""
    assert reason(asked(f"crop={value}").crop) == expected


@pytest.mark.parametrize("value", [f"{HUGE},50,x{HUGE},y{HUGE}", f"100,{HUGE}", f"{HUGE}:{HUGE}"])
def test_huge_crops(value: str) -> None:
    """Numbers too large to be meant do not make a crop bad."""
    assert isinstance(asked(f"crop={value}").crop, Crop)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(f"100,50,x{HUGE}p,y1p", PERCENT_OVER), (f"100,50,offset-x{HUGE},offset-y1", OFFSET_OVER)],
    ids=["percent", "offset"],
)
def test_huge_percentages(value: str, expected: str) -> None:
    """A huge percentage is above 100, not bad."""
    assert reason(asked(f"crop={value}").crop) == expected


def test_huge_conflict() -> None:
    """A reason repeats validated integers only, never thousands of a viewer's digits."""
    assert len(reason(asked(f"crop={HUGE},{HUGE},{HUGE}:{HUGE}").crop)) < 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("width=1&width=2", Parameters(resize=Resize(1, None))),
        ("width=1&height=2&width=", Parameters(resize=Resize(1, 2))),
        ("fmt=webp&fmt=avif", Parameters(formats=("webp",))),
        ("crop=4:5&crop=1:1", Parameters(crop=Crop(RATIO))),
        ("width=5&height=5&fit=force&fit=cover", Parameters(resize=Resize(5, 5, Fit.FORCE))),
    ],
)
def test_repeats(query: str, expected: Parameters) -> None:
    """The first of a repeated parameter wins."""
    assert asked(query) == expected


def test_bad_repeats() -> None:
    """The first wins even if it is bad and another is not."""
    said = asked("width=&quality=x&width=2&quality=80")
    assert reason(said.resize) == "resizing: bad width parameter"
    assert reason(said.quality) == "compression: bad quality parameter"


@pytest.mark.parametrize(
    "query",
    [
        *["", "&", "&&", "=", "=5", "&=&", "Width=5", "WIDTH=5", "widt=5", "width%20=5", "+width=5", "w=5"],
        *["format=webp", "Quality=5", "FMT=webp", "Crop=4:5", "%77idth%00=5", "width[]=5", "?width=5"],
        "v=2&utm_source=a",
    ],
)
def test_unknown_names(query: str) -> None:
    """Names are lower case and case-sensitive; unknown ones are passed over and leave no trace."""
    assert asked(query) == Parameters()
    assert canonical(asked(query)) == ""


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a=b", [("a", "b")]),
        ("a=b&c=d&a=e", [("a", "b"), ("c", "d"), ("a", "e")]),
        ("a", [("a", "")]),
        ("a=", [("a", "")]),
        ("a=b=c", [("a", "b=c")]),
        ("a=b+c", [("a", "b+c")]),
        ("a=b%2Bc%20d", [("a", "b+c d")]),
        ("a=%C3%A9", [("a", "é")]),
        ("%61=%62", [("a", "b")]),
        ("a=%26%3D", [("a", "&=")]),
        ("a=%2541", [("a", "%41")]),
        ("a=b;c=d", [("a", "b;c=d")]),
    ],
)
def test_pairs(raw: str, expected: list[tuple[str, str]]) -> None:
    """A raw query is percent-decoded once; a plus stays a plus; only `&` separates."""
    assert pairs(raw) == expected


@pytest.mark.parametrize("raw", ["%", "%4", "%zz", "%FF", "%C3", "\ud800", "é", "\x00", "%ED%A0%80"])
def test_pairs_take_anything(raw: str) -> None:
    """Escapes and bytes that mean nothing make a value bad; they are no failure."""
    assert reason(parse(pairs(f"width={raw}")).resize) == "resizing: bad width parameter"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ""),
        ("quality=080", "quality=80"),
        ("fmt=avif,avif,webp", "fmt=avif,webp"),
        ("fmt=webp,avif", "fmt=webp,avif"),
        ("height=007", "height=7"),
        ("height=3&width=2", "width=2&height=3"),
        ("fit=fit&height=3&width=2", "width=2&height=3"),
        ("height=3&fit=force&width=2", "width=2&height=3&fit=force"),
        ("width=2&fit=force", "width=2"),
        ("crop=100,50,offset-x050,offset-y50", "crop=100,50"),
        ("crop=4:5,offset-x50,offset-y50", "crop=4:5"),
        ("crop=100,50,x00,y010", "crop=100,50,x0,y10"),
        ("crop=100,50,x50p,offset-y50", "crop=100,50,x50p,offset-y50"),
        ("quality=8&fmt=webp&crop=1:1&height=2&width=1&a=b", "width=1&height=2&crop=1:1&fmt=webp&quality=8"),
    ],
)
def test_canonical(query: str, expected: str) -> None:
    """One spelling stands for all that mean the same: no leading zeros, no defaults, one order."""
    assert canonical(asked(query)) == expected


@given(parameters)
def test_round_trip(said: Parameters) -> None:
    """Whatever can be said is read back from its canonical spelling."""
    assert parse(pairs(canonical(said))) == said


NAMES = ["quality", "fmt", "width", "height", "fit", "crop"]
TOKENS = ["0", "1", "05", "50", "99", "100", "101", "400", HUGE, "\u0663", "é", "", "-", ":", ",", "4:5", "1,1"]
TOKENS += ["x", "y", "p", "x1", "y2", "x1p", "y2p", "offset-x", "offset-x10", "offset-y20"]
TOKENS += ["auto", "AUTO", "webp", "avif", "fit", "cover", "force", "bounds"]
token = st.sampled_from(TOKENS)
values = st.one_of(
    st.lists(token, max_size=6).map(",".join),
    st.lists(token, max_size=4).map("".join),
    st.text(max_size=8),
)
soups = st.lists(st.tuples(st.sampled_from(NAMES), values), max_size=8)


@given(soups)
def test_canonical_is_a_fixpoint(query: list[tuple[str, str]]) -> None:
    """Reading a canonical spelling again changes nothing, whatever it was made of."""
    said = parse(query)
    assert parse(pairs(canonical(said))) == said


@given(
    st.dictionaries(st.sampled_from(NAMES), values), soups, st.lists(st.tuples(st.text(max_size=5), values)), st.data()
)
def test_equal_queries(
    first: dict[str, str], repeats: list[tuple[str, str]], junk: list[tuple[str, str]], data: st.DataObject
) -> None:
    """Order, later repeats and unknown parameters change nothing in the canonical spelling."""
    strangers = [pair for pair in junk if pair[0] not in NAMES]
    shuffled = data.draw(st.permutations([*first.items(), *strangers]))
    repeated = [pair for pair in repeats if pair[0] in first]
    assert canonical(parse([*shuffled, *repeated])) == canonical(parse(first.items()))


@given(soups)
def test_reasons_repeat_nothing(query: list[tuple[str, str]]) -> None:
    """A reason is printable ASCII and holds nothing of the request but validated integers."""
    for bad in bads(parse(query)):
        assert bad.reason.isascii()
        assert bad.reason.isprintable()
        assert len(bad.reason) < 200
        assert "; " not in bad.reason


@given(soups)
def test_a_parameter_does_not_disturb_another(query: list[tuple[str, str]]) -> None:
    """What is said of quality, formats, resize and crop depends on its own parameters only."""
    whole = parse(query)
    assert parse(only(query, "quality")).quality == whole.quality
    assert parse(only(query, "fmt")).formats == whole.formats
    assert parse(only(query, "width", "height", "fit")).resize == whole.resize
    assert parse(only(query, "crop")).crop == whole.crop


def only(query: Iterable[tuple[str, str]], *names: str) -> list[tuple[str, str]]:
    return [pair for pair in query if pair[0] in names]


def bads(said: Parameters) -> list[Bad]:
    return [bad for bad in (said.quality, said.formats, said.resize, said.crop) if isinstance(bad, Bad)]


def reason(found: object) -> str:
    assert isinstance(found, Bad)
    return found.reason
