"""The one error that an operator reads."""


class StartError(Exception):
    """The stack cannot start with what it was given. The message says why, in one sentence."""
