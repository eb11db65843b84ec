"""The configuration of the sync function, read once from its environment."""

from collections.abc import Mapping
from dataclasses import dataclass

from imagestack.config import DEFAULT_RULES_TTL, required, whole_number


@dataclass(frozen=True)
class SyncConfig:
    """The settings of the sync function.

    Attributes:
        originals_bucket: `ORIGINALS_BUCKET`, whose events count.
        derived_bucket: `DERIVED_BUCKET`.
        rules_table: `RULES_TABLE`.
        control_table: `CONTROL_TABLE`, with the jobs.
        changes_queue: `CHANGES_QUEUE_URL`, for postponed purges of the edge.
        jobs_queue: `JOBS_QUEUE_URL`, for the steps of jobs.
        distribution: `DISTRIBUTION_ID`; empty if there is no edge.
        public_url: `PUBLIC_URL`, the address of the images: scheme, host and port.
        rules_ttl: `RULES_TTL_SECONDS`, for which image functions cache rules.
        prefetch_rate: `PREFETCH_RATE`, requests a second.
    """

    originals_bucket: str
    derived_bucket: str
    rules_table: str
    control_table: str
    changes_queue: str
    jobs_queue: str
    distribution: str
    public_url: str
    rules_ttl: int
    prefetch_rate: int


def read_config(environment: Mapping[str, str]) -> SyncConfig:
    """Read the environment.

    Raises:
        ConfigError: A variable is missing or invalid.
    """
    return SyncConfig(
        originals_bucket=required(environment, "ORIGINALS_BUCKET"),
        derived_bucket=required(environment, "DERIVED_BUCKET"),
        rules_table=required(environment, "RULES_TABLE"),
        control_table=required(environment, "CONTROL_TABLE"),
        changes_queue=required(environment, "CHANGES_QUEUE_URL"),
        jobs_queue=required(environment, "JOBS_QUEUE_URL"),
        distribution=environment.get("DISTRIBUTION_ID", ""),
        public_url=required(environment, "PUBLIC_URL"),
        rules_ttl=whole_number(environment, "RULES_TTL_SECONDS", DEFAULT_RULES_TTL),
        prefetch_rate=max(1, whole_number(environment, "PREFETCH_RATE", 20)),
    )
