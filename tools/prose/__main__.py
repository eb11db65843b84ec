"""The command `python -m tools.prose [PATH …]`; run by `make lint`.

Without paths it checks all prose of the project. It prints each finding as `file:line: message`, then the number of
findings by folder. Exit status 1 means that there are findings.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from tools.prose.check import READERS, check

ROOT = Path(__file__).resolve().parents[2]
CHECKED = (
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs",
    "layers",
    "functions",
    "cli",
    "local",
    "tools",
    "bench",
    "fuzz",
    "tests",
)
"""Files and folders that are checked by default, from the root of the project."""

_NOT_OURS = {"node_modules", "__pycache__"}


def files(paths: Iterable[Path]) -> Iterator[Path]:
    """The files with prose among `paths` and in folders among them; what does not exist is left out."""
    for path in paths:
        if path.is_file() and path.suffix in READERS:
            yield path
        for folder, folders, names in os.walk(path):
            folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _NOT_OURS)
            yield from (Path(folder, name) for name in sorted(names) if Path(name).suffix in READERS)


def main(arguments: list[str] | None = None) -> int:
    """Print all findings and return the exit status.

    Args:
        arguments: paths to check; those of the command line by default.
    """
    parser = argparse.ArgumentParser(prog="python -m tools.prose", description="Check prose of docs and code.")
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="file or folder; by default all prose")
    options = parser.parse_args(arguments)
    missing = [path for path in options.paths if not path.exists()]
    if missing:
        parser.error(f"no such file or folder: {missing[0]}")
    counts = Counter[str]()
    for path in files(options.paths or [ROOT / name for name in CHECKED]):
        shown = _shown(path)
        for finding in check(path):
            sys.stdout.write(f"{shown}:{finding.line}: {finding.message}\n")
            counts[shown.parts[0]] += 1
    for folder, count in sorted(counts.items()):
        sys.stdout.write(f"{count:6} {folder}\n")
    return 1 if counts else 0


def _shown(path: Path) -> Path:
    """A path from the root of the project, where it lies in it."""
    resolved = path.resolve()
    return resolved.relative_to(ROOT) if resolved.is_relative_to(ROOT) else path


if __name__ == "__main__":
    sys.exit(main())
