"""How the parameters of a query are explained to people."""

import pytest
from hypothesis import given

from imagestack.request.foreign_names import ALIASES, FOREIGN_NAMES
from imagestack.request.parameters import PARAMETERS
from imagestack.request.query import canonical, pairs, parse
from imagestack.request.understood import UnderstoodParameter, understood_parameters
from imagestack.request.unknown_parameters import UnknownParameter, unknown_parameters
from tests.support.queries import queries

BAD_WIDTH = "resizing: bad width parameter"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("width=0300", UnderstoodParameter("width", "0300", "300")),
        ("quality=high", UnderstoodParameter("quality", "high", "95")),
        ("fmt=jpg", UnderstoodParameter("fmt", "jpg", "jpeg")),
        ("width=0", UnderstoodParameter("width", "0", "", BAD_WIDTH)),
        ("crop=4:0", UnderstoodParameter("crop", "4:0", "", "cropping: bad height ratio parameter")),
        ("gravity=smart", UnderstoodParameter("gravity", "smart", "", "resizing: bad gravity parameter")),
        ("dpr=1.0", UnderstoodParameter("dpr", "1.0", "", "the default")),
        ("dpr=2", UnderstoodParameter("dpr", "2", "", "ignored without width or height or crop")),
        ("fit=zzz", UnderstoodParameter("fit", "zzz", "", "ignored without width and height")),
        ("gravity=north", UnderstoodParameter("gravity", "north", "", "ignored without width and height or crop")),
        ("width=1&width=2", UnderstoodParameter("width", "1", "1")),
    ],
)
def test_parameters(query: str, expected: UnderstoodParameter) -> None:
    """A parameter has its value in the canonical spelling, or the reason why it has no effect."""
    assert understood_parameters(pairs(query)) == (expected,)


def test_a_bad_neighbour() -> None:
    """One bad value voids those that are read with it, and each says which one."""
    problems = {one.name: one.problem for one in understood_parameters(pairs("width=x&height=5&fit=cover&dpr=2"))}
    beside = f"ignored beside another parameter: {BAD_WIDTH}"
    assert problems == {
        "width": BAD_WIDTH,
        "height": beside,
        "fit": beside,
        "dpr": "ignored without width or height or crop",
    }


@given(queries)
def test_nothing_is_left_out(query: str) -> None:
    """Each known parameter has its value of the canonical query or a problem, and each bad value is named."""
    sent = pairs(query)
    read = parse(sent)
    found = understood_parameters(sent)
    assert {one.name for one in found} == {name for name, _ in sent if name in PARAMETERS}
    assert all(bool(one.value) != bool(one.problem) for one in found)
    assert {f"{one.name}={one.value}" for one in found if one.value} <= set(canonical(read).split("&"))
    assert {bad.reason for bad in read.bad.values()} <= {one.problem for one in found}


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("w", "width"),
        ("h", "height"),
        ("q", "quality"),
        ("format", "fmt"),
        ("dpi", "dpr"),
        ("bg", "background"),
        ("rot", "rotate"),
        ("widht", "width"),
        ("Width", "width"),
        ("WIDTH%20", "width"),
        ("gravty", "gravity"),
        ("toFormat", "fmt"),
        ("pad", "fit"),
        ("MD5", "md5"),
        ("expire", "expires"),
        ("backgroud", "background"),
        ("utm_source", None),
        ("fbclid", None),
        ("bounds", None),
        ("v", None),
        ("xyzzy", None),
        ("%FF%00", None),
        ("constructor", None),
    ],
)
def test_unknown(name: str, nearest: str | None) -> None:
    """An unknown name comes with the nearest one that exists."""
    [found] = unknown_parameters(pairs(f"{name}=1&{name}=2"))
    assert found.nearest == nearest


def test_known() -> None:
    """Known names, also those of signed addresses, are not reported, and neither are parts without a name."""
    known = "&".join(f"{name}=1" for name in [*PARAMETERS, "md5", "expires"])
    assert unknown_parameters(pairs(f"&=5&{known}&")) == ()
    assert unknown_parameters(pairs("b=1&a=2&b=3")) == (UnknownParameter("b", None), UnknownParameter("a", None))


def test_names_from_elsewhere() -> None:
    """The table of foreign names leads to parameters that exist, and each name in the docs is known to it."""
    assert {row.parameter for row in FOREIGN_NAMES} <= set(PARAMETERS)
    names = {"rs": "width", "max-h": "height", "rt": "fit", "el": "enlarge", "g": "gravity", "rect": "area"}
    names |= {"c": "area", "extract": "area", "flop": "flip", "fm": "fmt", "ext": "fmt", "auto": "fmt", "f": "fmt"}
    assert {name: ALIASES[name] for name in names} == names
    values = {(row.parameter, row.value) for row in FOREIGN_NAMES if row.value}
    for name, value in values:
        assert PARAMETERS[name].kind.read(value) is not None
