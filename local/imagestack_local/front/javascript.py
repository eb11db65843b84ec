"""CloudFront functions, run by QuickJS."""

import json
import logging
from typing import Any, cast

import quickjs

from imagestack_local.errors import StartError
from imagestack_local.front import crypto
from imagestack_local.front.distribution import Code
from imagestack_local.front.event import Event, InvalidEventError

logger = logging.getLogger(__name__)

MEMORY_BYTES = 8 * 1024 * 1024
"""CloudFront gives a function 2 MB; QuickJS needs some for itself."""
SECONDS = 1
"""CPU time. CloudFront allows less than a millisecond; this machine may be busy with encoding."""

_CALL = "function __call(event) { return JSON.stringify(handler(JSON.parse(event))); }"


class FunctionFailedError(Exception):
    """A function raised an exception, or returned neither a request nor a response."""


class EdgeFunction:
    """One function.

    Only the thread of its first call may call it: QuickJS supports no other.

    Args:
        code: The function.

    Raises:
        StartError: Its text is not JavaScript or has no `handler`.
    """

    def __init__(self, code: Code) -> None:
        self.name = code.name
        self._text = code.text
        self._context: Any = None
        _context(code)

    def __call__(self, event: Event) -> Event:
        """The return value of the function for an event.

        Raises:
            FunctionFailedError: It raised an exception, or CloudFront would refuse the value.
        """
        if self._context is None:
            self._context = _context(Code(self.name, self._text))
        try:
            returned = json.loads(self._context.get("__call")(json.dumps(event)))
        except (quickjs.JSException, quickjs.StackOverflow, TypeError, ValueError) as error:
            logger.error("the function %s failed: %s", self.name, str(error).strip())  # noqa: TRY400 - of its own language
            raise FunctionFailedError(str(error)) from error
        if not isinstance(returned, dict):
            raise self.invalid(InvalidEventError(f"it is {returned!r}"))
        return cast("Event", returned)

    def invalid(self, error: InvalidEventError) -> FunctionFailedError:
        """The error for an invalid return value; it is logged."""
        logger.error("the function %s returned an invalid value: %s", self.name, error)
        return FunctionFailedError(str(error))


def _context(code: Code) -> Any:  # noqa: ANN401 - quickjs has no types
    context = quickjs.Context()
    context.set_memory_limit(MEMORY_BYTES)
    if "require(" in code.text:
        crypto.provide(context)
    else:  # With a time limit, QuickJS cannot call Python.
        context.set_time_limit(SECONDS)
    try:
        context.eval(f"{code.text}\n{_CALL}")
        defined = context.eval("typeof handler")
    except (quickjs.JSException, quickjs.StackOverflow) as error:
        raise StartError(f"the function {code.name} of the template cannot be compiled: {error}") from error
    if defined != "function":
        raise StartError(f"the function {code.name} of the template has no handler")
    return context
