"""The stores as one request uses them: within its time, with failures in its log."""

from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import TypeVar

from imagestack.errors import OriginTimeoutError, StoreError
from imagestack.limits import InvocationBudget
from imagestack.ports import Derived, DerivedStore, Original, OriginalStore, Stored
from imagestack.serving.circuit_breaker import CircuitBreaker, DeadlineError, wait
from imagestack.serving.request_log import RequestLog

T = TypeVar("T")

# The share of the remaining time that a request waits for an optional store.
OPTIONAL_SHARE = 1 / 4


@dataclass(frozen=True)
class StoreAccess:
    """Calls of one request to the stores of originals and derived objects.

    Attributes:
        originals: must answer in the time of the request.
        derived: is optional; its failures are logged.
        body_bytes: the largest body of a derived object that is read.
        executor: makes the calls.
        reads: circuit breaker for reading derived objects.
        writes: circuit breaker for writing derived objects.
        budget: the time of the request.
        log: gets phases and failures.
    """

    originals: OriginalStore
    derived: DerivedStore
    body_bytes: int
    executor: Executor
    reads: CircuitBreaker
    writes: CircuitBreaker
    budget: InvocationBudget
    log: RequestLog

    def head(self, key: str) -> Stored:
        """What is stored of an original, without its body.

        Raises:
            ImageStackError: as `OriginalStore.head`.
            OriginTimeoutError: the time of the request is over.
        """
        return self._origin(lambda: self.originals.head(key))

    def fetch(self, key: str, max_bytes: int | None = None) -> Original:
        """An original. Its body is whole up to `max_bytes`, by default as many as a response can hold.

        Raises:
            ImageStackError: as `OriginalStore.fetch`.
            OriginTimeoutError: the time of the request is over.
        """
        with self.log.phase("fetch"):
            return self._origin(lambda: self.originals.fetch(key, max_bytes or self.body_bytes))

    def begin_get(self, derived_key: str) -> Future[Derived | None]:
        """Begin to read a derived object; `end_get` waits for it."""
        return self.reads.begin(lambda: self.derived.get(derived_key, self.body_bytes))

    def end_get(self, lookup: Future[Derived | None]) -> Derived | None:
        """The derived object of `begin_get`; None if there is none, or if the store failed."""
        try:
            return self.reads.result(lookup, self.budget.timeout(OPTIONAL_SHARE))
        except StoreError:
            self.log.failures.append("derived get")
            return None

    def get(self, derived_key: str, stored: Stored) -> Derived | None:
        """The derived object made of this version of the original; None if there is none, or if the store failed."""
        derived = self.end_get(self.begin_get(derived_key))
        return derived if derived and derived.original_version == stored.version else None

    def put(self, derived_key: str, derived: Derived, stored: Stored, replaces: str | None) -> bool:
        """Store a derived object.

        Args:
            derived_key: key of the derived object.
            derived: with its body.
            stored: the original, whose headers the object gets.
            replaces: `store_etag` of the stale object that it replaces; None if there is none.

        Returns:
            Whether the store has a derived object of this key now: this one, or that of a concurrent writer.
        """
        with self.log.phase("put"):
            try:
                self.writes.call(
                    lambda: self.derived.put(derived_key, derived, stored.headers, replaces), self.budget.timeout()
                )
            except StoreError:
                self.log.failures.append("derived put")
                return False
        return True

    def _origin(self, call: Callable[[], T]) -> T:
        """Call the origin and wait as long as there is time."""
        try:
            return wait(self.executor.submit(call), self.budget.timeout())
        except DeadlineError as error:
            raise OriginTimeoutError("deadline") from error
