"""How long an AVIF encoder may take: a first answer never waits for perfection."""

import pytest

from imagestack.effort import Effort
from imagestack.formats import AVIF, JPEG


@pytest.mark.parametrize(
    ("pixels", "speed"), [(1, 7), (350_000, 7), (350_001, 8), (800_000, 8), (800_001, 9), (64_000_000, 9)]
)
def test_first(pixels: int, speed: int) -> None:
    """The larger a result, the faster it is encoded."""
    assert AVIF.speed(Effort.FIRST, pixels).setting == speed


@pytest.mark.parametrize("pixels", [1, 350_000, 64_000_000])
def test_hasty(pixels: int) -> None:
    """With the effort `HASTY` a result of any size gets the fastest speed."""
    assert AVIF.speed(Effort.HASTY, pixels) == AVIF.speeds[-1]
    assert AVIF.speed(Effort.HASTY, pixels).setting == 9


def test_slower_is_dearer() -> None:
    """The estimate counts more time for a slower speed."""
    speeds = [AVIF.speed(Effort.FIRST, pixels) for pixels in (100_000, 500_000, 1_000_000)]
    assert sorted(speeds, key=lambda found: -found.nanoseconds) == sorted(speeds, key=lambda found: found.setting)


def test_one_speed() -> None:
    """An encoder of one speed has it for every effort and size, and a viewer gets nothing hastier."""
    assert {JPEG.speed(effort, pixels) for effort in Effort for pixels in (1, 64_000_000)} == {JPEG.speeds[0]}
    assert JPEG.efforts == (Effort.FIRST,)
    assert AVIF.efforts == (Effort.FIRST, Effort.HASTY)
