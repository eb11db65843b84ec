"""`imagestack serve` with the image function as `sam build` makes it, in Lambda's runtime.

python -m tests.e2e.served serve --port 8080
"""

import atexit
import os
from collections.abc import Mapping
from contextlib import ExitStack
from types import MappingProxyType
from typing import Any

from bench.emulated import emulated
from imagestack_local.aws import function
from imagestack_local.main import app
from imagestack_local.template import Template
from tests.e2e.built import find
from tests.e2e.memory import Limit
from tests.e2e.pool import Limited, Pool

_FUNCTIONS = 2
# The functions end with this process, however it ends.
_BEFORE = 'exec setpriv --pdeathsig KILL "$@"; '
_in_this_process = function.load


def _load(
    template: Template,
    name: function.FunctionName,
    log_level: str,
    origin_secret: str | None,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> Any:
    """Load as `imagestack_local.aws.function.load` does, and run the image function in the runtime."""
    found = _in_this_process(template, name, log_level, origin_secret, variables)
    if name is not function.IMAGE:
        return found
    settings = template.properties(name.logical_id, "AWS::Serverless::Function")
    own = {key: os.environ.get(key, "") for key in settings["Environment"]["Variables"]}
    kept = ExitStack()
    atexit.register(kept.close)
    emulation = (emulated(find(), settings["MemorySize"], _BEFORE, **own) for _ in range(_FUNCTIONS))
    functions = Pool(tuple(Limited(kept.enter_context(one), Limit("", _BEFORE)) for one in emulation))
    return lambda event, _id: functions.send(event)[1]


function.load = _load

if __name__ == "__main__":
    app(prog_name="imagestack")
