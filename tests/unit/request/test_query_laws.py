"""What holds for any query, however it is put together."""

from collections.abc import Iterable

from hypothesis import given
from hypothesis import strategies as st

from imagestack.operations.order import OPERATIONS
from imagestack.request.kinds import Bad
from imagestack.request.parameters import PARAMETERS
from imagestack.request.query import Parameters, canonical, pairs, parse
from tests.support.strategies import HUGE, parameters, part


@given(parameters)
def test_round_trip(said: Parameters) -> None:
    """Reading the canonical form of any request returns the same request."""
    assert parse(pairs(canonical(said))) == said


NAMES = [*PARAMETERS]
TOKENS = ["0", "1", "05", "50", "99", "100", "101", "400", HUGE, "\u0663", "é", "", "-", ":", ",", "4:5", "1,1"]
TOKENS += ["x", "y", "p", "x1", "y2", "x1p", "y2p", "offset-x", "offset-x10", "offset-y20"]
TOKENS += ["90", "180", "270", "h", "v", "hv"]
TOKENS += ["auto", "AUTO", "webp", "avif", "jpg", "jpeg", "png", "high", "low", "fit", "cover", "force", "bounds"]
TOKENS += ["contain", "pad", "clamp", "true", "false", "1.5", "1.50", "2.", "5.01", "ffffff", "FF00aa80", "000000ff"]
TOKENS += [
    "north",
    "southeast",
    "focus",
    "smart",
    "center",
    "x30p,y40p",
    "x030p,y4p",
    "x101p,y0p",
    "offset-x50,offset-y50",
]
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
    """The values of quality, formats and each operation depend on their own parameters only."""
    whole = parse(query)
    for name in ("quality", "fmt", "background"):
        alone = parse(only(query, name))
        assert (alone.values.get(name), alone.bad.get(name)) == (whole.values.get(name), whole.bad.get(name))
    for operation in OPERATIONS:
        names = (*operation.parameters, *operation.modifiers)
        assert part(parse(only(query, *names)), operation) == part(whole, operation) or not operation.parameters


def only(query: Iterable[tuple[str, str]], *names: str) -> list[tuple[str, str]]:
    return [pair for pair in query if pair[0] in names]


def bads(said: Parameters) -> list[Bad]:
    return list(said.bad.values())
