"""The tables of docs and console that `make tables` writes."""

import json
import re
from pathlib import Path

import pytest

from imagestack.rules.option_metadata import option_fields
from imagestack.rules.options import ImageStack
from tools import tables
from tools.tables import GENERATED, Generated, markdown, options_script, options_table

MARKERS = ("<!-- begin -->", "<!-- end -->")
BLOCK = Generated("page.md", lambda: "new\n", MARKERS)
NAMES = [one.attribute for one in option_fields(ImageStack)]


@pytest.mark.parametrize("generated", GENERATED, ids=lambda one: one.path)
def test_files_are_current(generated: Generated) -> None:
    """What is in the repository is what `make tables` writes."""
    assert generated.is_current(), f"run `make tables`: {generated.path} is not what its tables say"


@pytest.mark.parametrize("old", ["", "old\n", "old\n\n<!-- more -->\n"])
def test_a_block(old: str) -> None:
    """Only what is between the markers is replaced, and once it is current nothing changes."""
    page = "# Page\n<!-- begin -->\n{}<!-- end -->\nrest\n<!-- end -->\n"
    assert BLOCK.applied(page.format(old)) == page.format("new\n")
    assert BLOCK.applied(page.format("new\n")) == page.format("new\n")


@pytest.mark.parametrize(
    "page",
    ["", "<!-- begin -->\n", "<!-- end -->\n<!-- begin -->\n", "<!-- begin -->\n<!-- begin -->\n<!-- end -->\n"],
)
def test_no_block(page: str) -> None:
    """A file without its markers is an error, not a file that is left as it is."""
    with pytest.raises(ValueError, match=r"^page\.md has not one block"):
        BLOCK.applied(page)


def test_a_whole_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without markers the text is the file, which need not be there before."""
    monkeypatch.setattr(tables, "ROOT", tmp_path)
    whole = Generated("made.js", lambda: "text\n")
    assert not whole.is_current()
    whole.write()
    assert (tmp_path / "made.js").read_text() == "text\n"
    assert whole.is_current()


def test_markdown() -> None:
    """A row for the titles, a rule, and a row for each row."""
    assert markdown(("a", "b"), [("1", "2"), ("3", "4")]) == "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n"


def test_the_table_of_options() -> None:
    """The docs have a row for each field, with its type and default in words."""
    rows = options_table().splitlines()[2:]
    assert [row.split(" | ")[0] for row in rows] == [f"| `{name}`" for name in NAMES]
    assert rows[1].startswith("| `quality` | integer 0 to 100, or `auto` | `95` | ")
    assert rows[-1].startswith("| `refine` | `off`, `popular` or `all` | `off` | ")


def test_the_rows_of_the_console() -> None:
    """The form has a row for each field but the section's own switch, with bounds and choices."""
    found = re.search(r"export const FIELDS = (\{.*\});\n$", options_script(), re.DOTALL)
    assert found
    shown = json.loads(found[1])
    assert sorted(shown) == sorted(set(NAMES) - {"enabled"})
    assert (shown["quality"]["low"], shown["quality"]["high"], shown["quality"]["default"]) == (0, 100, 95)
    assert list(shown["refine"]["choices"]) == ["off", "popular", "all"]
    assert {one["kind"] for one in shown.values()} == {"quality", "number", "switch", "choice"}
