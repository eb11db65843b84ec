"""The configuration of the image and refine functions, read once from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from imagestack.limits import DEFAULT_TIMEOUT, Limits

_MEGABYTE = 10**6
# Bytes for Python, boto3 and the code of the codecs.
_OWN_MEMORY = 160 * _MEGABYTE
# A function with this many MB has one whole processor (Lambda developer guide, "Configure function memory").
_PROCESSOR_MEMORY = 1_769
# Seconds that a warm function keeps rules, unless the deployment sets another time.
DEFAULT_RULES_TTL = 30
_TRUE = ("1", "true", "on", "yes")


class ConfigError(Exception):
    """A variable of the environment is missing or has a wrong value."""


@dataclass(frozen=True)
class Config:
    """The settings of a function, each with its environment variable.

    Attributes:
        originals_bucket: `ORIGINALS_BUCKET`.
        derived_bucket: `DERIVED_BUCKET`.
        rules_table: `RULES_TABLE`.
        rules_ttl: `RULES_TTL_SECONDS`, how long a warm function keeps rules.
        passes_without_rules: whether originals pass through while no rules can be read: `WITHOUT_RULES` is `pass`, not
            `refuse`.
        leases_table: `LEASES_TABLE`; empty if invocations do not wait for each other.
        refine_queue: `REFINE_QUEUE_URL`, the queue of derived objects to be made smaller; empty if there is none.
        origin_secret: `ORIGIN_SECRET`, the name of the secret that the distribution adds to its requests; empty if
            every request is accepted.
        limits: `MAX_ORIGINAL_BYTES`, `MAX_ORIGINAL_PIXELS`, `MAX_ORIGINAL_SIDE`, `MAX_BODY_BYTES`.
        memory: bytes for pixels and codecs: `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` without the program's own.
        timeout: `TIMEOUT_SECONDS`, after which Lambda ends an invocation.
        processor: the share of a processor that goes with that memory; at most 1, since mostly one thread works.
        tracing: whether X-Ray traces: in a Lambda function, unless `POWERTOOLS_TRACE_DISABLED`.
        snapshots: whether Lambda takes a snapshot of the initialised function: `AWS_LAMBDA_INITIALIZATION_TYPE` is
            `snap-start`.
    """

    originals_bucket: str
    derived_bucket: str
    rules_table: str
    rules_ttl: float
    passes_without_rules: bool
    leases_table: str
    refine_queue: str
    origin_secret: str
    limits: Limits
    memory: int
    timeout: int
    processor: float
    tracing: bool
    snapshots: bool


def read_config(environment: Mapping[str, str]) -> Config:
    """Read the environment.

    Raises:
        ConfigError: a variable is missing or has a wrong value.
    """
    return Config(
        originals_bucket=required(environment, "ORIGINALS_BUCKET"),
        derived_bucket=required(environment, "DERIVED_BUCKET"),
        rules_table=required(environment, "RULES_TABLE"),
        rules_ttl=whole_number(environment, "RULES_TTL_SECONDS", DEFAULT_RULES_TTL),
        passes_without_rules=_one_of(environment, "WITHOUT_RULES", ("pass", "refuse")) == "pass",
        leases_table=environment.get("LEASES_TABLE", ""),
        refine_queue=environment.get("REFINE_QUEUE_URL", ""),
        origin_secret=environment.get("ORIGIN_SECRET", ""),
        limits=read_limits(environment),
        memory=read_memory(environment),
        timeout=whole_number(environment, "TIMEOUT_SECONDS", DEFAULT_TIMEOUT),
        processor=min(_memory_size(environment) / _PROCESSOR_MEMORY, 1),
        tracing="AWS_LAMBDA_FUNCTION_NAME" in environment
        and environment.get("POWERTOOLS_TRACE_DISABLED", "").lower() not in _TRUE,
        snapshots=environment.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start",
    )


def read_limits(environment: Mapping[str, str]) -> Limits:
    """The limits on originals and bodies.

    Raises:
        ConfigError: a limit is not a whole number.
    """
    default = Limits()
    return Limits(
        original_bytes=whole_number(environment, "MAX_ORIGINAL_BYTES", default.original_bytes),
        original_pixels=whole_number(environment, "MAX_ORIGINAL_PIXELS", default.original_pixels),
        original_side=whole_number(environment, "MAX_ORIGINAL_SIDE", default.original_side),
        body_bytes=whole_number(environment, "MAX_BODY_BYTES", default.body_bytes),
    )


def read_memory(environment: Mapping[str, str]) -> int:
    """The bytes that a function has for pixels and codecs.

    Raises:
        ConfigError: the memory of the function is not a whole number.
    """
    return _memory_size(environment) * 2**20 - _OWN_MEMORY


def _memory_size(environment: Mapping[str, str]) -> int:
    """The memory of the function in MB."""
    return whole_number(environment, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 2048)


def required(environment: Mapping[str, str], name: str) -> str:
    """The value of a variable that must be set.

    Raises:
        ConfigError: the variable is missing or empty.
    """
    value = environment.get(name, "")
    if not value:
        raise ConfigError(f"the environment variable {name} is not set")
    return value


def whole_number(environment: Mapping[str, str], name: str, default: int) -> int:
    """The value of a variable as a number; the default if it is missing or empty.

    Raises:
        ConfigError: the value is not a whole number.
    """
    value = environment.get(name, "")
    if not value:
        return default
    if not (value.isascii() and value.isdigit()):
        raise ConfigError(f"the environment variable {name} is not a whole number: {value!r}")
    return int(value)


def _one_of(environment: Mapping[str, str], name: str, words: tuple[str, ...]) -> str:
    value = environment.get(name) or words[0]
    if value not in words:
        raise ConfigError(f"the environment variable {name} is none of {', '.join(words)}: {value!r}")
    return value
