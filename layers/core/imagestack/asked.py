"""Refinements as a warm function asks for them: not again and again for what many ask for."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from imagestack.ports import Refinements
from imagestack.refinement import Refinement

# How long an object that was asked for is left alone. A refinement is made within seconds, unless many wait.
_AGAIN_SECONDS = 600.0
_MOST_REMEMBERED = 10_000


class AskedRefinements:
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
        self._lock = Lock()

    def ask(self, refinement: Refinement, *, made_now: bool) -> None:
        """Ask for a refinement, unless this function has done so lately.

        Args:
            refinement: that is wanted.
            made_now: the derived object is new, whatever was asked for one that it has taken the place of.

        Raises:
            StoreError: it could not be asked for.
        """
        what = (refinement.name, refinement.etag)
        with self._lock:
            last = self._asked.get(what)
            if not made_now and last is not None and self._clock() < last + _AGAIN_SECONDS:
                return
        self._refinements.ask(refinement)
        with self._lock:
            self._asked[what] = self._clock()
            self._asked.move_to_end(what)
            while len(self._asked) > _MOST_REMEMBERED:
                self._asked.popitem(last=False)
