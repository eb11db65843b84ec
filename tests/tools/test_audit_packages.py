"""The audit of pinned packages, from what pip-audit reports."""

import json
import re
from typing import Any

import pytest

from tools import audit_packages

KNOWN: dict[str, Any] = {"name": "good", "version": "1.0", "vulns": []}
WEAK: dict[str, Any] = {
    "name": "weak",
    "version": "1.0",
    "vulns": [
        {"id": "PYSEC-2024-1", "fix_versions": ["1.1", "2.0"], "aliases": [], "description": "x"},
        {"id": "PYSEC-2024-2", "fix_versions": [], "aliases": [], "description": "y"},
    ],
}
UNKNOWN: dict[str, Any] = {"name": "lost", "skip_reason": "Dependency not found on PyPI and could not be audited"}
FOUND = ["weak 1.0: PYSEC-2024-1, fixed in 1.1, 2.0", "weak 1.0: PYSEC-2024-2, fixed in no version"]


@pytest.mark.parametrize(
    ("packages", "status", "printed"),
    [
        ([KNOWN], 0, []),
        ([KNOWN, WEAK], 1, FOUND),
        ([UNKNOWN], 0, ["*** SKIPPED: lost: not checked for known vulnerabilities ***"]),
        ([UNKNOWN, WEAK], 1, ["*** SKIPPED: lost: not checked for known vulnerabilities ***", *FOUND]),
        ([UNKNOWN] * 50, 0, ["*** SKIPPED: 50 packages: not checked for known vulnerabilities ***"]),
        (None, 0, ["*** SKIPPED: all: not checked for known vulnerabilities ***"]),
    ],
)
def test_audit(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    packages: list[dict[str, Any]] | None,
    status: int,
    printed: list[str],
) -> None:
    """A vulnerability fails the audit. Packages that could not be checked are reported and do not fail it."""
    monkeypatch.setattr(
        audit_packages, "ask", lambda: "" if packages is None else json.dumps({"dependencies": packages})
    )
    assert audit_packages.main() == status
    assert capsys.readouterr().err.splitlines() == printed


def test_all_that_is_deployed_is_asked_for() -> None:
    """The file that is audited names every version that is deployed or runs the local stack."""

    def pinned(file: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9.-]+==[^ ;]+", (audit_packages.ROOT / file).read_text(), re.MULTILINE))

    shipped = pinned("layers/dependencies/requirements.txt")
    assert shipped
    assert shipped | pinned("requirements/run.txt") <= pinned(audit_packages.FILE)
