"""The tests of the image function, with the function as `sam build` makes it in Lambda's runtime.

    pytest -p tests.e2e.plugin tests/functions

Tests that change the function from inside, or read its log, are skipped, and the summary says so.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

import pytest

from imagestack_local import template
from tests.conftest import DEPLOY, Site
from tests.e2e.built import find
from tests.e2e.pool import Pool, pool
from tests.support.context import Context

_FUNCTIONS = 2
# The fixtures of such tests.
_FROM_INSIDE = {"monkeypatch", "caplog", "capsys"}
_LEFT_OUT = "through Lambda's runtime, since they change the function from inside; make test runs them"


class Emulated(ModuleType):
    """Stands for the module of the handler, and has nothing but the handler."""

    def __init__(self, functions: Pool) -> None:
        super().__init__("emulated")
        self._functions = functions

    def handler(self, event: Any, context: Context) -> Any:
        """Let one of the functions answer an event, with the context of the runtime."""
        if (context.seconds, context.memory_limit_in_mb) != (Context.seconds, Context.memory_limit_in_mb):
            pytest.skip(_LEFT_OUT)
        return self._functions.send(event)[1]

    def __getattr__(self, name: str) -> Any:
        pytest.skip(_LEFT_OUT)


@contextmanager
def _deployed(s3: Any, dynamodb: Any) -> Iterator[Site]:
    settings = template.read().properties("ImageFunction", "AWS::Serverless::Function")
    timeout = str(settings["Timeout"])
    variables = {
        "TIMEOUT_SECONDS": timeout,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": timeout,
        # The values that the handler has in these tests.
        "RULES_TTL_SECONDS": "0",
        "ORIGIN_SECRET": "",
    }
    with pool(find(), _FUNCTIONS, int(settings["MemorySize"]), **variables) as functions:
        functions.start()
        before = functions.processes
        yield Site(Emulated(functions), s3, dynamodb)
        assert functions.processes == before, "a function was lost"


def pytest_configure(config: pytest.Config) -> None:
    """Give such a deployment to the tests."""
    config.stash[DEPLOY] = _deployed


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests that would change, or observe, the unused handler of this process."""
    for item in items:
        if isinstance(item, pytest.Function) and _FROM_INSIDE & set(item.fixturenames):
            item.add_marker(pytest.mark.skip(reason=_LEFT_OUT))
