"""The one error that an operator is meant to read."""


class StartError(Exception):
    """The stack cannot start with what it was given; the message is one sentence that says why."""
