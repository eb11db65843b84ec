"""Measure time and price over memory, of the build in the emulated runtime; `bench/emulated.py` says what this needs.

    sudo python -m bench.power [--times 7] [--photos DIR] [--build DIR] [--python PATH]

For each memory size, a control group gives the function the processor time that Lambda would give it: memory / 1769 MB
processors. These are control groups of version 1, which only root may create. The script draws
docs/images/measurements/power.png.
"""

import argparse
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from itertools import cycle
from pathlib import Path
from statistics import mean, median

from matplotlib.figure import Figure
from PIL import Image

from bench.common import head, photographs, table
from bench.deployment import ORIGINALS, Deployment, body, event, served, stores
from bench.emulated import Built, Function, add_options, distribution_event, emulated, more_stores

_SIZES = (512, 1024, 1769, 2048, 3008)
_OF_ONE_PROCESSOR = 1769
# Microseconds; Lambda allocates processor time in periods of about this length.
_PERIOD = 20_000
_SHARES = 262_144
_GROUPS = Path("/sys/fs/cgroup")
_PICTURE = Path(__file__).parents[1] / "docs/images/measurements/power.png"
# USD, arm64, us-east-1.
_GIGABYTE_SECOND = 0.0000133334
# Share of the requests past the edge that are the first for their object; the README's cost estimate uses the same.
_FIRSTS = 0.4
_TILE, _TILES = (1000, 750), 4
_WEBP, _AVIF = "image/webp", "image/avif"


@dataclass(frozen=True)
class Case:
    """A request; for a first answer there is no derived object yet."""

    name: str
    key: str
    query: str
    accept: str
    first: bool = True


_CASES = (
    Case("12 megapixels to WebP, 800 wide", "large.jpg", "width=800&fmt=webp", _WEBP),
    Case("12 megapixels to AVIF, 800 wide", "large.jpg", "width=800&fmt=avif", _AVIF),
    Case("2 megapixels to AVIF, whole", "small.jpg", "fmt=avif", _AVIF),
    Case("derived hit", "large.jpg", "width=800&fmt=webp", _WEBP, first=False),
)


@contextmanager
def groups(memory: int) -> Iterator[tuple[Path, Path]]:
    """Create control groups with this memory limit in megabytes and its share of the processors."""
    made = tuple(_GROUPS / kind / f"imagestack-{os.getpid()}-{memory}" for kind in ("cpu", "memory"))
    cpu, limit = made
    for group in made:
        group.mkdir()
    processors = min(memory / _OF_ONE_PROCESSOR, os.cpu_count() or 1)
    (cpu / "cpu.cfs_period_us").write_text(str(_PERIOD), encoding="ascii")
    (cpu / "cpu.cfs_quota_us").write_text(str(round(_PERIOD * processors)), encoding="ascii")
    # Above all other processes of the machine.
    (cpu / "cpu.shares").write_text(str(_SHARES), encoding="ascii")
    (limit / "memory.limit_in_bytes").write_text(str(memory * 2**20), encoding="ascii")
    try:
        yield cpu, limit
    finally:
        for group in made:
            group.rmdir()


def mosaic(folder: Path | None) -> Image.Image:
    """A picture of 12 megapixels: photographs side by side."""
    whole = Image.new("RGB", (_TILE[0] * _TILES, _TILE[1] * _TILES))
    files = cycle(photographs(folder))
    for at in range(_TILES * _TILES):
        with Image.open(next(files)) as photograph:
            tile = photograph.convert("RGB").resize(_TILE, Image.Resampling.LANCZOS)
        whole.paste(tile, (at % _TILES * _TILE[0], at // _TILES * _TILE[1]))
    return whole


def put(site: Deployment, folder: Path | None) -> None:
    """Store both originals."""
    large = mosaic(folder)
    for key, picture in (("large.jpg", large), ("small.jpg", large.resize((1632, 1224), Image.Resampling.LANCZOS))):
        output = BytesIO()
        picture.save(output, "JPEG", quality=90)
        site.s3.put_object(Bucket=ORIGINALS, Key=key, Body=output.getvalue(), ContentType="image/jpeg")


def milliseconds(site: Deployment, function: Function, case: Case) -> float:
    """Milliseconds of one request; exits if its answer has another content type than the case."""
    if case.first:
        site.forget()
    took, answer = function.send(distribution_event(case.key, case.query, case.accept))
    body(answer)
    if answer["headers"]["Content-Type"] != case.accept:
        raise SystemExit(f"{case.name}: {answer['headers']}")
    return took


def measure(site: Deployment, built: Built, times: int) -> dict[int, list[float]]:
    """Median milliseconds of the cases by memory. All sizes take turns, so that a disturbance affects all alike."""
    taken: dict[tuple[int, Case], list[float]] = {(size, case): [] for size in _SIZES for case in _CASES}
    with ExitStack() as stack:
        functions = {}
        for size in _SIZES:
            groups_of_size = stack.enter_context(groups(size))
            join = "".join(f"echo $$ > {group}/cgroup.procs; " for group in groups_of_size)
            functions[size] = stack.enter_context(emulated(built, size, join))
            functions[size].send(event("large.jpg", "", "*/*"))
        for turn in range(times + 1):
            for size, function in functions.items():
                for case in _CASES:
                    if case.first is False:
                        milliseconds(site, function, _CASES[0])
                    took = milliseconds(site, function, case)
                    # The first turn imports modules that are imported late.
                    if turn:
                        taken[size, case].append(took)
    return {size: [median(taken[size, case]) for case in _CASES] for size in _SIZES}


def price(size: int, took: float) -> float:
    """USD of a million invocations of this length in milliseconds, without the price per request."""
    return size / 1024 * took * 1000 * _GIGABYTE_SECOND


def mixed(took: list[float]) -> float:
    """Milliseconds of an average request past the edge."""
    *firsts, hit = took
    return _FIRSTS * mean(firsts) + (1 - _FIRSTS) * hit


def draw(found: dict[int, list[float]]) -> None:
    """Draw time and price over memory."""
    figure = Figure(figsize=(13, 5), layout="constrained")
    left, right = figure.subplots(1, 2)
    sizes = list(found)
    for at, case in enumerate(_CASES):
        left.plot(sizes, [took[at] for took in found.values()], marker=".", label=case.name)
        right.plot(sizes, [price(size, took[at]) for size, took in found.items()], marker=".", label=case.name)
    right.plot(sizes, [price(size, mixed(took)) for size, took in found.items()], "k--", marker=".", label="mix")
    for axes, name in ((left, "ms"), (right, "USD a million")):
        axes.set(xlabel="memory, MB", ylabel=name, yscale="log", xticks=sizes)
        axes.grid(visible=True, which="both", alpha=0.3)
    left.legend()
    # A place without lines.
    right.legend(loc="center left", bbox_to_anchor=(0, 0.38))
    figure.savefig(_PICTURE, dpi=80)


def main() -> None:
    """Measure, print a table, and draw it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--photos", type=Path, help="a folder of photographs (default: those of scikit-image)")
    parser.add_argument("--times", type=int, default=7, help="default: %(default)s")
    add_options(parser)
    arguments = parser.parse_args()
    with served():
        site = Deployment(argparse, stores())
        more_stores()
        put(site, arguments.photos)
        found = measure(site, Built(arguments.build.absolute(), arguments.python), arguments.times)
    head("Memory: median ms, and USD a million invocations on arm64")
    columns = [f"{case.name}, {unit}" for case in _CASES for unit in ("ms", "USD")]
    table(
        ("memory", *columns, "mix, USD"),
        [
            (
                f"{size} MB",
                *(cell for took in row for cell in (f"{took:.0f}", f"{price(size, took):.2f}")),
                f"{price(size, mixed(row)):.2f}",
            )
            for size, row in found.items()
        ],
    )
    draw(found)


if __name__ == "__main__":
    main()
