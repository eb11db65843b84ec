"""Checks of the patterns of rules and templates, by the data plane's own code."""

from imagestack.control.errors import InvalidError
from imagestack.rules.model import Rule


def check_pattern(pattern: object) -> None:
    """Check that the data plane can use a pattern.

    Raises:
        InvalidError: The pattern is invalid.
    """
    try:
        Rule(id=0, pattern=pattern if isinstance(pattern, str) else "")
    except ValueError as error:
        raise InvalidError({"rule": [str(error)]}) from None
