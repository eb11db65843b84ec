"""Patterns of rules and templates, as the data plane reads them."""

from imagestack.control.errors import InvalidError
from imagestack.rules.model import Rule


def check_pattern(pattern: object) -> None:
    """Whether the data plane can use a pattern.

    Raises:
        InvalidError: it cannot.
    """
    try:
        Rule(id=0, pattern=pattern if isinstance(pattern, str) else "")
    except ValueError as error:
        raise InvalidError({"rule": [str(error)]}) from None
