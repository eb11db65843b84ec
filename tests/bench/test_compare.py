"""The bytes for the same score, and the ratios in the report."""

from pathlib import Path

import pytest

from bench.peers.compare import Point, Ratio, at_score, mean_ratio, ratio
from bench.peers.jobs import WEBP, Case, Encoder, Job, Result
from bench.peers.measure import Sample
from bench.peers.report import Record, ratio_table, ratios
from bench.peers.scoring import Scores

OURS = Encoder("Image Stack", WEBP, 80, (80, 90))
THEIRS = Encoder("other", WEBP, 75, (75, 85))


def record(encoder: Encoder, number: int, point: Point, photograph: str = "a.jpg") -> Record:
    result = Result(round(point.bytes), point.cpu, point.wall)
    job = Job(Case(Path(photograph), 400), encoder, number)
    return Record(Sample(job, Path("made"), [result]), Scores(point.score, 0.99), 95.0)


def test_costs_are_interpolated_by_their_logarithms() -> None:
    """Halfway between two scores a cost is the geometric mean of both."""
    points = [Point(80, 400, 4, 0.4), Point(70, 100, 1, 0.1)]
    found = at_score(75, points)
    assert found is not None
    assert (found.bytes, found.cpu, found.wall) == pytest.approx((200, 2, 0.2))


def test_beyond_the_ends_the_last_line_goes_on() -> None:
    """Ten points of score cost four times as much, beyond the highest as below it."""
    found = at_score(90, [Point(60, 50, 1, 1), Point(70, 100, 1, 1), Point(80, 400, 1, 1)])
    assert found is not None
    assert found.bytes == pytest.approx(1600)


def test_one_score_makes_no_line() -> None:
    """Two results of the same score cannot tell what another score costs."""
    assert at_score(75, [Point(70, 100, 1, 1), Point(70, 110, 1, 1)]) is None


def test_a_ratio_is_ours_over_theirs() -> None:
    """Half of a peer's bytes at the same score is 0.5, and the result says whether the peer reached that score."""
    theirs = [Point(70, 100, 1, 1), Point(80, 400, 4, 4)]
    within = ratio(Point(75, 100, 4, 1), theirs)
    assert within is not None
    assert within.reached
    assert (within.bytes, within.cpu, within.wall) == pytest.approx((0.5, 2, 0.5))
    beyond = ratio(Point(81, 100, 4, 1), theirs)
    assert beyond is not None
    assert not beyond.reached


def test_twice_and_half_are_one_in_the_mean() -> None:
    """The average of ratios does not depend on which side is the divisor."""
    mean = mean_ratio([Ratio(2, 4, 1), Ratio(0.5, 1, 1)])
    assert (mean.bytes, mean.cpu, mean.wall) == pytest.approx((1, 2, 1))


def test_the_report_compares_each_photograph_at_the_score_of_our_usual_number() -> None:
    """Other numbers of ours, other photographs and other widths do not get in between."""
    records = [
        record(OURS, 80, Point(75, 100, 1, 1)),
        record(OURS, 90, Point(85, 900, 1, 1)),
        record(THEIRS, 75, Point(70, 100, 1, 1)),
        record(THEIRS, 85, Point(80, 400, 1, 1)),
        record(OURS, 80, Point(60, 50, 1, 1), "b.jpg"),
        record(THEIRS, 75, Point(60, 25, 1, 1), "b.jpg"),
        record(THEIRS, 85, Point(70, 50, 1, 1), "b.jpg"),
    ]
    assert [one.bytes for one in ratios(records, OURS, THEIRS, 400)] == pytest.approx([0.5, 2])
    assert ratios(records, OURS, THEIRS, None) == []
    assert ratio_table(records, OURS)[-2] == "| 400 wide | other | 2 | 1.00 | 2.00 | 1.00 | 1.00 |  |"
