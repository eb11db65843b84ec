"""Rounds: in each, all peers do the same work in turn, so that other load on the machine affects all alike."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from PIL import Image

from bench.peers.catalog import Peer
from bench.peers.jobs import PNG, Case, Encoder, Job, PeerError, Result, Running

# Seconds. A job that has taken this long in total is not repeated: noise is small beside it.
_LONG = 5.0

Advance = Callable[[], None]


@dataclass
class Sample:
    """A job, its result file, and the results of its rounds."""

    job: Job
    file: Path
    results: list[Result] = field(default_factory=list)
    failure: str = ""

    @property
    def bytes(self) -> int:
        """Size of the result in bytes."""
        return self.results[-1].bytes

    @property
    def cpu(self) -> float:
        """Median CPU seconds."""
        return median(result.cpu for result in self.results)

    @property
    def wall(self) -> float:
        """Median wall seconds."""
        return median(result.wall for result in self.results)

    @property
    def is_done(self) -> bool:
        """Whether another round would add nothing."""
        return bool(self.failure) or sum(result.wall for result in self.results) > _LONG


@contextmanager
def started(peers: Sequence[Peer], photographs: Path, left_out: dict[str, str]) -> Iterator[dict[str, Running]]:
    """Start all peers; one that does not start is left out, with its reason in `left_out`."""
    running: dict[str, Running] = {}
    try:
        for peer in peers:
            try:
                running[peer.name] = peer.start(photographs)
            except PeerError as error:
                left_out[peer.name] = str(error)
        yield running
    finally:
        for one in running.values():
            one.close()


def jobs(peers: Sequence[Peer], cases: Sequence[Case], formats: Sequence[str]) -> list[Job]:
    """All jobs; those of one photograph, width and format stand together."""
    encoders = [encoder for peer in peers for encoder in peer.encoders]
    return [
        Job(case, encoder, number)
        for case in cases
        for fmt in formats
        if case.makes(fmt)
        for encoder in encoders
        if encoder.format == fmt
        for number in encoder.numbers
    ]


def warm_up(running: dict[str, Running], work: Sequence[Job], folder: Path) -> None:
    """Do the first job of each kind, so that no round measures what a process does only once."""
    first = {job.encoder: job for job in reversed(work)}
    for encoder, job in first.items():
        _try(running[encoder.peer], Sample(job, folder / "warm"))


def resizes(running: dict[str, Running], cases: Sequence[Case], folder: Path, advance: Advance) -> list[Sample]:
    """Write each peer's resized pixels as PNG, before an encoder changes them."""
    samples: list[Sample] = []
    for case in cases:
        for name, peer in running.items():
            if case.width is not None:
                samples.append(Sample(Job(case, Encoder(name, PNG, 0, ()), None), folder / f"resize-{len(samples)}"))
                _try(peer, samples[-1])
        advance()
    return samples


def measure(
    running: dict[str, Running], work: Sequence[Job], rounds: int, folder: Path, advance: Advance
) -> list[Sample]:
    """Do all work in every round."""
    samples = [Sample(job, folder / str(number)) for number, job in enumerate(work)]
    for _ in range(rounds):
        for sample in samples:
            if not sample.is_done:
                _try(running[sample.job.encoder.peer], sample)
            advance()
    return samples


def _try(peer: Running, sample: Sample) -> None:
    try:
        sample.results.append(peer.encode(sample.job, sample.file))
    except PeerError as error:
        sample.failure = str(error)


def largest(work: Sequence[Job]) -> list[Job]:
    """For each encoder and width, the job with the largest original, at the default number."""
    areas = {path: _area(path) for path in {job.case.photograph for job in work}}
    found: dict[tuple[Encoder, int | None], Job] = {}
    for job in sorted(work, key=lambda job: areas[job.case.photograph]):
        if job.number == job.encoder.number:
            found[job.encoder, job.case.width] = job
    return list(found.values())


def _area(path: Path) -> int:
    with Image.open(path) as image:
        return image.width * image.height


def memory(
    peers: Sequence[Peer], work: Sequence[Job], folder: Path, advance: Advance
) -> dict[tuple[Encoder, int | None], int]:
    """By encoder and width, how far one job raises the resident memory of a fresh process above its idle memory."""
    start = {peer.name: peer.start for peer in peers}
    found: dict[tuple[Encoder, int | None], int] = {}
    for job in work:
        # A peer that fails here has failed in the rounds too: its cell stays empty.
        with suppress(PeerError), closing(start[job.encoder.peer](job.case.photograph.parent)) as peer:
            idle = peer.idle_bytes()
            peer.encode(job, folder / "memory")
            found[job.encoder, job.case.width] = peer.peak_bytes() - idle
        advance()
    return found
