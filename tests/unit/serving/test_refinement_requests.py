"""Refinement requests of a warm function."""

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


class Queue:
    """A queue of refinements, which fails as often as a test says."""

    def __init__(self) -> None:
        self.messages: list[Refinement] = []
        self.failures = 0

    def request(self, refinement: Refinement) -> None:
        if self.failures:
            self.failures -= 1
            raise StoreError("down")
        self.messages.append(refinement)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def refinements(queue: Queue, clock: Clock) -> RefinementThrottle:
    return RefinementThrottle(queue, clock)


def test_many_requests_are_one_message(refinements: RefinementThrottle, queue: Queue) -> None:
    """Many requests at a time lead to one message."""
    for _ in range(1000):
        refinements.request(REFINEMENT, is_new=False)
    assert queue.messages == [REFINEMENT]


def test_repeated_after_a_while(refinements: RefinementThrottle, queue: Queue, clock: Clock) -> None:
    """After ten minutes without effect there is another message."""
    for clock.now, messages in ((0.0, 1), (599.0, 1), (600.0, 2), (1199.0, 2), (1200.0, 3)):
        refinements.request(REFINEMENT, is_new=False)
        assert len(queue.messages) == messages


def test_others_have_their_own_messages(refinements: RefinementThrottle, queue: Queue) -> None:
    """Another derived object, and another version of the original, are other refinements."""
    all_three = [REFINEMENT, replace(REFINEMENT, name="other"), replace(REFINEMENT, etag='"other"')]
    for refinement in all_three:
        refinements.request(refinement, is_new=False)
    assert queue.messages == all_three


def test_new_objects_have_their_own_messages(refinements: RefinementThrottle, queue: Queue) -> None:
    """A derived object that was purged and made again gets another message, which then counts."""
    refinements.request(REFINEMENT, is_new=True)
    refinements.request(REFINEMENT, is_new=True)
    refinements.request(REFINEMENT, is_new=False)
    assert len(queue.messages) == 2


def test_failure(refinements: RefinementThrottle, queue: Queue, clock: Clock) -> None:
    """A queue that failed gets no messages for a minute; after that the lost request is repeated."""
    queue.failures = 1
    with pytest.raises(StoreError):
        refinements.request(REFINEMENT, is_new=False)
    for clock.now, messages in ((0.0, 0), (59.0, 0), (60.0, 1)):
        refinements.request(REFINEMENT, is_new=True)
        assert len(queue.messages) == messages


def test_memory_is_bounded(refinements: RefinementThrottle, queue: Queue) -> None:
    """Of many objects the first are forgotten, and the last ten thousand are not."""
    several = [replace(REFINEMENT, name=str(number)) for number in range(10_001)]
    for refinement in several:
        refinements.request(refinement, is_new=False)
    queue.messages.clear()
    refinements.request(several[-1], is_new=False)
    refinements.request(several[1], is_new=False)
    assert queue.messages == []
    refinements.request(several[0], is_new=False)
    assert queue.messages == [several[0]]
