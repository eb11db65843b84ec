"""Refinements that a warm function asks for."""

from dataclasses import replace

import pytest

from imagestack.errors import StoreError
from imagestack.refinement import Refinement
from imagestack.serving.refinement_requests import RefinementThrottle
from tests.unit.test_refinement import REFINEMENT


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Noted:
    """Where refinements are asked for; fails as often as it is told."""

    def __init__(self) -> None:
        self.asked: list[Refinement] = []
        self.failures = 0

    def ask(self, refinement: Refinement) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreError("down")
        self.asked.append(refinement)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def noted() -> Noted:
    return Noted()


@pytest.fixture
def refinements(noted: Noted, clock: Clock) -> RefinementThrottle:
    return RefinementThrottle(noted, clock)


def test_many_requests_are_one_message(refinements: RefinementThrottle, noted: Noted) -> None:
    """What many ask for at a time is asked for once."""
    for _ in range(1000):
        refinements.ask(REFINEMENT, made_now=False)
    assert noted.asked == [REFINEMENT]


def test_asked_again_after_a_while(refinements: RefinementThrottle, noted: Noted, clock: Clock) -> None:
    """A message that came to nothing is not the last one: after ten minutes there is another."""
    for clock.now, messages in ((0.0, 1), (599.0, 1), (600.0, 2), (1199.0, 2), (1200.0, 3)):
        refinements.ask(REFINEMENT, made_now=False)
        assert len(noted.asked) == messages


def test_others_are_asked_for(refinements: RefinementThrottle, noted: Noted) -> None:
    """Another derived object, and another version of the original, are other refinements."""
    all_three = [REFINEMENT, replace(REFINEMENT, name="other"), replace(REFINEMENT, etag='"other"')]
    for refinement in all_three:
        refinements.ask(refinement, made_now=False)
    assert noted.asked == all_three


def test_what_is_made_now_is_asked_for(refinements: RefinementThrottle, noted: Noted) -> None:
    """A derived object that was purged and made again is asked for again, and then counts as asked for."""
    refinements.ask(REFINEMENT, made_now=True)
    refinements.ask(REFINEMENT, made_now=True)
    refinements.ask(REFINEMENT, made_now=False)
    assert len(noted.asked) == 2


def test_failure(refinements: RefinementThrottle, noted: Noted, clock: Clock) -> None:
    """A queue that failed is left alone for a minute; what could not be asked for is asked for after that."""
    noted.failures = 1
    with pytest.raises(StoreError):
        refinements.ask(REFINEMENT, made_now=False)
    for clock.now, messages in ((0.0, 0), (59.0, 0), (60.0, 1)):
        refinements.ask(REFINEMENT, made_now=True)
        assert len(noted.asked) == messages


def test_memory_is_bounded(refinements: RefinementThrottle, noted: Noted) -> None:
    """Of many objects the first are forgotten, and the last ten thousand are not."""
    several = [replace(REFINEMENT, name=str(number)) for number in range(10_001)]
    for refinement in several:
        refinements.ask(refinement, made_now=False)
    noted.asked.clear()
    refinements.ask(several[-1], made_now=False)
    refinements.ask(several[1], made_now=False)
    assert noted.asked == []
    refinements.ask(several[0], made_now=False)
    assert noted.asked == [several[0]]
