"""Failures that are told in one line, and the exit status that goes with them."""

REFUSED, USAGE = 1, 2


class CommandError(Exception):
    """A command cannot do what it is asked for; the message is one sentence that says why."""

    code = REFUSED


class UsageError(CommandError):
    """It was called in a way that makes no sense."""

    code = USAGE
