"""The weights that change for a new order of rules, and the sequence of the changes."""

from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from imagestack.control.rule_weights import LEAST, MOST, RulePlace, Tie, new_weights, steps


def tie(number: int) -> Tie:
    return (False, number, "")


def rule(weight: int, number: int) -> RulePlace:
    return RulePlace(weight, tie(number))


def in_order(rules: list[RulePlace]) -> list[RulePlace]:
    return sorted(rules, key=lambda placed: (placed.weight, placed.tie))


def changes(wanted: list[RulePlace]) -> int:
    return sum(placed.weight != weight for placed, weight in zip(wanted, new_weights(wanted), strict=True))


MANY = [rule(number, number) for number in range(1, 501)]


def test_nothing() -> None:
    """No rules need no weights, and ordered rules keep theirs."""
    assert new_weights([]) == []
    assert new_weights(MANY) == list(range(1, 501))


def test_one_to_the_top() -> None:
    """If one of 500 rules moves to the top, only that rule changes."""
    assert changes([MANY[-1], *MANY[:-1]]) == 1


def test_one_to_the_end() -> None:
    """If one of 500 rules moves to the end, only that rule changes."""
    assert changes([*MANY[1:], MANY[0]]) == 1


def test_one_into_the_middle() -> None:
    """Between neighbours without a gap a weight is shared: equal weights go by id (docs/specification.md#section-4)."""
    assert changes([*MANY[:250], MANY[-1], *MANY[250:-1]]) == 1
    assert changes([*MANY[1:250], MANY[0], *MANY[250:]]) == 1


def test_all_of_one_weight() -> None:
    """If all rules have one weight, a move does not change them all."""
    rules = [rule(1, number) for number in range(1, 501)]
    assert changes(rules) == 0
    assert changes([rules[-1], *rules[:-1]]) == 1


def test_words() -> None:
    """Hand-written rules with words for ids come after numbers of the same weight."""
    word, number = RulePlace(0, (True, 0, "a")), rule(0, 7)
    assert changes([number, word]) == 0
    assert changes([word, number]) == 1


def test_the_ends_of_numbers() -> None:
    """If weights would leave their range, all are renumbered."""
    rules = [rule(LEAST, 1), rule(LEAST, 2), rule(MOST, 3), rule(MOST, 4)]
    weights = new_weights([rules[3], rules[2], rules[1], rules[0]])
    assert weights == sorted(set(weights))
    assert weights[0] >= LEAST
    assert weights[-1] <= MOST


ORDERS = st.lists(st.integers(-4, 12), min_size=1, max_size=9).flatmap(
    lambda weights: st.permutations([rule(weight, number) for number, weight in enumerate(weights)])
)


@given(ORDERS)
def test_the_order_is_the_wanted_one(wanted: list[RulePlace]) -> None:
    """The new weights give the wanted order."""
    weights = new_weights(wanted)
    changed = [RulePlace(weight, placed.tie) for placed, weight in zip(wanted, weights, strict=True)]
    assert in_order(changed) == changed


@given(ORDERS.filter(lambda wanted: len(wanted) <= 6))
def test_no_fewer_changes_would_do(wanted: list[RulePlace]) -> None:
    """No larger set of rules can keep its weights: two of its weights leave no room between them."""
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
def test_right_at_every_moment(wanted: list[RulePlace]) -> None:
    """While weights change one after another, no two rules that keep their order ever swap."""
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
