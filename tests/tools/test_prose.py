"""The linter of prose: what counts as a sentence, and which words are to be avoided."""

from pathlib import Path

import pytest

from tools.prose import __main__ as command
from tools.prose import javascript, markdown, python, words
from tools.prose.check import MOST_WORDS, check_text
from tools.prose.passages import CODE, Passage, without_code

LONG = "One " + "word " * (MOST_WORDS - 1) + "more."
SHORT = "One " + "word " * (MOST_WORDS - 2) + "more."


def lines(source: str, suffix: str = ".md") -> list[int]:
    return [finding.line for finding in check_text(source, suffix)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (SHORT, []),
        (LONG, [1]),
        (f"{SHORT} {SHORT}", []),
        (f"Short.\n{LONG}", [2]),
        (f"# A heading\n\nShort. {LONG}", [3]),
        (f"- {SHORT[:-1]}\n- {SHORT}", []),
        (f"- Short.\n- {LONG}", [2]),
        (f"# {LONG}", []),
        (f"```\n{LONG}\n```", []),
        (f"    {LONG}", []),
        (f"<p>\n{LONG}\n</p>", []),
        (f"| a |\n|---|\n| {LONG} |", []),
        (SHORT[:-1] + " `code` — `more code`.", []),
        (f"In version 1.6, e.g. here, {SHORT[:-1].removeprefix('One word word word word word ')}.", []),
        (f"(In brackets. {SHORT}) {SHORT}", []),
        (f"`code` is first. {SHORT}\n{SHORT}", []),
        (f"[A link](https://example.com/a.b.c) {' '.join(SHORT.split()[2:])}", []),
    ],
)
def test_sentences_of_pages(source: str, expected: list[int]) -> None:
    """A sentence has 30 words at most; headings, tables and code are no sentences."""
    assert lines(source) == expected


def test_messages() -> None:
    """A finding of length has the number of words and the beginning of the sentence."""
    (finding,) = check_text(LONG, ".md")
    assert finding.message == 'a sentence of 31 words, 30 at most: "One word word word word word …"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It works likewise.", ["likewise"]),
        ("LIKEWISE", ["LIKEWISE"]),
        ("Whoever asks, and of\nwhom it is told.", ["Whoever", "of whom", "is told"]),
        ("What is kept, and what a viewer asks.", ["What is kept", "what a viewer asks"]),
        ("They cannot be told apart.", ["be told apart"]),
        ("The client found an image and said so.", []),
        ("Leaning on a variant", ["variant"]),
        ("Invariants hold.", []),
        ("The signature guards images.", []),
        ("It comes to rest.", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    """Whole words and phrases are reported, in any case and over lines; of overlapping ones the first."""
    assert [use.word for use in words.find(text)] == expected


@pytest.mark.parametrize("row", ["| likewise |", "# Likewise", "- likewise", "![likewise](a.png)"])
def test_words_are_checked_where_sentences_are_not(row: str) -> None:
    """Words to avoid are reported in headings, cells and descriptions of images too, but not in code."""
    assert len(check_text(f"{row}\n|---|\n" if row.startswith("|") else row, ".md")) == 1
    assert (
        check_text(row.replace("likewise", "`likewise`").replace("Likewise", "`likewise`").replace("!", ""), ".md")
        == []
    )


def test_every_advice_is_plain() -> None:
    """What the table advises is not itself to be avoided."""
    assert [instead for instead in words.AVOIDED.values() if words.find(instead)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a `b` c", f"a {CODE} c"),
        ("``a `b` c`` d", f"{CODE} d"),
        ("`a\nb` c", f"{CODE}\n c"),
        ("a ` b", "a ` b"),
    ],
)
def test_inline_code(text: str, expected: str) -> None:
    """Inline code is replaced, and lines keep their numbers."""
    assert without_code(text) == expected


PYTHON = '''#!/usr/bin/env python3
"""A module.

Text of `code`
over two lines.

- an item
- another
"""
# A comment
# of two lines.
#
# Another.
VALUE = 1  # behind code
"""An attribute."""
OTHER = 2  # noqa: S101, E501 - a reason
THIRD: int = "# no comment"  # type: ignore[assignment]


def function(path: str) -> None:
    """Do something.

    ```
    # code
    ```

    Args:
        path: where it is,
            over two lines.
        other (int): a number.

    Raises:
        ValueError: It is wrong.
    """
'''


def test_python() -> None:
    """Docstrings, those of attributes too, and comments are read; directives of linters are not."""
    assert list(python.read(PYTHON)) == [
        Passage(2, "A module."),
        Passage(4, f"Text of {CODE}\nover two lines."),
        Passage(7, "an item"),
        Passage(8, "another"),
        Passage(15, "An attribute."),
        Passage(21, "Do something."),
        Passage(28, "where it is,\nover two lines."),
        Passage(30, "a number."),
        Passage(33, "It is wrong."),
        Passage(10, "A comment\nof two lines."),
        Passage(13, "Another."),
        Passage(14, "behind code"),
        Passage(16, "a reason"),
    ]


JAVASCRIPT = r"""// A comment
// of two lines.
var a = "// no comment"; // behind code
var b = /\/\*[/*]/.test(a) ? `/* no comment */` : 4 / 2; // fine
/**
 * A block
 * of two lines.
 *
 * @param {string} path - where it is
 * @returns {number} a number
 */
function f() {}
/* one line */
"""


def test_javascript() -> None:
    """Comments are read; strings, templates and regular expressions are not."""
    assert list(javascript.read(JAVASCRIPT)) == [
        Passage(1, "A comment\nof two lines."),
        Passage(3, "behind code"),
        Passage(4, "fine"),
        Passage(6, "A block\nof two lines."),
        Passage(9, "where it is"),
        Passage(10, "a number"),
        Passage(13, "one line"),
    ]


def test_markdown() -> None:
    """Paragraphs and items are sentences; headings and cells are not."""
    source = "# A title\n\nText with [a link](b.md)\nand `code`.\n\n| a | b |\n|---|---|\n| c | d |\n"
    assert list(markdown.read(source)) == [
        Passage(1, "A title", has_sentences=False),
        Passage(3, f"Text with a link\nand {CODE}."),
        Passage(6, "a", has_sentences=False),
        Passage(6, "b", has_sentences=False),
        Passage(8, "c", has_sentences=False),
        Passage(8, "d", has_sentences=False),
    ]


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Findings are printed with file and line, then counted, and are exit status 1."""
    good, bad = tmp_path / "good.md", tmp_path / "folder/bad.py"
    bad.parent.mkdir()
    good.write_text("Fine.\n", encoding="utf-8")
    bad.write_text('"""Likewise."""\n', encoding="utf-8")
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules/other.md").write_text("Likewise.\n", encoding="utf-8")
    assert command.main([str(good)]) == 0
    assert capsys.readouterr().out == ""
    assert command.main([str(tmp_path)]) == 1
    first, count = capsys.readouterr().out.splitlines()
    assert first == f'{bad}:1: "Likewise": write also, the same'
    assert count.split()[0] == "1"


def test_command_without_a_file(tmp_path: Path) -> None:
    """A path that does not exist is an error of use."""
    with pytest.raises(SystemExit):
        command.main([str(tmp_path / "nothing.md")])
