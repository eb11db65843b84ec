"""Which weights have to change for a new order of rules, and in which sequence."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

# Sort key of rules of equal weight.
Tie = tuple[bool, int, str]

LEAST, MOST = -(2**31 - 1), 2**31 - 1


@dataclass(frozen=True)
class RulePlace:
    """What decides about a rule's place in the order.

    Attributes:
        weight: Rules of lower weight are matched first.
        tie: The order of rules of equal weight.
    """

    weight: int
    tie: Tie


def new_weights(wanted: Sequence[RulePlace]) -> list[int]:
    """Compute weights for rules in the wanted order, keeping as many weights as possible.

    Two neighbours can have equal weights if their ties are in order; otherwise the weight must rise by at least one.
    Subtract from each weight the least rise up to its place. Rules whose differences do not fall can keep their
    weights. So the longest non-falling subsequence is the largest set of weights to keep.
    """
    if not wanted:
        return []
    rise = list(accumulate((int(after.tie < before.tie) for before, after in pairwise(wanted)), initial=0))
    slack = [placed.weight - least for placed, least in zip(wanted, rise, strict=True)]
    kept = _longest_not_falling(slack)
    # Other rules get the lowest weight after the kept rule before them; rules before all kept ones follow the first.
    level = slack[kept[0]]
    keeps = set(kept)
    weights = []
    for place, least in enumerate(rise):
        level = slack[place] if place in keeps else level
        weights.append(level + least)
    if weights[0] < LEAST or weights[-1] > MOST:
        return [least + 1 for least in rise]
    return weights


def steps(wanted: Sequence[RulePlace], weights: Sequence[int]) -> list[int]:
    """The places of the rules that change, in a safe sequence of single changes.

    Two rules whose relative order stays never swap in between. Of the rules that move up (their weight falls) the
    foremost changes first; of the rules that move down the hindmost changes first.
    """
    changed = [
        place for place, (placed, weight) in enumerate(zip(wanted, weights, strict=True)) if placed.weight != weight
    ]
    up = [place for place in changed if weights[place] < wanted[place].weight]
    down = [place for place in changed if weights[place] > wanted[place].weight]
    return up + down[::-1]


def _longest_not_falling(numbers: Sequence[int]) -> list[int]:
    """The places of a longest non-falling subsequence."""
    ends: list[int] = []
    values: list[int] = []
    before: list[int] = []
    for place, number in enumerate(numbers):
        length = bisect_right(values, number)
        before.append(ends[length - 1] if length else -1)
        if length == len(ends):
            ends.append(place)
            values.append(number)
        else:
            ends[length] = place
            values[length] = number
    longest = []
    place = ends[-1]
    while place >= 0:
        longest.append(place)
        place = before[place]
    return longest[::-1]
