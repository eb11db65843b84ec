"""The grammar of the parameters of docs/specification.md#section-10."""

import pytest

from imagestack.request.query import canonical
from tests.support.strategies import BAD_AREAS, HUGE, asked

LONGEST = (
    "quality=low&fmt=jpg&background=000000&gravity=east&enlarge=true&dpr=2&crop=1,1&fit=pad&height=2&width=1&area=3,3"
    "&flip=h&rotate=90"
)
LONGEST_SPELLED = (
    "rotate=90&flip=h&area=3,3&width=1&height=2&fit=pad&crop=1,1&dpr=2&enlarge=true&gravity=east&background=000000"
    "&fmt=jpeg&quality=65"
)
# query, canonical query.
SPELLED = [
    ("width=9&dpr=2", "width=9&dpr=2"),
    ("width=9&dpr=1", "width=9"),
    ("width=9&dpr=01.00", "width=9"),
    ("width=9&dpr=1.50", "width=9&dpr=1.5"),
    ("width=9&dpr=002.05", "width=9&dpr=2.05"),
    ("width=9&dpr=5.00", "width=9&dpr=5"),
    ("crop=9,9&dpr=3", "crop=9,9&dpr=3"),
    ("dpr=2", ""),
    ("fmt=webp&dpr=2", "fmt=webp"),
    ("height=9&enlarge=clamp", "height=9&enlarge=clamp"),
    ("height=9&enlarge=true", "height=9&enlarge=true"),
    ("height=9&enlarge=false", "height=9"),
    ("crop=9,9&enlarge=true", "crop=9,9"),
    ("width=9&height=9&gravity=southwest", "width=9&height=9&gravity=southwest"),
    ("width=9&height=9&gravity=center", "width=9&height=9"),
    ("width=9&gravity=north", "width=9"),
    ("crop=1:1&gravity=focus", "crop=1:1&gravity=focus"),
    ("crop=1:1&gravity=x030p,y004p", "crop=1:1&gravity=x30p,y4p"),
    ("crop=1:1&gravity=x0p,y100p", "crop=1:1&gravity=x0p,y100p"),
    # A crop in the centre differs from one without a position only beside a gravity.
    ("crop=9,9,offset-x50,offset-y50&gravity=north", "crop=9,9,offset-x50,offset-y50&gravity=north"),
    ("crop=9,9,offset-x50,offset-y50&gravity=center", "crop=9,9"),
    ("crop=9,9,offset-x50,offset-y50&gravity=smart", "crop=9,9&gravity="),
    ("background=FFffFF", "background=ffffff"),
    ("background=FF880080", "background=ff880080"),
    ("background=ff8800FF", "background=ff8800"),
    ("background=000000ff", "background=000000"),
    ("area=04:5", "area=4:5"),
    ("area=10,20,offset-x50,offset-y50", "area=10,20"),
    ("width=9&area=10,20,x1p,offset-y02", "area=10,20,x1p,offset-y2&width=9"),
    ("width=9&height=8&fit=contain", "width=9&height=8&fit=contain"),
    ("fit=pad&height=8&width=9", "width=9&height=8&fit=pad"),
    ("width=9&fit=pad", "width=9"),
    ("fmt=jpg", "fmt=jpeg"),
    ("fmt=jpg,jpeg,png", "fmt=jpeg,png"),
    ("fmt=avif,webp,jpg", "fmt=avif,webp,jpeg"),
    ("fmt=auto", "fmt=auto"),
    ("quality=high", "quality=95"),
    ("quality=medium", "quality=80"),
    ("quality=low", "quality=65"),
    (LONGEST, LONGEST_SPELLED),
]
BAD = {
    "dpr": [
        "",
        "0",
        "0.99",
        "5.01",
        "6",
        HUGE,
        "1.333",
        "2.",
        ".5",
        "1,5",
        "+1",
        "-1",
        "1e0",
        "1.5x",
        "٢",
        "2%0A",
        "1.5.0",
    ],
    "enlarge": ["", "yes", "TRUE", "Clamp", "1", "true%20"],
    "gravity": [
        *["", "smart", "North", "middle", "north,east", "center%0A", "x30,y40", "x30p", "y40p,x30p", "x101p,y0p"],
        *["x1p,y101p", "xp,yp", "x1p,y1p,", "offset-x1,offset-y1", "x1.5p,y1p", "x-1p,y1p", f"x{HUGE}p,y1p"],
    ],
    "background": ["", "fff", "fffff", "fffffff", "fffffffff", "%23ffffff", "gggggg", "white", "ffffff%0A", "ﬀﬀﬀ"],
}


@pytest.mark.parametrize(("query", "expected"), SPELLED)
def test_canonical(query: str, expected: str) -> None:
    """One spelling stands for all that mean the same, and what modifies nothing is left out."""
    assert canonical(asked(query)) == expected
    assert asked(expected) == asked(query)


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_bad_modifiers(name: str, value: str) -> None:
    """A bad modifier has its reason, alone or not, and counts as absent."""
    beside = asked(f"width=9&height=8&{name}={value}")
    assert [bad.reason for bad in beside.bad.values()] == [f"resizing: bad {name} parameter"]
    assert beside.operations == asked("width=9&height=8").operations
    assert [bad.reason for bad in asked(f"{name}={value}").bad.values()] == [f"resizing: bad {name} parameter"]


@pytest.mark.parametrize("query", [*BAD_AREAS, "area=1:1:1", "area=1,1,x1,y1p", "area=1,1,x101p,y0p", "area=4:5,x1,y1"])
def test_bad_areas(query: str) -> None:
    """All ways in which an area is bad have one reason."""
    assert [bad.reason for bad in asked(query).bad.values()] == ["cropping: bad area parameter"]


@pytest.mark.parametrize(
    "value", ["auto,webp", "webp,auto", "auto,auto", "AUTO", "jpg%20", "JPEG", "gif", "constructor"]
)
def test_bad_formats(value: str) -> None:
    """`auto` stands alone, and one unknown word voids a list."""
    expected = "compression: unsupported format of the fmt query parameter"
    assert [bad.reason for bad in asked(f"fmt={value}").bad.values()] == [expected]


@pytest.mark.parametrize("value", ["High", "highest", "high%20", "95,80", "high,low", "constructor"])
def test_bad_levels(value: str) -> None:
    """Only the three words stand for numbers."""
    assert [bad.reason for bad in asked(f"quality={value}").bad.values()] == ["compression: bad quality parameter"]
