"""Single flight: of several invocations that miss the same derived object, one makes it and the others wait."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum, auto
from time import monotonic, sleep

from imagestack.errors import StoreError
from imagestack.limits import MAX_INVOCATION_SECONDS
from imagestack.ports import Derived, Leases, Turn
from imagestack.serving.circuit_breaker import CircuitBreaker, wait
from imagestack.serving.request_log import RequestLog

# How long to wait for another invocation; most encodes take less. Lambda bills waiting like working.
MAX_WAIT_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.03, 0.4


class WaitResult(Enum):
    """What to do if the wait gave no derived object.

    Attributes:
        MAKE: make it.
        BUSY: another invocation is still making it.
    """

    MAKE = auto()
    BUSY = auto()


@dataclass
class SingleFlight:
    """The lease of one derived object. It is requested at once, while the caller fetches the original.

    Attributes:
        leases: None if invocations do not wait for each other.
        breaker: for the calls of `leases`.
        name: of the lease: the derived key and the version of the original.
        log: gets the failures.
        stored: whether the derived object is in the store now, so that waiting invocations find it.
    """

    leases: Leases | None
    breaker: CircuitBreaker
    name: str
    log: RequestLog
    stored: bool = False
    _first_turn: Future[Turn] = field(init=False)
    _is_held: bool = False

    def __post_init__(self) -> None:
        self._first_turn = self.breaker.begin(self._acquire)

    def wait(self, get_derived: Callable[[], Derived | None], max_seconds: float) -> Derived | WaitResult:
        """Wait for the lease, or for the result of the invocation that holds it.

        Args:
            get_derived: looks up the derived object.
            max_seconds: to wait at most, and never more than `MAX_WAIT_SECONDS`.
        """
        end = monotonic() + min(max_seconds, MAX_WAIT_SECONDS)
        pause = _FIRST_PAUSE
        turn = self._result(self._first_turn, end)
        while turn is Turn.ANOTHERS:
            if monotonic() + pause > end:
                return WaitResult.BUSY
            sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
            turn = self._result(self.breaker.begin(self._acquire), end)
        derived = get_derived() if turn is Turn.DONE else None
        return derived or WaitResult.MAKE

    def end(self, max_seconds: float) -> None:
        """Release the lease, whatever the outcome of the work.

        Args:
            max_seconds: to wait at most. A lease that comes later expires by itself.
        """
        with suppress(StoreError):
            wait(self._first_turn, max_seconds)
        if self._is_held:
            try:
                self.breaker.call(self._release, max_seconds)
            except StoreError:
                self.log.failures.append("lease release")

    def _acquire(self) -> Turn:
        if self.leases is None:
            return Turn.MINE
        turn = self.leases.acquire(self.name, self.log.invocation_id, MAX_INVOCATION_SECONDS)
        self._is_held = turn is Turn.MINE
        return turn

    def _release(self) -> None:
        if self.leases:
            self.leases.release(self.name, self.log.invocation_id, done=self.stored)

    def _result(self, turn: Future[Turn], end: float) -> Turn:
        try:
            return self.breaker.result(turn, end - monotonic())
        except StoreError:
            # Two invocations that do the same work are better than none.
            self.log.failures.append("lease")
            return Turn.MINE
