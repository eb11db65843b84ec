"""Checks of passages: sentences that are too long, and words to avoid."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from sentencex import segment

from tools.prose import javascript, markdown, python, words
from tools.prose.passages import Passage

MOST_WORDS = 30
"""In a sentence. Inline code is no word."""

READERS: dict[str, Callable[[str], Iterator[Passage]]] = {
    ".js": javascript.read,
    ".md": markdown.read,
    ".py": python.read,
}
"""The reader of each kind of file, by the end of its name."""

_LETTER_OR_DIGIT = re.compile(r"\w")
# A sentence in brackets ends where it ends, which the segmenter does not see.
_NO_BRACKETS = str.maketrans("()", "  ")
_SHOWN_WORDS = 6


@dataclass(frozen=True, order=True)
class Finding:
    """What is wrong, and in which line."""

    line: int
    message: str


def check(path: Path) -> list[Finding]:
    """All findings in a file, in the order of its lines.

    Raises:
        KeyError: there is no reader for such a file.
    """
    return check_text(path.read_text(encoding="utf-8"), path.suffix)


def check_text(source: str, suffix: str) -> list[Finding]:
    """All findings in a text of the kind that `suffix` names, in the order of its lines."""
    return sorted(_findings(READERS[suffix](source)))


def _findings(passages: Iterable[Passage]) -> Iterator[Finding]:
    for passage in passages:
        for use in words.find(passage.text):
            yield Finding(_line(passage, use.start), f'"{use.word}": write {use.instead}')
        if passage.has_sentences:
            yield from _long_sentences(passage)


def _long_sentences(passage: Passage) -> Iterator[Finding]:
    position = 0
    sentences: list[str] = segment("en", passage.text.translate(_NO_BRACKETS))
    for sentence in sentences:
        counted = [word for word in sentence.split() if _LETTER_OR_DIGIT.search(word)]
        if len(counted) > MOST_WORDS:
            begin = position + len(sentence) - len(sentence.lstrip())
            shown = " ".join(counted[:_SHOWN_WORDS])
            yield Finding(
                _line(passage, begin), f'a sentence of {len(counted)} words, {MOST_WORDS} at most: "{shown} …"'
            )
        position += len(sentence)


def _line(passage: Passage, position: int) -> int:
    return passage.line + passage.text.count("\n", 0, position)
