"""Check the pinned packages for known vulnerabilities; run by `make audit`.

A vulnerability gives exit status 1. If the service cannot be reached, or does not know a package, the command prints a
warning and succeeds. pip-audit alone would report "no known vulnerabilities" then.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# This file has all deployed packages and those of the local stack. The peers of the benchmark are old on purpose.
FILE = "requirements/dev.txt"
SECONDS = 50


def read(report: str) -> tuple[list[str], list[str]]:
    """Read pip-audit's JSON: a line for each vulnerability, and the names of packages that were not checked."""
    found, unknown = [], []
    for package in json.loads(report)["dependencies"]:
        if "skip_reason" in package:
            unknown.append(package["name"])
        for weakness in package.get("vulns", ()):
            fixed = ", ".join(weakness["fix_versions"]) or "no version"
            found.append(f"{package['name']} {package['version']}: {weakness['id']}, fixed in {fixed}")
    return found, unknown


def ask() -> str:
    """Return pip-audit's report in JSON; empty after a timeout."""
    options = ["--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json"]
    command = [sys.executable, "-m", "pip_audit", *options, "-r", FILE]
    try:
        return subprocess.run(  # noqa: S603 - our own command
            command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=SECONDS
        ).stdout
    except subprocess.TimeoutExpired:
        return ""


def main() -> int:
    """Print the vulnerabilities and a warning about unchecked packages; return the exit status."""
    report = ask()
    found, unknown = read(report) if report else ([], ["all"])
    if unknown:
        names = ", ".join(unknown) if len(unknown) < 10 else f"{len(unknown)} packages"  # noqa: PLR2004 - as many as fit on a line
        print(f"*** SKIPPED: {names}: not checked for known vulnerabilities ***", file=sys.stderr)  # noqa: T201
    for line in found:
        print(line, file=sys.stderr)  # noqa: T201 - a command's output
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
