"""The tables of the report, in Markdown."""

import platform
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from statistics import fmean, median, quantiles

from bench.peers.catalog import OURS
from bench.peers.compare import Point, Ratio, mean_ratio, ratio
from bench.peers.jobs import TITLES, Case, Encoder, size_name
from bench.peers.measure import Sample
from bench.peers.scoring import Scores

_HOW = """\
Image Stack is measured as its real handler, with stores in memory. "Refined" is its second, slower encode in the
background. Each encoder may use all cores, as it does by default. Rounds alternate between all encoders. A job that has
taken 5 seconds in total is not repeated.

| column | meaning |
|---|---|
| number | the encoder's quality parameter; the same number means different scores in different encoders |
| CPU | user and system time of the whole process, with all threads |
| p50, p95, wall | wall time until the file is written |
| MB | resident memory of a fresh process during one job on the largest photograph, above its idle memory |
| SSIMULACRA2, MS-SSIM | scores of the result, compared with the pixels that its encoder got: the product's own resize |
| resize alone | SSIMULACRA2 of these pixels, compared with Pillow's Lanczos resize of the original |
| score out of reach | photographs for which our score is outside the other encoder's range: values are extrapolated |

Tables of ratios have the value of Image Stack divided by the value of the other encoder, as the geometric mean over the
photographs. Below 1 is better for Image Stack. Both values are at the score that Image Stack
reaches at quality 80. For the other encoder, bytes and times at that score are interpolated between a few numbers.

For "resize alone", Image Stack and the reference use the same method, so its own high value proves little. JPEG results
come only from resized JPEG originals, because Image Stack does not convert PNG to JPEG.
"""
Memory = dict[tuple[Encoder, int | None], int]


@dataclass(frozen=True)
class Record:
    """A job, its cost, and how its result looks.

    Attributes:
        scores: of the result, against the pixels that the encoder was given.
        resize: SSIMULACRA2 of these pixels against the original, which Pillow resizes.
    """

    sample: Sample
    scores: Scores
    resize: float

    @property
    def encoder(self) -> Encoder:
        """The encoder of the job."""
        return self.sample.job.encoder

    @property
    def case(self) -> Case:
        """The photograph and width of the job."""
        return self.sample.job.case

    @property
    def is_usual(self) -> bool:
        """Whether the number is the default of the encoder."""
        return self.sample.job.number == self.encoder.number

    @property
    def point(self) -> Point:
        """The point for comparisons."""
        return Point(self.scores.ssimulacra2, self.sample.bytes, self.sample.cpu, self.sample.wall)


def head(versions: Sequence[str], photographs: int, rounds: int) -> list[str]:
    """What was compared, where and how."""
    model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    processor = model[1] if model else platform.machine()
    pillow, ssimulacra2, blazediff = (version(name) for name in ("pillow", "ssimulacra2", "blazediff-ssim"))
    machine = f"{cpu_count()} cores of {processor} ({platform.machine()}), {platform.system()} {platform.release()}"
    made = f"Made by `make bench` on {datetime.now(UTC):%Y-%m-%d}: {photographs} photographs, {rounds} rounds"
    return [
        "# Comparison with other software",
        "",
        f"{made}; {machine}, Python {platform.python_version()}.",
        "",
        *(f"- {one}" for one in versions),
        f"- scores: ssimulacra2 {ssimulacra2}, MS-SSIM of blazediff-ssim {blazediff}, decoded by Pillow {pillow}",
        "",
        _HOW,
    ]


def encoders(records: Sequence[Record], fmt: str) -> list[Encoder]:
    """The encoders of a format, ours first."""
    return list(dict.fromkeys(record.encoder for record in records if record.encoder.format == fmt))


def sizes(records: Sequence[Record]) -> list[int | None]:
    """The widths in rising order; unresized comes last."""
    return sorted({record.case.width for record in records}, key=lambda width: width or float("inf"))


def ratios(records: Sequence[Record], ours: Encoder, theirs: Encoder, width: int | None) -> list[Ratio]:
    """For each photograph: our costs over theirs at the score of our default number."""
    found = []
    for record in records:
        if record.encoder == ours and record.is_usual and record.case.width == width:
            others = [other.point for other in records if other.encoder == theirs and other.case == record.case]
            found.append(ratio(record.point, others))
    return [one for one in found if one]


def ratio_table(records: Sequence[Record], ours: Encoder) -> list[str]:
    """A row for each width and each other encoder."""
    rows: list[tuple[object, ...]] = []
    for width in sizes(records):
        for theirs in encoders(records, ours.format):
            of = ratios(records, ours, theirs, width) if theirs != ours else []
            if of:
                mean = mean_ratio(of)
                worst = max(one.bytes for one in of)
                costs = (f"{value:.2f}" for value in (mean.bytes, worst, mean.cpu, mean.wall))
                rows.append((size_name(width), theirs.name, len(of), *costs, sum(not one.reached for one in of) or ""))
    columns = ("size", "Image Stack over", "photographs", "bytes", "bytes, worst", "CPU", "wall", "score out of reach")
    return table(columns, rows)


def usual_table(records: Sequence[Record], fmt: str, memory: Memory) -> list[str]:
    """A row for each width and encoder, at the default numbers."""
    rows: list[tuple[object, ...]] = []
    for width in sizes(records):
        for encoder in encoders(records, fmt):
            of = [r for r in records if r.encoder == encoder and r.case.width == width and r.is_usual]
            if not of:
                continue
            walls = [1000 * result.wall for record in of for result in record.sample.results]
            used = memory.get((encoder, width))
            rows.append(
                (
                    size_name(width),
                    encoder.name,
                    encoder.number,
                    len(of),
                    *_p50_p95(walls),
                    f"{median(1000 * record.sample.cpu for record in of):.0f}",
                    f"{fmean(record.sample.bytes for record in of) / 1000:.1f}",
                    f"{fmean(record.scores.ssimulacra2 for record in of):.1f}",
                    f"{fmean(record.scores.ms_ssim for record in of):.4f}",
                    f"{fmean(record.resize for record in of):.1f}",
                    "" if used is None else f"{used / 1e6:.0f}",
                )
            )
    columns = (
        *("size", "encoder", "number", "photographs", "p50 ms", "p95 ms", "CPU ms", "kB"),
        *("SSIMULACRA2", "MS-SSIM", "resize alone", "MB"),
    )
    return table(columns, rows)


def hit_table(name: str, walls: Sequence[float], cpu: float) -> list[str]:
    """One row: derived hits."""
    milliseconds = [1000 * wall for wall in walls]
    figures = (median(milliseconds), quantiles(milliseconds, n=20)[-1], 1000 * cpu / len(walls))
    return table(("work", "p50 ms", "p95 ms", "CPU ms"), [(name, *(f"{value:.2f}" for value in figures))])


def sections(records: Sequence[Record], memory: Memory, plots: Sequence[str]) -> Iterator[str]:
    """The lines of the report about formats."""
    for fmt, title in TITLES.items():
        everybody = encoders(records, fmt)
        if not everybody:
            continue
        yield f"## {title}"
        yield ""
        for ours in everybody:
            if ours.peer == OURS:
                yield f"Ratios at the score of {ours.name} at quality {ours.number}:"
                yield ""
                yield from ratio_table(records, ours)
        yield f"{title} at the default settings of each encoder:"
        yield ""
        yield from usual_table(records, fmt, memory)
        for plot in plots:
            if plot.startswith(f"{fmt}-"):
                yield f"![{title}: {plot.removeprefix(f'{fmt}-').removesuffix('.png')}]({plot})"
                yield ""


def failures(samples: Sequence[Sample], left_out: dict[str, str]) -> list[str]:
    """The failures: peer, job and reason."""
    lines = [f"- **{name}** is left out: {reason}" for name, reason in left_out.items()]
    for sample in samples:
        if sample.failure:
            job = sample.job
            what = f"{job.encoder.name}, {TITLES[job.encoder.format]} at {job.number}"
            lines.append(f"- {what}, {job.case.photograph.name}, {job.case.size}: {sample.failure[:200]}")
    return ["## Missing", "", *lines, ""] if lines else []


def table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[str]:
    """A table in Markdown; the first two columns are text."""
    lines = ["| " + " | ".join(columns) + " |", "|---|---" + "|--:" * (len(columns) - 2) + "|"]
    return [*lines, *("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows), ""]


def _p50_p95(values: Sequence[float]) -> tuple[str, str]:
    if len(values) == 1:
        return f"{values[0]:.0f}", f"{values[0]:.0f}"
    return f"{median(values):.0f}", f"{quantiles(values, n=20, method='inclusive')[-1]:.0f}"
