"""The configuration of the control function, read once from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from imagestack.config import ConfigError, read_limits, read_memory
from imagestack.limits import Limits


@dataclass(frozen=True)
class Config:
    """Everything that the environment decides.

    Attributes:
        originals_bucket: `ORIGINALS_BUCKET`, the one that an origin may name.
        rules_table: `RULES_TABLE`.
        control_table: `CONTROL_TABLE`, for tokens, the audit trail and jobs.
        origin_secret: `ORIGIN_SECRET`, the secret that proves that a request came through the distribution; empty if
            everybody may ask.
        image_log_group: `IMAGE_LOG_GROUP`, the image function's, in which usage is counted; empty if it is not.
        limits: as the image function's, for previews.
        memory: likewise.
    """

    originals_bucket: str
    rules_table: str
    control_table: str
    origin_secret: str
    image_log_group: str
    limits: Limits
    memory: int


def read_config(environment: Mapping[str, str]) -> Config:
    """Read the environment.

    Raises:
        ConfigError: a variable is missing or makes no sense.
    """
    values = {}
    for name in ("ORIGINALS_BUCKET", "RULES_TABLE", "CONTROL_TABLE"):
        values[name.lower()] = environment.get(name, "")
        if not values[name.lower()]:
            raise ConfigError(f"the environment variable {name} is not set")
    return Config(
        **values,
        origin_secret=environment.get("ORIGIN_SECRET", ""),
        image_log_group=environment.get("IMAGE_LOG_GROUP", ""),
        limits=read_limits(environment),
        memory=read_memory(environment),
    )
