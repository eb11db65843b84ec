"""Asks for known weaknesses of the pinned packages; run by `make audit`.

A weakness is exit status 1. Where the service cannot be asked, or does not know the packages, that is told loudly and
is no failure: pip-audit by itself says that nothing was found then.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# It names all that is deployed and that the local stack runs, too. The comparison's peers are old on purpose.
FILE = "requirements/dev.txt"
SECONDS = 50


def read(report: str) -> tuple[list[str], list[str]]:
    """What pip-audit's JSON says: weaknesses, each as a line; and the packages that it could not ask for."""
    found, unknown = [], []
    for package in json.loads(report)["dependencies"]:
        if "skip_reason" in package:
            unknown.append(package["name"])
        for weakness in package.get("vulns", ()):
            fixed = ", ".join(weakness["fix_versions"]) or "no version"
            found.append(f"{package['name']} {package['version']}: {weakness['id']}, mended in {fixed}")
    return found, unknown


def ask() -> str:
    """pip-audit's report in JSON; empty if it could not make one."""
    options = ["--disable-pip", "--no-deps", "--progress-spinner", "off", "--format", "json"]
    command = [sys.executable, "-m", "pip_audit", *options, "-r", FILE]
    try:
        return subprocess.run(  # noqa: S603 - nothing of it comes from outside
            command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=SECONDS
        ).stdout
    except subprocess.TimeoutExpired:
        return ""


def main() -> int:
    """Tell what is found, and what could not be looked for."""
    report = ask()
    found, unknown = read(report) if report else ([], ["all"])
    if unknown:
        told = ", ".join(unknown) if len(unknown) < 10 else f"{len(unknown)} packages"  # noqa: PLR2004 - a line's worth
        print(f"*** SKIPPED: {told}: no service could be asked for known weaknesses ***", file=sys.stderr)  # noqa: T201
    for line in found:
        print(line, file=sys.stderr)  # noqa: T201 - a command's output
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
