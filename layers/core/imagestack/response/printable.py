"""Header values from stored text."""

import re

_NOT_PRINTABLE = re.compile(r"[^\x20-\x7e]")


def printable(text: str) -> str:
    """The text without characters that no header may have."""
    return _NOT_PRINTABLE.sub("", text)
