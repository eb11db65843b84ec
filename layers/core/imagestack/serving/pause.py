"""A pause between two calls of a store that fails."""

from collections.abc import Callable


class Pause:
    """A time in which a store is not called. Safe for threads: a call too many does no harm."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        """Start without a pause.

        Args:
            seconds: how long a pause lasts.
            clock: monotonic seconds.
        """
        self._seconds = seconds
        self._clock = clock
        self._until = float("-inf")

    def begin(self) -> None:
        """Begin a pause now, or begin it anew."""
        self._until = self._clock() + self._seconds

    @property
    def is_on(self) -> bool:
        """Whether the pause still lasts."""
        return self._clock() < self._until
