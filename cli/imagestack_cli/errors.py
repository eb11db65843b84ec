"""Errors that a command reports in one line, with their exit status."""

REFUSED, USAGE = 1, 2


class CommandError(Exception):
    """A command cannot do its work. The message says why, in one sentence."""

    code = REFUSED


class UsageError(CommandError):
    """A command was called in a wrong way."""

    code = USAGE
