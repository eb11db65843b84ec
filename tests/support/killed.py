"""Functions that are killed in the middle of a call."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from tests.support.fault_proxy import Fault, FaultProxy, Spoiled

_ROOT = Path(__file__).resolve().parents[2]
_SECONDS = 60
_FUNCTION = """
import json, sys
from importlib import import_module
from tests.support.context import Context
import_module(sys.argv[1]).handler(json.load(sys.stdin), Context(300, function_name="killed"))
"""


def before_it_is_done(call: Spoiled) -> None:
    """The store does not receive the call."""
    call.silent()


def after_it_is_done(call: Spoiled) -> None:
    """The store does the work, but its answer never arrives."""
    call.asked()
    call.silent()


def killed(
    module: str,
    records: list[dict[str, Any]],
    *,
    proxy: FaultProxy,
    pattern: str,
    how: Callable[[Spoiled], None],
    environment: Mapping[str, str] | None = None,
    pass_on: int = 0,
) -> None:
    """Start a function in a process of its own, give it records, and kill it in the middle of a call.

    Args:
        module: the module of the handler.
        records: the records of the event.
        proxy: the proxy in front of its stores.
        pattern: matches the call; see `Call.is_like`.
        how: whether the store has done the call.
        environment: further environment variables of the function.
        pass_on: the number of matching calls that pass before.
    """
    passed = 0

    def stop(call: Spoiled) -> None:
        nonlocal passed
        passed += 1
        (Spoiled.pass_on if passed <= pass_on else how)(call)

    fault = Fault(pattern, stop)
    proxy.spoil(fault)
    process = subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-c", _FUNCTION, module],
        cwd=_ROOT,
        env={**os.environ, **(environment or {}), "AWS_ENDPOINT_URL": proxy.url},
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin
    with process.stdin as events:
        json.dump({"Records": records}, events)
    until = monotonic() + _SECONDS
    while fault.met <= pass_on:
        assert process.poll() is None, "it has ended by itself"
        assert monotonic() < until
        sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    proxy.heal()
