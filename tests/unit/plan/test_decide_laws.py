"""What holds for the work of any query on any original (docs/specification.md#section-10)."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.formats import JPEG, PNG
from imagestack.geometry import Box, Point, Size
from imagestack.limits import Limits
from imagestack.operations.gravity import Anchor
from imagestack.operations.resize import Enlarge
from imagestack.plan.decide import decide
from imagestack.plan.plan import make_plan
from imagestack.plan.work import Facts, Skip, Work
from imagestack.request.query import Parameters
from imagestack.rules.options import ImageStack
from tests.support.decided import A_PNG, PLENTY, WOULD_ENLARGE
from tests.support.strategies import asked, parameters, sizes

ORDER = ["rotate", "flip", "area", "resize", "crop", "pad", "convert"]
MOST_TIMES, LONGEST_SIDE = 4, 8192

percent = st.integers(0, 1000).map(lambda number: Fraction(number, 1000))
originals = st.builds(Facts, st.sampled_from([JPEG, PNG]), sizes, focus=st.none() | st.builds(Point, percent, percent))


def decided(said: Parameters, facts: Facts) -> Work | Skip:
    made = make_plan(said, ImageStack(enabled=True), ("avif", "webp"))
    return decide(made, facts, Limits(), PLENTY)


def without(said: Parameters, name: str) -> Parameters:
    """The same parameters without one of them, which is not bad."""
    return Parameters({other: value for other, value in said.values.items() if other != name}, said.bad)


def lies_within(box: Box, size: Size) -> bool:
    return 0 <= box.left < box.right <= size.width and 0 <= box.top < box.bottom <= size.height


@given(parameters, originals)
def test_every_step_fits_the_one_before(said: Parameters, facts: Facts) -> None:
    """Area, cut and crop lie within the picture that they are cut from, and a canvas holds the picture."""
    found = decided(said, facts)
    if isinstance(found, Skip):
        return
    size = found.turned_size
    if found.area:
        assert lies_within(found.area, size)
        size = found.area.size
    if found.resized:
        assert lies_within(found.resized.kept, found.resized.scaled)
        size = found.resized.kept.size
    if found.crop:
        assert lies_within(found.crop, size)
        size = found.crop.size
    if found.padded:
        assert found.padded.picture.size == size
        assert lies_within(found.padded.picture, found.padded.size)
        size = found.padded.size
    assert found.size == size
    assert min(size.width, size.height) >= 1


@given(parameters, originals)
def test_operations_stand_in_their_order(said: Parameters, facts: Facts) -> None:
    """The operations are named in the order of work, each of them once."""
    found = decided(said, facts)
    if isinstance(found, Work):
        assert list(found.operations) == [name for name in ORDER if name in found.operations]


@given(parameters, originals)
def test_nothing_is_enlarged_unless_the_query_says_so(said: Parameters, facts: Facts) -> None:
    """Without `enlarge=true` no picture is scaled up, and only a canvas makes the result larger."""
    found = decided(said, facts)
    if isinstance(found, Skip) or said.values.get("enlarge") is Enlarge.TRUE:
        return
    assert not found.enlarges
    entering = found.entering_size
    picture = found.padded.picture.size if found.padded else found.size
    assert picture.width <= entering.width
    assert picture.height <= entering.height
    scaled = found.resized.scaled if found.resized else entering
    assert scaled.width <= entering.width
    assert scaled.height <= entering.height


@given(parameters, originals)
def test_limits_of_every_result(said: Parameters, facts: Facts) -> None:
    """No side of a result is longer than 8,192 pixels, unless that of the picture which enters the resize is."""
    found = decided(said, facts)
    if isinstance(found, Work):
        for side, before in (
            (found.size.width, found.entering_size.width),
            (found.size.height, found.entering_size.height),
        ):
            assert side <= max(before, LONGEST_SIDE)
            assert found.padded or side <= max(before, MOST_TIMES * before)


@given(parameters, originals)
def test_a_density_causes_no_skip(said: Parameters, facts: Facts) -> None:
    """The reasons of a request are those that it has without `dpr`."""
    assert decided(said, facts).reasons == decided(without(said, "dpr"), facts).reasons


@given(parameters, originals)
def test_a_density_makes_no_result_smaller(said: Parameters, facts: Facts) -> None:
    """A density is at least 1, whatever it is lowered to."""
    dense, plain = decided(said, facts), decided(without(said, "dpr"), facts)
    size, least = (found.size if isinstance(found, Work) else facts.size for found in (dense, plain))
    assert size.width >= least.width
    assert size.height >= least.height


@given(parameters, originals)
def test_enlarging_has_no_reason(said: Parameters, facts: Facts) -> None:
    """Where `enlarge` is `clamp` or `true`, no resize is skipped for its size."""
    if "enlarge" in said.values:
        assert WOULD_ENLARGE not in decided(said, facts).reasons


@given(parameters, originals)
def test_gravity_moves_and_does_nothing_else(said: Parameters, facts: Facts) -> None:
    """With and without a gravity, operations, sizes and reasons are the same."""
    one, other = decided(said, facts), decided(without(said, "gravity"), facts)
    assert one.reasons == other.reasons
    if isinstance(one, Work) and isinstance(other, Work):
        assert (one.operations, one.size) == (other.operations, other.size)
    else:
        assert one == other


@given(parameters, sizes)
def test_a_focus_that_is_not_stored_is_the_centre(said: Parameters, size: Size) -> None:
    """`gravity=focus` without a point in the metadata is `gravity=center`."""
    facts = Facts(PNG, size)
    focus, centre = (
        Parameters({**said.values, "gravity": anchor}, said.bad) for anchor in (Anchor.FOCUS, Anchor.CENTER)
    )
    assert decided(focus, facts) == decided(centre, facts)


@pytest.mark.parametrize(
    "query", ["dpr=2", "enlarge=true", "gravity=north", "background=ff0000", "dpr=5&enlarge=clamp&gravity=x1p,y2p"]
)
def test_modifiers_alone(query: str) -> None:
    """A modifier is no operation, so that there is nothing to do and no reason."""
    made = make_plan(asked(query), ImageStack(enabled=True), ("avif", "webp"))
    assert made.is_empty
    assert decided(asked(query), A_PNG) == Skip(())
