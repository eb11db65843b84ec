"""How long an AVIF encoder may look (a first answer never waits for perfection)."""

import pytest

from imagestack.effort import AVIF_FASTEST, Effort, avif_speed


@pytest.mark.parametrize(
    ("pixels", "speed"), [(1, 7), (350_000, 7), (350_001, 8), (800_000, 8), (800_001, 9), (64_000_000, 9)]
)
def test_first(pixels: int, speed: int) -> None:
    """The larger a result, the faster it is encoded."""
    assert avif_speed(Effort.FIRST, pixels).speed == speed


@pytest.mark.parametrize("pixels", [1, 350_000, 64_000_000])
def test_hasty(pixels: int) -> None:
    """In haste everything is encoded as fast as the encoder can."""
    assert avif_speed(Effort.HASTY, pixels) == AVIF_FASTEST


def test_slower_is_dearer() -> None:
    """What looks longer is reckoned with more time."""
    speeds = [avif_speed(Effort.FIRST, pixels) for pixels in (100_000, 500_000, 1_000_000)]
    assert sorted(speeds, key=lambda found: -found.nanoseconds) == sorted(speeds, key=lambda found: found.speed)
