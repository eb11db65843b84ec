"""Refinement requests of a warm function: each object once in a while, however many viewers want it."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from imagestack.errors import StoreError
from imagestack.ports import Refinements
from imagestack.refinement import Refinement
from imagestack.serving.pause import Pause

# How long one request counts for an object. A refinement takes seconds, unless the queue is long.
_REPEAT_SECONDS = 600.0
_MAX_REMEMBERED = 10_000
# How long a queue that failed gets no messages, so that not every request waits for it.
_PAUSE_SECONDS = 60.0


class RefinementThrottle:
    """Requests each refinement once in a while. The refiner does a repeated request once."""

    def __init__(self, refinements: Refinements, clock: Callable[[], float]) -> None:
        """Start without remembered requests.

        Args:
            refinements: the queue.
            clock: monotonic seconds.
        """
        self._refinements = refinements
        self._clock = clock
        self._requested_at: OrderedDict[tuple[str, str], float] = OrderedDict()
        self._pause = Pause(_PAUSE_SECONDS, clock)
        self._lock = Lock()

    def request(self, refinement: Refinement, *, is_new: bool) -> None:
        """Request a refinement, unless this function requested it lately or the queue failed lately.

        Args:
            refinement: the derived object.
            is_new: whether the object was made just now, so that earlier requests were for another one.

        Raises:
            StoreError: the queue failed.
        """
        derived = (refinement.name, refinement.etag)
        with self._lock:
            last = self._requested_at.get(derived)
            is_due = is_new or last is None or self._clock() >= last + _REPEAT_SECONDS
            if self._pause.is_on or not is_due:
                return
        try:
            self._refinements.request(refinement)
        except StoreError:
            self._pause.begin()
            raise
        with self._lock:
            self._requested_at[derived] = self._clock()
            self._requested_at.move_to_end(derived)
            while len(self._requested_at) > _MAX_REMEMBERED:
                self._requested_at.popitem(last=False)
