"""Pauses between two calls of a store that fails."""

from imagestack.serving.pause import Pause


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_pause() -> None:
    """A pause is off at first, lasts its seconds, and can begin anew."""
    clock = Clock()
    pause = Pause(5, clock)
    assert not pause.is_on
    pause.begin()
    states = []
    for clock.now in (1_000.0, 1_004.9, 1_005.0):
        states.append(pause.is_on)
    assert states == [True, True, False]
    pause.begin()
    clock.now += 4
    pause.begin()
    clock.now += 4
    assert pause.is_on
