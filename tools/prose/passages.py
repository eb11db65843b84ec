"""Passages: the runs of prose that all readers return."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CODE = "\N{LOZENGE}"
"""Stands for inline code: it ends no sentence, is no word, and is no bullet, which sentencex takes for a list."""

_INLINE_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
_ITEM = re.compile(r"(?:[-*+]|\d+[.)])\s+")
_FENCE = ("```", "~~~")
_NO_PROSE = ("|", ">>>", "...", "$ ")


@dataclass(frozen=True)
class Passage:
    """A run of prose that no sentence leaves: a paragraph, an item of a list, a cell, or a comment.

    Attributes:
        line: number of its first line in the file, from 1.
        text: its lines as they are in the file, with `CODE` in place of inline code.
        has_sentences: false for headings and cells of tables, which may be of any length.
    """

    line: int
    text: str
    has_sentences: bool = True


def without_code(text: str) -> str:
    """A text with `CODE` in place of inline code; line ends within the code stay."""
    return _INLINE_CODE.sub(lambda code: CODE + "\n" * code[2].count("\n"), text)


def paragraphs(lines: Iterable[tuple[int, str]], entries: Iterable[int] = ()) -> Iterator[Passage]:
    """The passages of plain text with the marks of Markdown, as comments and docstrings have them.

    A passage ends at an empty line, at an item of a list and at an entry. Tables and fenced code are left out.

    Args:
        lines: numbers and texts of the lines, in order.
        entries: numbers of further lines that start a passage.
    """
    starts = set(entries)
    begun, collected, fenced = 0, list[str](), False
    for number, line in lines:
        text = line.strip()
        fence = text.startswith(_FENCE)
        item = _ITEM.match(text)
        is_prose = not (fence or fenced or text.startswith(_NO_PROSE))
        if collected and (not text or not is_prose or item or number in starts):
            yield Passage(begun, without_code("\n".join(collected)))
            collected = []
        fenced ^= fence
        if text and is_prose:
            begun = begun if collected else number
            collected.append(text[item.end() :] if item else text)
    if collected:
        yield Passage(begun, without_code("\n".join(collected)))
