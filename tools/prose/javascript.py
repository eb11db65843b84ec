"""Passages of JavaScript: its comments."""

import re
from collections.abc import Iterator

from tools.prose.passages import Passage, paragraphs

# Comments, and whatever may hold their marks: strings, templates, and regular expressions where an operand is expected.
_TOKENS = re.compile(
    r"""
    (?P<line>//[^\n]*)
    | (?P<block>/\*.*?\*/)
    | "(?:\\.|[^"\\\n])*" | '(?:\\.|[^'\\\n])*' | `(?:\\.|[^`\\])*`
    | (?:[=(,:;!&|?{}\[]|\breturn)\s*/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\[\n])+/
    """,
    re.DOTALL | re.VERBOSE,
)
_MARGIN = re.compile(r"\s*(?:/\*+|\*|//+)?")
_TAG = re.compile(r"\s*@(?:(?:param|property)\s*(?:\{[^}]*\})?\s*\S+(?:\s+-)?|\w+\s*(?:\{[^}]*\})?)\s*")


def read(source: str) -> Iterator[Passage]:
    """The passages of a script; each tag of a comment in JSDoc is one."""
    block = list[tuple[int, str]]()
    for token in _TOKENS.finditer(source):
        if token.lastgroup is None:
            continue
        number = source.count("\n", 0, token.start()) + 1
        before = source[source.rfind("\n", 0, token.start()) + 1 : token.start()]
        follows = token.lastgroup == "line" and not before.strip() and block and number == block[-1][0] + 1
        if block and not follows:
            yield from _passages(block)
            block = []
        block += enumerate(token.group().removesuffix("*/").split("\n"), number)
        if token.lastgroup == "block" or before.strip():
            yield from _passages(block)
            block = []
    yield from _passages(block)


def _passages(lines: list[tuple[int, str]]) -> Iterator[Passage]:
    bare = [(number, _MARGIN.sub("", line, count=1)) for number, line in lines]
    tags = [number for number, line in bare if _TAG.match(line)]
    yield from paragraphs([(number, _TAG.sub("", line, count=1)) for number, line in bare], tags)
