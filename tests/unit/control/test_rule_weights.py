"""Which weights change for an order of rules, and when."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from imagestack.control.rule_weights import LEAST, MOST, Placed, Tie, new_weights, steps


def tie(number: int) -> Tie:
    return (False, number, "")


def rule(weight: int, number: int) -> Placed:
    return Placed(weight, tie(number))


def in_order(rules: list[Placed]) -> list[Placed]:
    return sorted(rules, key=lambda placed: (placed.weight, placed.tie))


def changes(wanted: list[Placed]) -> int:
    return sum(placed.weight != weight for placed, weight in zip(wanted, new_weights(wanted), strict=True))


MANY = [rule(number, number) for number in range(1, 501)]


def test_nothing() -> None:
    """No rules have no weights, and what is in order stays."""
    assert new_weights([]) == []
    assert new_weights(MANY) == list(range(1, 501))


def test_one_to_the_top() -> None:
    """Of 500 rules one that is moved to the top is the only one to be written."""
    assert changes([MANY[-1], *MANY[:-1]]) == 1


def test_one_to_the_end() -> None:
    """One that is moved to the end likewise."""
    assert changes([*MANY[1:], MANY[0]]) == 1


def test_one_into_the_middle() -> None:
    """Between two neighbours without a gap a weight is shared, since equal weights go by id (section 4)."""
    assert changes([*MANY[:250], MANY[-1], *MANY[250:-1]]) == 1
    assert changes([*MANY[1:250], MANY[0], *MANY[250:]]) == 1


def test_all_of_one_weight() -> None:
    """Rules that have one weight, and so go by id, are not all written for one that moves."""
    rules = [rule(1, number) for number in range(1, 501)]
    assert changes(rules) == 0
    assert changes([rules[-1], *rules[:-1]]) == 1


def test_words() -> None:
    """Hand-written rules with words for ids come after numbers of the same weight."""
    word, number = Placed(0, (True, 0, "a")), rule(0, 7)
    assert changes([number, word]) == 0
    assert changes([word, number]) == 1


def test_the_ends_of_numbers() -> None:
    """Where weights would leave the numbers that there are, all are given anew."""
    rules = [rule(LEAST, 1), rule(LEAST, 2), rule(MOST, 3), rule(MOST, 4)]
    weights = new_weights([rules[3], rules[2], rules[1], rules[0]])
    assert weights == sorted(set(weights))
    assert weights[0] >= LEAST
    assert weights[-1] <= MOST


ORDERS = st.lists(st.integers(-4, 12), min_size=1, max_size=9).flatmap(
    lambda weights: st.permutations([rule(weight, number) for number, weight in enumerate(weights)])
)


@given(ORDERS)
def test_the_order_is_the_wanted_one(wanted: list[Placed]) -> None:
    """With the new weights rules are asked in the wanted order."""
    weights = new_weights(wanted)
    changed = [Placed(weight, placed.tie) for placed, weight in zip(wanted, weights, strict=True)]
    assert in_order(changed) == changed


@given(ORDERS.filter(lambda wanted: len(wanted) <= 6))
def test_no_fewer_changes_would_do(wanted: list[Placed]) -> None:
    """No larger set of rules can keep its weights: each larger one has two whose weights leave no room between."""
    kept = len(wanted) - changes(wanted)

    def fits(places: tuple[int, ...]) -> bool:
        for first, last in pairwise(places):
            between = range(first, last)
            rise = sum(wanted[place + 1].tie < wanted[place].tie for place in between)
            if wanted[last].weight - wanted[first].weight < rise:
                return False
        return True

    larger = combinations(range(len(wanted)), kept + 1)
    assert not any(fits(places) for places in larger)


@given(ORDERS)
def test_right_at_every_moment(wanted: list[Placed]) -> None:
    """While weights change one after another, no two rules that keep their order are in the other one."""
    weights = new_weights(wanted)
    current = {placed.tie: placed.weight for placed in wanted}
    before = {placed.tie: (placed.weight, placed.tie) for placed in wanted}
    order = [placed.tie for placed in wanted]
    same = [(one, other) for one, other in combinations(order, 2) if before[one] < before[other]]
    assert len(steps(wanted, weights)) == changes(wanted)
    for place in steps(wanted, weights):
        current[wanted[place].tie] = weights[place]
        for one, other in same:
            assert (current[one], one) < (current[other], other)
