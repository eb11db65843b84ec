"""Passages of pages in Markdown."""

from collections.abc import Iterator

from markdown_it import MarkdownIt
from markdown_it.token import Token

from tools.prose.passages import CODE, Passage

_PARSER = MarkdownIt("commonmark").enable("table")
_TEXTS = {"text": None, "softbreak": "\n", "hardbreak": "\n", "code_inline": CODE}


def read(source: str) -> Iterator[Passage]:
    """The passages of a page; blocks of code and HTML are left out."""
    container = ""
    for token in _PARSER.parse(source):
        if token.type in {"heading_open", "td_open", "th_open", "paragraph_open"}:
            container = token.type
        elif token.type == "inline" and token.map:
            yield Passage(token.map[0] + 1, _text(token.children or []), container == "paragraph_open")


def _text(children: list[Token]) -> str:
    """What a reader sees of inline tokens; of an image, its description."""
    parts = []
    for child in children:
        if child.type == "image":
            parts.append(child.content)
        elif child.type in _TEXTS:
            parts.append(_TEXTS[child.type] or child.content)
    return "".join(parts)
