"""Measure time, CPU time and bytes of the first request for each photograph.

    python -m bench.photos [--photos DIR] [--width 800] [--times 5]

Requests go through the real handler, with S3 and DynamoDB of a moto on this machine, at quality 80. Each photograph is
resized first (unless it is too small), then converted at its own size. JPEG means that the format of the original
stays; then nothing is done without a resize.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from time import perf_counter, process_time

from PIL import Image

from bench.common import head, photographs, table
from bench.deployment import QUALITY, Deployment, body, deployment, event

_ACCEPT = "image/avif,image/webp,*/*"
_FORMATS = {"original's": "", "WebP": "fmt=webp", "AVIF": "fmt=avif"}


@dataclass(frozen=True)
class Result:
    """A photograph, the requested size and format, and the cost."""

    name: str
    request: str
    original_bytes: int
    bytes: int
    wall: float
    cpu: float
    reason: str

    @property
    def saved(self) -> float:
        """Saved bytes in percent of the original's bytes."""
        return 100 * (1 - self.bytes / self.original_bytes)


def measure(site: Deployment, path: Path, width: int | None, times: int) -> list[Result]:
    """Measure one photograph in every format."""
    size = f"{width} wide" if width else "whole"
    results = []
    for name, fmt in _FORMATS.items():
        query = "&".join(part for part in (f"width={width}" if width else "", fmt) if part)
        if not query:
            continue
        wall, cpu = [], []
        for _ in range(times):
            site.forget()
            start, start_cpu = perf_counter(), process_time()
            answer = site.send(event(path.name, query, _ACCEPT))
            wall.append((perf_counter() - start) * 1000)
            cpu.append((process_time() - start_cpu) * 1000)
        made = len(body(answer))
        reason = answer["headers"].get("Img-Skip-Reason", "")
        original = path.stat().st_size
        results.append(Result(path.stem, f"{size}, {name}", original, made, median(wall), median(cpu), reason))
    return results


def summary(results: Sequence[Result]) -> list[tuple[object, ...]]:
    """A row for each requested size and format."""
    rows: list[tuple[object, ...]] = []
    for request in dict.fromkeys(result.request for result in results):
        of = [result for result in results if result.request == request]
        saved = 100 * (1 - sum(result.bytes for result in of) / sum(result.original_bytes for result in of))
        wall, cpu = median(result.wall for result in of), median(result.cpu for result in of)
        rows.append((request, len(of), f"{wall:.0f}", f"{cpu:.0f}", f"{saved:.0f}", f"{mean(r.saved for r in of):.0f}"))
    return rows


def main() -> None:
    """Measure, then print a summary and a row for each photograph."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="a folder of photographs (default: those of scikit-image)")
    parser.add_argument("--width", type=int, default=800, help="default: %(default)s")
    parser.add_argument("--times", type=int, default=5, help="default: %(default)s")
    arguments = parser.parse_args()
    results = []
    with deployment() as site:
        for path in photographs(arguments.photos):
            site.put(path)
            with Image.open(path) as image:
                wide_enough = image.width > arguments.width
            if wide_enough:
                results += measure(site, path, arguments.width, arguments.times)
            results += measure(site, path, None, arguments.times)
    head(f"Photographs through the handler, quality {QUALITY}")
    table(
        ("request", "photographs", "median ms", "median CPU ms", "saved, % of all bytes", "saved, mean %"),
        summary(results),
    )
    table(
        ("photograph", "request", "original kB", "kB", "saved %", "ms", "CPU ms", "skipped"),
        [
            (
                result.name,
                result.request,
                f"{result.original_bytes / 1000:.1f}",
                f"{result.bytes / 1000:.1f}",
                f"{result.saved:.0f}",
                f"{result.wall:.0f}",
                f"{result.cpu:.0f}",
                result.reason,
            )
            for result in results
        ],
    )


if __name__ == "__main__":
    main()
