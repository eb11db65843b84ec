"""The order of rules: which weights have to change for it, and in which order, so that it is right at every moment."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

# What rules of equal weight are ordered by.
Tie = tuple[bool, int, str]

LEAST, MOST = -(2**31 - 1), 2**31 - 1


@dataclass(frozen=True)
class Placed:
    """A rule, as far as its place goes."""

    weight: int
    tie: Tie


def new_weights(wanted: Sequence[Placed]) -> list[int]:
    """Weights for rules in the wanted order; as many as possible stay what they are.

    Two neighbours can have equal weights where their ties are in order; elsewhere the weight must rise by one at least.
    So rules can keep their weights if these do not fall when the least rise up to each of them is taken off: the most
    that can is the longest such subsequence.
    """
    if not wanted:
        return []
    rise = list(accumulate((int(after.tie < before.tie) for before, after in pairwise(wanted)), initial=0))
    slack = [placed.weight - least for placed, least in zip(wanted, rise, strict=True)]
    kept = _longest_not_falling(slack)
    # The others are as close as can be to the one before them that is kept; the foremost to the first of all.
    level = slack[kept[0]]
    keeps = set(kept)
    weights = []
    for place, least in enumerate(rise):
        level = slack[place] if place in keeps else level
        weights.append(level + least)
    if weights[0] < LEAST or weights[-1] > MOST:
        return [least + 1 for least in rise]
    return weights


def steps(wanted: Sequence[Placed], weights: Sequence[int]) -> list[int]:
    """The places of the rules that change, in an order in which they can change one after another.

    No two rules that stay in the same order are in the other one meanwhile: of those that go up (their weight falls)
    the foremost goes first, and of those that go down the hindmost.
    """
    changed = [
        place for place, (placed, weight) in enumerate(zip(wanted, weights, strict=True)) if placed.weight != weight
    ]
    up = [place for place in changed if weights[place] < wanted[place].weight]
    down = [place for place in changed if weights[place] > wanted[place].weight]
    return up + down[::-1]


def _longest_not_falling(numbers: Sequence[int]) -> list[int]:
    """The places of a longest subsequence that does not fall (patience sorting)."""
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
    found = []
    place = ends[-1]
    while place >= 0:
        found.append(place)
        place = before[place]
    return found[::-1]
