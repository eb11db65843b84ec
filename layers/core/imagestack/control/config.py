"""The configuration of the control function, read once from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from imagestack.config import ConfigError, read_limits, read_memory
from imagestack.limits import Limits


@dataclass(frozen=True)
class ControlConfig:
    """The settings of the control function.

    Attributes:
        originals_bucket: `ORIGINALS_BUCKET`, the bucket that origins may name.
        rules_table: `RULES_TABLE`.
        control_table: `CONTROL_TABLE`, for tokens, the audit trail and jobs.
        origin_secret: `ORIGIN_SECRET`, the secret that proves that a request came through the distribution; empty if
            requests need no proof.
        image_log_group: `IMAGE_LOG_GROUP`, the log group of the image function, from which usage is counted; empty if
            usage is not counted.
        limits: Limits of previews, from the same variables as the image function's.
        memory: Bytes of memory for previews, from the same variable as the image function's.
    """

    originals_bucket: str
    rules_table: str
    control_table: str
    origin_secret: str
    image_log_group: str
    limits: Limits
    memory: int


def read_config(environment: Mapping[str, str]) -> ControlConfig:
    """Read the environment.

    Raises:
        ConfigError: A variable is missing or invalid.
    """
    values = {}
    for name in ("ORIGINALS_BUCKET", "RULES_TABLE", "CONTROL_TABLE"):
        values[name.lower()] = environment.get(name, "")
        if not values[name.lower()]:
            raise ConfigError(f"the environment variable {name} is not set")
    return ControlConfig(
        **values,
        origin_secret=environment.get("ORIGIN_SECRET", ""),
        image_log_group=environment.get("IMAGE_LOG_GROUP", ""),
        limits=read_limits(environment),
        memory=read_memory(environment),
    )
