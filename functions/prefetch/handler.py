"""The prefetch function: requests the images of a part of the bucket's listing, for a state machine."""

import os
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

from aws_lambda_powertools import Logger

from imagestack.config import ConfigError
from imagestack.sync.aws.viewer import HttpViewer
from imagestack.sync.prefetch_batch import read_batch
from imagestack.sync.warmer import AT_ONCE, Warmer

SERVICE = "prefetch"
# Requests a second, for each concurrent execution.
RATE = 20

logger = Logger(service=SERVICE)


class UnfinishedError(Exception):
    """The time was over before all requests were sent. Sent requests are stored, and fast the next time."""


def make_warmer() -> Warmer:
    """Make the warmer for the public address."""
    address = os.environ.get("PUBLIC_URL", "")
    if not address:
        raise ConfigError("the environment variable PUBLIC_URL is not set")
    return Warmer(HttpViewer(address, AT_ONCE), ThreadPoolExecutor(AT_ONCE, "requests"), RATE, sleep)


WARMER = make_warmer()


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ANN401 - Lambda publishes no type
    """Request the images of a batch, and count."""
    batch = read_batch(event)
    requested, failed = WARMER.warm(batch.host, batch.wanted, lambda: context.get_remaining_time_in_millis() / 1000)
    logger.info("batch", extra={"wanted": len(batch.wanted), "asked": requested, "failures": failed})
    if requested < len(batch.wanted):
        raise UnfinishedError(f"{requested} of {len(batch.wanted)} were asked for")
    return {"done": requested - failed, "failed": failed}
