"""The table of threats in SECURITY.md, and that of interruptions in docs/failures.md."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("SECURITY.md", "docs/failures.md"))
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", TEXT)))


def test_there_is_one() -> None:
    """Each row names a test at least."""
    rows = re.findall(r"^\| .* \| .* \| .* \|$", (ROOT / "SECURITY.md").read_text(encoding="utf-8"), re.MULTILINE)
    _, *threats = (row for row in rows if not row.startswith("| asset"))
    assert len(threats) > 20
    assert [row for row in threats if "`tests/" not in row] == []


@pytest.mark.parametrize(("file", "name"), NAMED, ids=["::".join(filter(None, named)) for named in NAMED])
def test_what_it_names_is_there(file: str, name: str) -> None:
    """Every test that proves a control exists."""
    text = (ROOT / file).read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\b" if name else "^def test_", text, re.MULTILINE)
