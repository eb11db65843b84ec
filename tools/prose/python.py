"""Passages of Python: docstrings, also those of attributes, and comments."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator

from tools.prose.passages import Passage, paragraphs

_SECTION = re.compile(r"\s*(?:Args|Attributes|Keyword Args|Raises|Returns|Yields|Examples?|Notes?):\s*")
# The name of an argument, with its type if there is one.
_ENTRY = re.compile(r"\s*\*{0,2}[\w.]+(?:, \*{0,2}[\w.]+)*(?: \([^)]*\))?: ")
# What linters read; the reason after a dash is prose.
_DIRECTIVE = re.compile(
    r"#+:?\s*"
    r"(?:(?:noqa|type|mypy|pragma|ruff|fmt):\s*(?:(?:[A-Z]+\d+|ignore\S*|skip|allowlist \w+)[, ]*)*(?:-+\s*)?)?"
)
_SHEBANG = "#!"


def read(source: str) -> Iterator[Passage]:
    """The passages of a module, docstrings first."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from _docstring(node.value.value, node.value.lineno)
    yield from _comments(source)


def _docstring(text: str, first: int) -> Iterator[Passage]:
    """The passages of a docstring; each entry of a section is one."""
    lines, entries = list[tuple[int, str]](), list[int]()
    in_section = False
    for number, line in enumerate(text.split("\n"), first):
        if _SECTION.fullmatch(line):
            in_section = True
            lines.append((number, ""))
            continue
        entry = _ENTRY.match(line) if in_section else None
        if entry:
            entries.append(number)
        lines.append((number, line[entry.end() :] if entry else line))
    yield from paragraphs(lines, entries)


def _comments(source: str) -> Iterator[Passage]:
    """The passages of comments: those on lines of their own are joined, those behind code are not."""
    block = list[tuple[int, str]]()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT or token.string.startswith(_SHEBANG):
            continue
        number, column = token.start
        text = _DIRECTIVE.sub("", token.string, count=1)
        alone = not token.line[:column].strip()
        if block and not (alone and number == block[-1][0] + 1):
            yield from paragraphs(block)
            block = []
        if alone:
            block.append((number, text))
        else:
            yield from paragraphs([(number, text)])
    yield from paragraphs(block)
