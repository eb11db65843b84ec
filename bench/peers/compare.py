"""Ratios at equal score: what somebody needs for what another one's result looks like."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean

from imagestack.transform.lines import interpolated


@dataclass(frozen=True)
class Point:
    """A score, and what it costs: bytes, CPU and wall seconds."""

    score: float
    bytes: float
    cpu: float
    wall: float

    @property
    def costs(self) -> tuple[float, float, float]:
        """All but the score."""
        return self.bytes, self.cpu, self.wall


@dataclass(frozen=True)
class Ratio:
    """Ours over theirs, at equal score.

    Attributes:
        reached: the score lies between those of their numbers. Else the last line was drawn further.
    """

    bytes: float
    cpu: float
    wall: float
    reached: bool = True


def at_score(wanted: float, points: Iterable[Point]) -> Point | None:
    """What a score costs, by straight lines through the logarithms of costs over score; None if there is no line."""
    ordered = sorted({point.score: point for point in points}.values(), key=lambda point: point.score)
    if len(ordered) < 2:  # noqa: PLR2004 - a line needs two
        return None
    lines = ([(point.score, log(point.costs[cost])) for point in ordered] for cost in range(3))
    return Point(wanted, *(exp(interpolated(wanted, line)) for line in lines))


def ratio(ours: Point, theirs: Sequence[Point]) -> Ratio | None:
    """Ours over what they need for the same score; None if there is too little of theirs."""
    equal = at_score(ours.score, theirs)
    if equal is None:
        return None
    scores = [point.score for point in theirs]
    reached = min(scores) <= ours.score <= max(scores)
    return Ratio(ours.bytes / equal.bytes, ours.cpu / equal.cpu, ours.wall / equal.wall, reached)


def mean_ratio(ratios: Sequence[Ratio]) -> Ratio:
    """The geometric mean, so that ours over theirs is one over theirs over ours."""
    bytes_, cpu, wall = (exp(fmean(log(getattr(one, cost)) for one in ratios)) for cost in ("bytes", "cpu", "wall"))
    return Ratio(bytes_, cpu, wall, all(one.reached for one in ratios))
