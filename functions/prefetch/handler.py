"""Asks for the images of a part of a bucket's listing, for the state machine that goes through all of it."""

import os
from concurrent.futures import ThreadPoolExecutor
from time import sleep
from typing import Any

from aws_lambda_powertools import Logger

from imagestack.config import ConfigError
from imagestack.sync.aws.viewer import HttpViewer
from imagestack.sync.prefetch_batch import read_batch
from imagestack.sync.warmer import AT_ONCE, Asker

SERVICE = "prefetch"
# Requests a second, of each function that runs at the same time.
RATE = 20

logger = Logger(service=SERVICE)


class UnfinishedError(Exception):
    """Time was over before all was asked for; what was is kept by now, and quick the next time."""


def make_asker() -> Asker:
    """Asks at the public address."""
    address = os.environ.get("PUBLIC_URL", "")
    if not address:
        raise ConfigError("the environment variable PUBLIC_URL is not set")
    return Asker(HttpViewer(address, AT_ONCE), ThreadPoolExecutor(AT_ONCE, "asking"), RATE, sleep)


ASKER = make_asker()


def handler(event: dict[str, Any], context: Any) -> dict[str, int]:  # noqa: ANN401 - Lambda publishes no type
    """Ask for what a batch names, and count."""
    batch = read_batch(event)
    asked, failed = ASKER.ask(batch.host, batch.wanted, lambda: context.get_remaining_time_in_millis() / 1000)
    logger.info("batch", extra={"wanted": len(batch.wanted), "asked": asked, "failures": failed})
    if asked < len(batch.wanted):
        raise UnfinishedError(f"{asked} of {len(batch.wanted)} were asked for")
    return {"done": asked - failed, "failed": failed}
