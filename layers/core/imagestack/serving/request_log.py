from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter


@dataclass
class RequestLog:
    """What happened to one request, for its log line and metrics.

    Attributes:
        id: of the invocation.
        cache: what became of the derived object: `hit`, `miss`, `stale` (made of another version), `shared` (another
            function made it meanwhile), `busy` (another one is still at it), `skip` (a remembered skip), `pass` (none
            was looked for).
        phases: milliseconds by phase, in the order in which they began.
        failures: stores that failed on the way and were done without.
        started: `perf_counter` when the request came.
    """

    id: str = ""
    cache: str = "pass"
    phases: dict[str, float] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)
    started: float = field(default_factory=perf_counter)

    @property
    def elapsed(self) -> float:
        """Milliseconds since the request came."""
        return (perf_counter() - self.started) * 1000

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Measure a phase; one that occurs twice is added up."""
        start = perf_counter()
        try:
            yield
        finally:
            self.phases[name] = self.phases.get(name, 0.0) + (perf_counter() - start) * 1000

    def milliseconds(self, name: str) -> int:
        """A phase in whole milliseconds."""
        return round(self.phases.get(name, 0.0))
