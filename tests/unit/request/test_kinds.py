"""Values of single parameters (docs/specification.md#section-10)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.geometry import Size
from imagestack.operations.gravity import Anchor, Spot
from imagestack.operations.region import Position, Ratio, Region, Unit
from imagestack.operations.resize import Enlarge, Fit
from imagestack.quality import AUTO
from imagestack.request.parameters import PARAMETERS
from tests.support.strategies import asked, backgrounds, densities, gravities

CENTRE = Position(Unit.OFFSET, 50)
VALUES = [
    ("width", "0001234567890", 1_234_567_890),
    ("width", "9999999999", 9_999_999_999),
    # One number stands for all that are too large to be meant.
    ("width", "10000000000", 9_999_999_999),
    ("dpr", "1", Decimal(1)),
    ("dpr", "1.5", Decimal("1.5")),
    ("dpr", "1.05", Decimal("1.05")),
    ("dpr", "0005.00", Decimal(5)),
    ("dpr", "2.0", Decimal(2)),
    ("enlarge", "false", Enlarge.FALSE),
    ("enlarge", "clamp", Enlarge.CLAMP),
    ("enlarge", "true", Enlarge.TRUE),
    ("fit", "contain", Fit.CONTAIN),
    ("fit", "pad", Fit.PAD),
    ("gravity", "center", Anchor.CENTER),
    ("gravity", "northeast", Anchor.NORTHEAST),
    ("gravity", "focus", Anchor.FOCUS),
    ("gravity", "x30p,y40p", Spot(30, 40)),
    ("gravity", "x000p,y0100p", Spot(0, 100)),
    ("background", "ff8800", "ff8800"),
    ("background", "FF8800", "ff8800"),
    ("background", "ff880080", "ff880080"),
    ("background", "FF8800FF", "ff8800"),
    ("background", "00000000", "00000000"),
    ("area", "4:5", Region(Ratio(4, 5))),
    ("area", "10,20", Region(Size(10, 20))),
    (
        "area",
        "10,20,x1,y2",
        Region(Size(10, 20), (Position(Unit.PIXELS, 1), Position(Unit.PIXELS, 2))),
    ),
    ("area", "10,20,offset-x50,offset-y50", Region(Size(10, 20))),
    (
        "crop",
        "10,20,offset-x50,offset-y50",
        Region(Size(10, 20), (CENTRE, CENTRE)),
    ),
    ("fmt", "jpg", ("jpeg",)),
    ("fmt", "jpeg,jpg,png,jpg", ("jpeg", "png")),
    ("fmt", "avif,webp,jpeg", ("avif", "webp", "jpeg")),
    ("fmt", "auto", ("auto",)),
    ("quality", "high", 95),
    ("quality", "medium", 80),
    ("quality", "low", 65),
    ("quality", "auto", AUTO),
]


@pytest.mark.parametrize(("name", "text", "value"), VALUES)
def test_values(name: str, text: str, value: object) -> None:
    """Each kind of value is read exactly, and its canonical spelling is read as the same value."""
    kind = PARAMETERS[name].kind
    assert kind.read(text) == value
    assert kind.read(kind.spell(value)) == value


@given(densities)
def test_spelled_densities(density: Decimal) -> None:
    """A density is spelled without needless zeros and without an exponent."""
    spelled = PARAMETERS["dpr"].kind.spell(density)
    assert Decimal(spelled) == density
    assert not spelled.startswith("0")
    assert "." not in spelled or not spelled.endswith(("0", "."))
    assert set(spelled) <= set("0123456789.")


@given(gravities | st.just(Anchor.CENTER))
def test_spelled_gravities(gravity: object) -> None:
    """Every gravity has a spelling of its own, which is read as the same gravity."""
    kind = PARAMETERS["gravity"].kind
    assert kind.read(kind.spell(gravity)) == gravity


@given(backgrounds, st.data())
def test_letter_case_of_colours(colour: str, data: st.DataObject) -> None:
    """Letter case changes nothing in a colour."""
    mixed = "".join(digit.upper() if data.draw(st.booleans()) else digit for digit in colour)
    assert asked(f"background={mixed}").values == {"background": colour}


@given(st.text(st.sampled_from("0123456789abcfAF.,xyp-+ offset#%"), max_size=12), st.sampled_from([*PARAMETERS]))
def test_one_spelling_for_each_value(text: str, name: str) -> None:
    """Whatever a text is read as, the spelling of the value is a fixed point."""
    kind = PARAMETERS[name].kind
    value = kind.read(text)
    if value is not None and not hasattr(value, "reason"):
        spelled = kind.spell(value)
        assert kind.read(spelled) == value
        assert kind.spell(kind.read(spelled)) == spelled
