"""The configuration of a function, read once from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from imagestack.limits import Limits

_MEGABYTE = 10**6
# Python, boto3 and the codecs' own code, before any pixel.
_OWN_MEMORY = 160 * _MEGABYTE
# MB of a function that go with one whole processor (the Lambda developer guide, "Configure function memory").
_PROCESSOR_MEMORY = 1_769
_TRUE = ("1", "true", "on", "yes")


class ConfigError(Exception):
    """The environment does not configure a function."""


@dataclass(frozen=True)
class Config:
    """Everything that the environment decides.

    Attributes:
        originals_bucket: `ORIGINALS_BUCKET`.
        derived_bucket: `DERIVED_BUCKET`.
        rules_table: `RULES_TABLE`.
        rules_ttl: `RULES_TTL_SECONDS`, how long a warm function keeps rules.
        passes_without_rules: `WITHOUT_RULES` is `pass`, not `refuse`: originals pass through while a function that has
            read no rules yet cannot read them.
        leases_table: `LEASES_TABLE`, empty if functions need not mind each other.
        refine_queue: `REFINE_QUEUE_URL`, where derived objects wait to be made smaller; empty if nobody does that.
        origin_secret: `ORIGIN_SECRET`, the secret that proves that a request came through the distribution; empty if
            everybody may ask.
        limits: `MAX_ORIGINAL_BYTES`, `MAX_ORIGINAL_PIXELS`, `MAX_ORIGINAL_SIDE`, `MAX_BODY_BYTES`.
        memory: bytes for pixels and codecs: what `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` leaves.
        timeout: `TIMEOUT_SECONDS`, after which Lambda ends an invocation.
        processor: the share of a processor that goes with that memory, at most 1: mostly one thread works.
        tracing: X-Ray is wanted: in a Lambda function, unless `POWERTOOLS_TRACE_DISABLED`.
        snapshots: `AWS_LAMBDA_INITIALIZATION_TYPE` is `snap-start`: what is initialised is kept, and restored later.
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
        ConfigError: a variable is missing or makes no sense.
    """
    return Config(
        originals_bucket=_needed(environment, "ORIGINALS_BUCKET"),
        derived_bucket=_needed(environment, "DERIVED_BUCKET"),
        rules_table=_needed(environment, "RULES_TABLE"),
        rules_ttl=_number(environment, "RULES_TTL_SECONDS", 30),
        passes_without_rules=_one_of(environment, "WITHOUT_RULES", ("pass", "refuse")) == "pass",
        leases_table=environment.get("LEASES_TABLE", ""),
        refine_queue=environment.get("REFINE_QUEUE_URL", ""),
        origin_secret=environment.get("ORIGIN_SECRET", ""),
        limits=read_limits(environment),
        memory=read_memory(environment),
        timeout=_number(environment, "TIMEOUT_SECONDS", 29),
        processor=min(_memory_size(environment) / _PROCESSOR_MEMORY, 1),
        tracing="AWS_LAMBDA_FUNCTION_NAME" in environment
        and environment.get("POWERTOOLS_TRACE_DISABLED", "").lower() not in _TRUE,
        snapshots=environment.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start",
    )


def read_limits(environment: Mapping[str, str]) -> Limits:
    """The limits on originals and bodies.

    Raises:
        ConfigError: one of them is no number.
    """
    default = Limits()
    return Limits(
        original_bytes=_number(environment, "MAX_ORIGINAL_BYTES", default.original_bytes),
        original_pixels=_number(environment, "MAX_ORIGINAL_PIXELS", default.original_pixels),
        original_side=_number(environment, "MAX_ORIGINAL_SIDE", default.original_side),
        body_bytes=_number(environment, "MAX_BODY_BYTES", default.body_bytes),
    )


def read_memory(environment: Mapping[str, str]) -> int:
    """How many bytes a function has for pixels and codecs.

    Raises:
        ConfigError: its memory is no number.
    """
    return _memory_size(environment) * 2**20 - _OWN_MEMORY


def _memory_size(environment: Mapping[str, str]) -> int:
    """Of the function, in MB."""
    return _number(environment, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", 2048)


def _needed(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if not value:
        raise ConfigError(f"the environment variable {name} is not set")
    return value


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
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
