"""Cost ratios at equal score: our cost over the cost of a peer's result that looks the same."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, log
from statistics import fmean

from imagestack.transform.lines import interpolated


@dataclass(frozen=True)
class Point:
    """A score, and its costs: bytes, CPU seconds and wall seconds."""

    score: float
    bytes: float
    cpu: float
    wall: float

    @property
    def costs(self) -> tuple[float, float, float]:
        """The costs without the score."""
        return self.bytes, self.cpu, self.wall


@dataclass(frozen=True)
class Ratio:
    """Our costs over a peer's, at equal score.

    Attributes:
        reached: the score lies within the range of the peer's results. Otherwise its costs are extrapolated.
    """

    bytes: float
    cpu: float
    wall: float
    reached: bool = True


def at_score(wanted: float, points: Iterable[Point]) -> Point | None:
    """Interpolate the costs at a score, linearly in the logarithm of each cost; None with fewer than two points."""
    ordered = sorted({point.score: point for point in points}.values(), key=lambda point: point.score)
    if len(ordered) < 2:  # noqa: PLR2004 - a line needs two
        return None
    lines = ([(point.score, log(point.costs[cost])) for point in ordered] for cost in range(3))
    return Point(wanted, *(exp(interpolated(wanted, line)) for line in lines))


def ratio(ours: Point, theirs: Sequence[Point]) -> Ratio | None:
    """Our costs over theirs at the same score; None if they have fewer than two points."""
    equal = at_score(ours.score, theirs)
    if equal is None:
        return None
    scores = [point.score for point in theirs]
    reached = min(scores) <= ours.score <= max(scores)
    return Ratio(ours.bytes / equal.bytes, ours.cpu / equal.cpu, ours.wall / equal.wall, reached)


def mean_ratio(ratios: Sequence[Ratio]) -> Ratio:
    """The geometric mean: swapping the two sides gives the reciprocal."""
    bytes_, cpu, wall = (exp(fmean(log(getattr(one, cost)) for one in ratios)) for cost in ("bytes", "cpu", "wall"))
    return Ratio(bytes_, cpu, wall, all(one.reached for one in ratios))
