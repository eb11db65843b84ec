"""The functions, called in this process as Lambda calls them."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from types import MappingProxyType
from typing import Any, cast

from imagestack.config import ConfigError
from imagestack.control.usage.in_process_usage import InProcessUsage
from imagestack_local.aws import stack
from imagestack_local.errors import StartError
from imagestack_local.template import Template

_LOCAL_VARIABLES: Mapping[str, str] = {
    "ORIGINALS_BUCKET": stack.ORIGINALS_BUCKET,
    "DERIVED_BUCKET": stack.DERIVED_BUCKET,
    "RULES_TABLE": stack.RULES_TABLE,
    "LEASES_TABLE": stack.LEASES_TABLE,
    "CONTROL_TABLE": stack.CONTROL_TABLE,
    # There is no log to count requests in.
    "IMAGE_LOG_GROUP": "",
    # An edited rule applies at once; the deployed function caches rules longer. With 0, no response is made from old
    # rules after the front was purged.
    "RULES_TTL_SECONDS": "0",
    "POWERTOOLS_METRICS_DISABLED": "true",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "AWS_XRAY_SDK_ENABLED": "false",
}

_SECRET = "ORIGIN_SECRET"  # noqa: S105 - its name

Handler = Callable[[dict[str, Any], Any], object]


@dataclass(frozen=True)
class FunctionName:
    """The names of a function in the template, in this process and in AWS."""

    logical_id: str
    module: str
    name: str


IMAGE = FunctionName("ImageFunction", "functions.image.handler", "image")
CONTROL = FunctionName("ControlFunction", "functions.control.handler", "control")
SYNC = FunctionName("SyncFunction", "functions.sync.handler", "sync")
REFINE = FunctionName("RefineFunction", "functions.refine.handler", "refine")


def _monotonic_milliseconds() -> int:
    return time.monotonic_ns() // 1_000_000


@dataclass(frozen=True)
class Context:
    """Lambda's context of one invocation."""

    aws_request_id: str
    memory_limit_in_mb: int
    timeout_seconds: int
    function_name: str
    function_version: str = "$LATEST"
    log_stream_name: str = "local"
    began: int = field(default_factory=_monotonic_milliseconds)

    @property
    def invoked_function_arn(self) -> str:
        """The function's ARN."""
        return f"arn:aws:lambda:{stack.REGION}:{stack.ACCOUNT_ID}:function:{self.function_name}"

    @property
    def log_group_name(self) -> str:
        """The name of the log group."""
        return f"/aws/lambda/{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until Lambda would end the invocation."""
        return max(0, self.began + self.timeout_seconds * 1_000 - _monotonic_milliseconds())


@dataclass(frozen=True)
class LocalFunction:
    """A function with its memory and timeout of the template."""

    handler: Handler
    memory_megabytes: int
    timeout_seconds: int
    name: str

    def __call__(self, event: dict[str, Any], request_id: str) -> object:
        """Invoke it. Exceptions of the handler are raised."""
        return self.handler(event, Context(request_id, self.memory_megabytes, self.timeout_seconds, self.name))


def count_usage() -> None:
    """Let the control function read usage from the image function; in AWS it reads the log."""
    image, control = (cast("Any", import_module(name.module)) for name in (IMAGE, CONTROL))
    control.BACKENDS.usage = InProcessUsage()
    image.USES.append(control.BACKENDS.usage.add)


def load(
    template: Template,
    name: FunctionName,
    log_level: str,
    origin_secret: str | None,
    variables: Mapping[str, str] = MappingProxyType({}),
) -> LocalFunction:
    """Import a function. It reads its configuration from the environment at that moment.

    The environment is that of the template. Variables that the caller has set take precedence, so that limits can be
    tried. The names of buckets and tables are those of the local stack.

    Args:
        template: The deployment's template.
        name: Which function.
        log_level: The level of the function's own log lines.
        origin_secret: The ARN of the secret that proves that a request came through the front; None without a
            front, where the function accepts every request.
        variables: More variables for this function.

    Raises:
        StartError: The template lacks the function, or a variable has a wrong value.
    """
    properties = template.properties(name.logical_id, "AWS::Serverless::Function")
    memory = int(properties["MemorySize"])
    for variable, value in properties["Environment"]["Variables"].items():
        if variable in _LOCAL_VARIABLES or variable in variables or variable == _SECRET:
            continue
        if not isinstance(value, str | int):
            raise StartError(f"the local stack has no value for the function's variable {variable}")
        os.environ.setdefault(variable, str(value))
    os.environ.update(
        {**_LOCAL_VARIABLES, **variables},
        POWERTOOLS_LOG_LEVEL=log_level,
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE=str(memory),
    )
    os.environ.pop(_SECRET, None)
    if origin_secret:
        os.environ[_SECRET] = origin_secret
    try:
        handler = cast("Handler", import_module(name.module).handler)
    except ConfigError as error:
        raise StartError(str(error)) from error
    return LocalFunction(handler, memory, int(properties["Timeout"]), name.name)
