"""Sizes and boxes."""

import pytest

from imagestack.geometry import Box, Size, round_half_up


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(0, 2, 0), (1, 2, 1), (33, 2, 17), (2, 5, 0), (5, 10, 1), (149, 100, 1), (150, 100, 2), (7, 1, 7)],
)
def test_round_half_up(numerator: int, denominator: int, rounded: int) -> None:
    """Halves go upwards, always: 0.5 is 1 and 2.5 is 3."""
    assert round_half_up(numerator, denominator) == rounded


def test_box_moved() -> None:
    """A moved box keeps its size."""
    assert Box(1, 2, 11, 22).moved(100, 200) == Box(101, 202, 111, 222)
    assert Box(1, 2, 11, 22).size == Size(10, 20)


def test_size() -> None:
    """A size has its area, and the size with width and height swapped."""
    assert Size(400, 300).pixels == 120_000
    assert Size(400, 300).swapped == Size(300, 400)
