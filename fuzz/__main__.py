"""Coverage-guided fuzzing of the code that reads untrusted bytes; run by `make fuzz`.

    python -m fuzz [--seconds 60] [--corpus DIR] [--targets query,png]

Each target runs for the given seconds. An input that breaks a target is written to `.fuzz/found/<target>`. Copy it to
`tests/fuzz/regressions/<target>`: from then on `make test` tries it. Inputs that reached new code are kept in
`.fuzz/seeds` for the next run.
"""

import argparse
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from fuzz.pictures import CHOICE_BYTES
from fuzz.target import NAMES

_ROOT = Path(__file__).parent.parent
_FOLDER = _ROOT / ".fuzz"
# Larger pictures are slow, and their headers are the same.
_MOST_BYTES = 16_384
_SUFFIXES = {"jpeg": (".jpg", ".jpeg"), "png": (".png",), "refine": (".jpg", ".jpeg", ".png")}
_PROGRESS = re.compile(r"#\d+.* cov: (?P<cov>\d+) ft: (?P<ft>\d+)")
_EXECUTIONS = re.compile(r"stat::number_of_executed_units: *(\d+)|^#(\d+)", re.MULTILINE)


def add(corpus: Path, name: str, seeds: Path) -> None:
    """Copy the small pictures of a folder and its subfolders to the seeds."""
    seeds.mkdir(parents=True, exist_ok=True)
    for path in sorted(corpus.rglob("*")):
        if path.suffix.lower() in _SUFFIXES.get(name, ()) and path.stat().st_size + CHOICE_BYTES <= _MOST_BYTES:
            (seeds / f"corpus-{path.name}").write_bytes(bytes((0, 20, 0, 0, 0, 0)) + path.read_bytes())


def run(name: str, seconds: int, corpus: Path | None) -> tuple[str, ...]:
    """Run a target; returns its row of the table."""
    seeds, found = _FOLDER / "seeds" / name, _FOLDER / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    before = set(found.iterdir())
    if corpus:
        add(corpus, name, seeds)
    command = [sys.executable, "-m", "fuzz.one", name, "--seconds", str(seconds), "--seeds", str(seeds)]
    # The handler's log lines are written to the null device.
    done = subprocess.run(  # noqa: S603 - our own command
        [*command, "--found", str(found)], cwd=_ROOT, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    log = done.stderr.decode(errors="replace")
    (_FOLDER / f"{name}.log").write_text(log)
    new = sorted(set(found.iterdir()) - before)
    if new or done.returncode:
        print(log[-4_000:], file=sys.stderr)
    progress, executions = list(_PROGRESS.finditer(log)), _EXECUTIONS.findall(log)
    return (
        name,
        "".join(executions[-1]) if executions else "",
        *(progress[-1].group("cov", "ft") if progress else ("", "")),
        ", ".join(str(path.relative_to(_ROOT)) for path in new) or ("none" if not done.returncode else "see above"),
    )


def main() -> int:
    """Run all targets, one per processor at a time, and print a table; returns 1 if there are findings."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="duration of each target; default: %(default)s")
    parser.add_argument("--corpus", type=Path, help="folder of pictures to add to the seeds")
    parser.add_argument("--targets", default=",".join(NAMES), help="default: %(default)s")
    arguments = parser.parse_args()
    one = partial(run, seconds=arguments.seconds, corpus=arguments.corpus)
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        rows = list(executor.map(one, arguments.targets.split(",")))
    print("| target | executions | cov | ft | findings |\n|---|--:|--:|--:|---|")
    for row in rows:
        print("| " + " | ".join(row) + " |")
    return int(any(row[-1] != "none" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
