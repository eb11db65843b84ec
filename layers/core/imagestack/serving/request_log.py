"""What is recorded of one request."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

from imagestack.serving.cache_status import CacheStatus


@dataclass
class RequestLog:
    """What happened to one request, for its log line and metrics.

    Attributes:
        invocation_id: Lambda's identifier of the invocation.
        cache: what happened to the derived object.
        phases: milliseconds by phase, in the order in which the phases began.
        failures: the stores that failed and that the request did without.
        started: `perf_counter` when the request came.
    """

    invocation_id: str = ""
    cache: CacheStatus = CacheStatus.PASS
    phases: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    started: float = field(default_factory=perf_counter)

    @property
    def elapsed(self) -> float:
        """Milliseconds since the request came."""
        return (perf_counter() - self.started) * 1000

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure a phase. The times of a phase that occurs twice are added up."""
        start = perf_counter()
        try:
            yield
        finally:
            self.phases[name] = self.phases.get(name, 0.0) + (perf_counter() - start) * 1000

    def milliseconds(self, name: str) -> int:
        """The time of a phase in whole milliseconds; 0 if it did not occur."""
        return round(self.phases.get(name, 0.0))
