"""Single flight: of several functions that miss the same derived object, one makes it and the others wait for it."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from time import monotonic, sleep

from imagestack.errors import StoreError
from imagestack.ports import Derived, Leases, Turn
from imagestack.serving.circuit_breaker import CircuitBreaker, wait
from imagestack.serving.request_log import RequestLog

# How long to wait for another function; most encodes are over by then. Waiting is paid for like working.
MOST_SECONDS = 5.0
# After so long an invocation is certainly over: API Gateway waits no longer.
_LEASE_SECONDS = 30.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.03, 0.4


class Verdict(Enum):
    """What is left to do when nobody has made the derived object yet."""

    MAKE = auto()
    BUSY = auto()


@dataclass
class SingleFlight:
    """The way to one derived object. The lease is asked for at once, beside whatever else is to be done first.

    Attributes:
        leases: None if functions do not mind each other.
        guard: for asking.
        name: of the derived object, of one version of its original.
        log: is told of failures.
        stored: the derived object is there now, so that those who wait find it.
    """

    leases: Leases | None
    guard: CircuitBreaker
    name: str
    log: RequestLog
    stored: bool = False
    _asked: Future[Turn] = field(init=False)
    _held: bool = False

    def __post_init__(self) -> None:
        self._asked = self.guard.begin(self._acquire)

    def wait(self, find: Callable[[], Derived | None], at_most: float) -> Derived | Verdict:
        """Wait for one's turn, or for the result of whoever has it.

        Args:
            find: looks for the derived object.
            at_most: seconds; not more than `MOST_SECONDS` in any case.
        """
        end = monotonic() + min(at_most, MOST_SECONDS)
        pause = _FIRST_PAUSE
        turn = self._turn(self._asked, end)
        while turn is Turn.ANOTHERS:
            if monotonic() + pause > end:
                return Verdict.BUSY
            sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            turn = self._turn(self.guard.begin(self._acquire), end)
        found = find() if turn is Turn.DONE else None
        return found or Verdict.MAKE

    def end(self, at_most: float) -> None:
        """Give the lease back, whatever has become of the work.

        Args:
            at_most: seconds to wait; a lease that comes later ends by itself.
        """
        with suppress(StoreError):
            wait(self._asked, at_most)
        if self._held:
            try:
                self.guard.call(self._release, at_most)
            except StoreError:
                self.log.failures.append("lease release")

    def _acquire(self) -> Turn:
        if self.leases is None:
            return Turn.MINE
        turn = self.leases.acquire(self.name, self.log.id, _LEASE_SECONDS)
        self._held = turn is Turn.MINE
        return turn

    def _release(self) -> None:
        if self.leases:
            self.leases.release(self.name, self.log.id, done=self.stored)

    def _turn(self, asked: Future[Turn], end: float) -> Turn:
        try:
            return self.guard.result(asked, end - monotonic())
        except StoreError:
            # Better twice than not at all.
            self.log.failures.append("lease")
            return Turn.MINE
