"""Compare Image Stack with sharp, ipx, thumbor, Pillow and libvips, in one run.

    python -m bench.peers [--photos DIR] [--widths 400 800 1600 0] [--rounds 3] [--out docs/measurements]

Every peer encodes every photograph, resized and at its own size, as AVIF, WebP and JPEG, at a few quality numbers each.
Rounds alternate. Equal numbers look different, so the report compares bytes, CPU and wall time at equal SSIMULACRA2:
the score of our quality 80. The script writes `peers.md` and its plots. It runs on Linux only; `make bench` sets up
what it needs.
"""

import argparse
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from bench.common import need_ssimulacra2, photographs
from bench.peers.catalog import OURS, peers
from bench.peers.jobs import TITLES, Case, Job, Running, cases
from bench.peers.measure import Advance, Sample, jobs, largest, measure, memory, resizes, started, warm_up
from bench.peers.plot import draw
from bench.peers.process import Worker
from bench.peers.report import Record, failures, head, hit_table, sections
from bench.peers.scoring import scored

_ROOT = Path(__file__).parent.parent.parent
_HITS = 500
# SSIMULACRA2 of pixels without a resize.
_SAME = 100.0


def main() -> None:
    """Measure, score, and write the report."""
    arguments = _arguments()
    need_ssimulacra2()
    # Otherwise the servers outlive this process.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended"))
    photos = photographs(arguments.photos)
    every = cases(photos, arguments.widths)
    chosen = [peer for peer in peers() if not arguments.peers or peer.name in {OURS, *arguments.peers}]
    left_out: dict[str, str] = {}
    with _progress() as progress, TemporaryDirectory() as name:
        folder = Path(name)
        with started(chosen, photos[0].parent, left_out) as running:
            for missing, reason in left_out.items():
                print(f"*** LEFT OUT: {missing}: {reason} ***", file=sys.stderr)
            here = [peer for peer in chosen if peer.name in running]
            work = jobs(here, every, arguments.formats)
            warm_up(running, work, folder)
            advance = _advance(progress, "encoding", len(work) * arguments.rounds)
            samples = measure(running, work, arguments.rounds, folder, advance)
            hits = _hits(running, every[0], work)
            pixels = resizes(running, every, folder, _advance(progress, "resizing", len(every)))
            versions = [one.version for one in running.values()]
        alone = largest(work)
        used = memory(here, alone, folder, _advance(progress, "memory", len(alone)))
        records = _records(samples, pixels, progress)
        arguments.out.mkdir(parents=True, exist_ok=True)
        plots = draw(records, arguments.out)
    lines = [
        *head(versions, len(photos), arguments.rounds),
        *sections(records, used, plots),
        *hits,
        *failures([*samples, *pixels], left_out),
    ]
    (arguments.out / "peers.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    print(f"{arguments.out / 'peers.md'} and {len(plots)} plots")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="a folder of photographs (default: those of scikit-image)")
    parser.add_argument(
        "--widths", type=int, nargs="+", default=[400, 800, 1600, 0], help="0 keeps the size; default: all four"
    )
    parser.add_argument("--formats", nargs="+", choices=TITLES, default=list(TITLES), help="default: all")
    parser.add_argument("--peers", nargs="+", help="peers beside ours (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="default: %(default)s")
    parser.add_argument("--out", type=Path, default=_ROOT / "docs" / "measurements", help="default: docs/measurements")
    return parser.parse_args()


@contextmanager
def _progress() -> Iterator[Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, TimeRemainingColumn()) as progress:
        yield progress


def _advance(progress: Progress, what: str, total: int) -> Advance:
    task = progress.add_task(what, total=total)
    return lambda: progress.advance(task)


def _records(samples: Sequence[Sample], pixels: Sequence[Sample], progress: Progress) -> list[Record]:
    """Score each result against the pixels that its encoder was given, and these pixels against their original."""
    seen = [sample for sample in pixels if not sample.failure]
    given = {(sample.job.encoder.peer, sample.job.case): sample.file for sample in seen}
    done = [sample for sample in samples if not sample.failure]
    pairs = [(given.get((s.job.encoder.peer, s.job.case), s.job.case.photograph), s.file) for s in done]
    originals = [(sample.job.case.photograph, sample.file) for sample in seen]
    scores = scored([*pairs, *originals], _advance(progress, "scoring", len(pairs) + len(originals)))
    resize = {pair[1]: found.ssimulacra2 for pair, found in zip(originals, scores[len(pairs) :], strict=True)}
    return [
        Record(sample, found, resize.get(pair[0], _SAME))
        for sample, pair, found in zip(done, pairs, scores[: len(pairs)], strict=True)
    ]


def _hits(running: dict[str, Running], case: Case, work: Sequence[Job]) -> list[str]:
    ours = running.get(OURS)
    job = next((job for job in work if job.encoder.peer == OURS and job.case == case), None)
    if not isinstance(ours, Worker) or job is None:
        return []
    answer = ours.send(job.message(Path(os.devnull)) | {"hits": _HITS})
    return [
        "## Derived hit",
        "",
        *hit_table(f"{TITLES[job.encoder.format]}, {case.size}", answer["wall"], answer["cpu"]),
    ]


if __name__ == "__main__":
    main()
