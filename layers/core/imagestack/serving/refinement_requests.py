"""Refinements as a warm function asks for them: not again and again for what many ask for."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from imagestack.errors import StoreError
from imagestack.ports import Refinements
from imagestack.refinement import Refinement

# How long an object that was asked for is left alone. A refinement is made within seconds, unless many wait.
_AGAIN_SECONDS = 600.0
_MOST_REMEMBERED = 10_000
# How long a queue that failed is left alone, so that not every request waits for it.
_PAUSE_SECONDS = 60.0


class RefinementThrottle:
    """Asks for each refinement once in a while. What is asked twice all the same is done once."""

    def __init__(self, refinements: Refinements, clock: Callable[[], float]) -> None:
        """Remember nothing yet.

        Args:
            refinements: where to ask.
            clock: monotonic seconds.
        """
        self._refinements = refinements
        self._clock = clock
        self._asked: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._paused_until = float("-inf")
        self._lock = Lock()

    def ask(self, refinement: Refinement, *, made_now: bool) -> None:
        """Ask for a refinement, unless this function has done so lately, or has lately failed to.

        Args:
            refinement: that is wanted.
            made_now: the derived object is new, whatever was asked for one that it has taken the place of.

        Raises:
            StoreError: it could not be asked for.
        """
        what = (refinement.name, refinement.etag)
        with self._lock:
            now, last = self._clock(), self._asked.get(what)
            if now < self._paused_until or not (made_now or last is None or now >= last + _AGAIN_SECONDS):
                return
        try:
            self._refinements.ask(refinement)
        except StoreError:
            self._paused_until = self._clock() + _PAUSE_SECONDS
            raise
        with self._lock:
            self._asked[what] = self._clock()
            self._asked.move_to_end(what)
            while len(self._asked) > _MOST_REMEMBERED:
                self._asked.popitem(last=False)
