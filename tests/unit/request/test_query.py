"""The grammar of the query; `crop` has a file of its own.

See docs/specification.md#section-2, #section-3 and #section-6.
"""

import pytest

from imagestack.operations.region import Ratio, Region
from imagestack.operations.resize import Fit, Resize
from imagestack.quality import AUTO
from imagestack.request.query import Parameters, canonical, pairs, parse
from tests.support.strategies import HUGE, asked, part, reason

ZEROS = "0" * 10_000
QUALITIES = [("0", 0), ("100", 100), ("80", 80), ("007", 7), (ZEROS, 0), (ZEROS + "9", 9), ("%38%30", 80)]


@pytest.mark.parametrize(("value", "number"), QUALITIES, ids=[value[:9] for value, _ in QUALITIES])
def test_quality(value: str, number: int) -> None:
    """`quality` is 0 to 100 in ASCII digits, leading zeros allowed."""
    assert asked(f"quality={value}") == Parameters({"quality": number})


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
    assert said == Parameters({"quality": AUTO})
    assert canonical(said) == "quality=auto"


NO_WORDS = ["AUTO", "Auto", "auto%20", "%20auto", "auto%0A", "auto75", "auto,80", "80,auto", "aut", "autoo"]


@pytest.mark.parametrize("value", [*no_numbers(), "101", "0101", "99999999999", HUGE, *NO_WORDS])
def test_bad_quality(value: str) -> None:
    """A quality that is neither a number up to 100 nor the very word has its reason."""
    assert reason(asked(f"quality={value}").bad["quality"]) == "compression: bad quality parameter"


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
    assert asked(f"fmt={value}") == Parameters({"fmt": formats})


@pytest.mark.parametrize(
    "value",
    ["", ",", "gif", "WEBP", "Avif", "webp,", ",webp", "webp,tiff", "webp;avif", "webp+avif", "image/webp", "webp%20"],
)
def test_bad_formats(value: str) -> None:
    """One unknown word voids the list."""
    expected = "compression: unsupported format of the fmt query parameter"
    assert reason(asked(f"fmt={value}").bad["fmt"]) == expected


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
    assert asked(query).operations == ((resize,) if resize else ())
    assert not asked(query).bad


@pytest.mark.parametrize("value", [*no_numbers(), "0", "000"])
@pytest.mark.parametrize("name", ["width", "height"])
def test_bad_sizes(name: str, value: str) -> None:
    """A width or height that is no number from 1 has its reason."""
    assert reason(part(asked(f"{name}={value}"), Resize)) == f"resizing: bad {name} parameter"


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
    """A resize with one bad parameter is bad as a whole, and its reason names the parameter."""
    assert reason(part(asked(query), Resize)) == expected


@pytest.mark.parametrize("digits", [HUGE, "9" * 11, ZEROS + HUGE], ids=["10000", "11", "20000"])
@pytest.mark.parametrize("name", ["width", "height"])
def test_huge_sizes(name: str, digits: str) -> None:
    """A number too large to be meant is too large, not bad: it exceeds every image."""
    resize = part(asked(f"{name}={digits}"), Resize)
    assert isinstance(resize, Resize)
    number = resize.width if name == "width" else resize.height
    assert number is not None
    assert number > 2**32


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("width=1&width=2", Parameters({"width": 1})),
        ("width=1&height=2&width=", Parameters({"width": 1, "height": 2})),
        ("fmt=webp&fmt=avif", Parameters({"fmt": ("webp",)})),
        ("crop=4:5&crop=1:1", Parameters({"crop": Region(Ratio(4, 5))})),
        ("width=5&height=5&fit=force&fit=cover", Parameters({"width": 5, "height": 5, "fit": Fit.FORCE})),
    ],
)
def test_repeats(query: str, expected: Parameters) -> None:
    """The first of a repeated parameter wins."""
    assert asked(query) == expected


def test_bad_repeats() -> None:
    """The first wins even if it is bad and another is not."""
    said = asked("width=&quality=x&width=2&quality=80")
    assert reason(part(said, Resize)) == "resizing: bad width parameter"
    assert reason(said.bad["quality"]) == "compression: bad quality parameter"


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
    assert reason(part(parse(pairs(f"width={raw}")), Resize)) == "resizing: bad width parameter"


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
