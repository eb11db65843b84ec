"""Measure the cold start of the build in the emulated runtime; `bench/emulated.py` says what this needs.

    sam build
    python -m bench.cold [--times 9] [--build DIR] [--python PATH]

The tables show the times of a start, and the sizes of the build's parts.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.common import head, table
from bench.deployment import Deployment, body, event, served, stores
from bench.emulated import Built, add_options, distribution_event, emulated, more_stores
from bench.handler import photograph

_MEMORY = 1769
_WARM = 20
_FORBIDDEN = 403
_BROUGHT = ("ImageFunction", "CoreLayer", "DependenciesLayerX86", "DependenciesLayerArm64")


@dataclass(frozen=True)
class Cold:
    """One start: times in milliseconds, and memory in megabytes after the initialisation."""

    init: float
    cpu: float
    memory: float
    first: float
    warm: float


def start(built: Built) -> Cold:
    """Start once. A refused request initialises the function; a derived hit is its first work."""
    hit = distribution_event("photo.jpg", "width=400&fmt=webp", "*/*,image/webp")
    with emulated(built, _MEMORY) as function:
        _, refusal = function.send(event("photo.jpg", "", "*/*"))
        if refusal["statusCode"] != _FORBIDDEN:
            raise SystemExit(refusal)
        cpu, memory = function.cpu, function.memory
        first, answer = function.send(hit)
        body(answer)
        warm = median(function.send(hit)[0] for _ in range(_WARM))
        return Cold(function.init, cpu, memory, first, warm)


def row(name: str, built: Built, times: int) -> tuple[str, ...]:
    """A row of medians over several starts."""
    colds = [start(built) for _ in range(times)]
    columns = ("init", "cpu", "memory", "first", "warm")
    return (name, *(f"{median(getattr(cold, column) for cold in colds):.0f}" for column in columns))


def size(folder: Path, *, bytecode: bool) -> int:
    """Bytes of a folder's files: bytecode only, or all but bytecode."""
    files = (path for path in folder.rglob("*") if path.is_file() and (path.suffix == ".pyc") == bytecode)
    return sum(path.stat().st_size for path in files)


def main() -> None:
    """Measure and print two tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=9, help="default: %(default)s")
    add_options(parser)
    arguments = parser.parse_args()
    built = Built(arguments.build.absolute(), arguments.python)
    with served(), TemporaryDirectory() as folder, built.without_bytecode() as bare:
        site = Deployment(argparse, stores())
        more_stores()
        photo = Path(folder, "photo.jpg")
        photo.write_bytes(photograph())
        site.put(photo)
        # This start makes the derived object and brings the files into the page cache.
        start(built)
        rows = [row("as built", built, arguments.times), row("without bytecode", bare, arguments.times)]
    head("The emulated runtime")
    table(("cold start", "init ms", "CPU ms", "MB", "first hit ms", "warm hit ms"), rows)
    table(
        ("unzipped", "kB", "bytecode kB"),
        [
            (name, *(f"{size(built.folder / name, bytecode=kind) / 1000:,.0f}" for kind in (False, True)))
            for name in _BROUGHT
        ],
    )


if __name__ == "__main__":
    main()
