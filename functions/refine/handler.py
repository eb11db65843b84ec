"""The refine function: makes derived objects smaller, one for each message of its queue."""

import os
from time import monotonic
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from imagestack.config import Config, read_config
from imagestack.rules.cache import CachedRules
from imagestack.rules.items import BrokenItem
from imagestack.sandbox.workers import make_workers
from imagestack.serving.refiner import Refined, Refiner
from imagestack.stores.clients import Clients, make_clients
from imagestack.stores.dynamodb_rules import DynamoRules
from imagestack.stores.s3_derived import S3Derived
from imagestack.stores.s3_originals import S3Originals

SERVICE = "refine"
NAMESPACE = "ImageStack"
# A message can be younger than cached rules, so the rules are read for each message.
RULES_TTL = 0

logger = Logger(service=SERVICE)


def ignore_broken_item(_: BrokenItem) -> None:
    """Do nothing: the image function has logged the item."""


def report(refined: Refined) -> None:
    """Write the log line and the metrics of a refinement."""
    logger.info("refined", extra={"derived": refined.name, "outcome": refined.outcome, "saved": refined.saved})
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_metric("Refined", MetricUnit.Count, refined.outcome == "smaller")
    metrics.add_metric("RefinedBytesSaved", MetricUnit.Bytes, refined.saved)
    metrics.flush_metrics()


def report_failure(message: str, error: Exception) -> None:
    """Log and count a message that SQS must deliver again."""
    logger.warning("failed", extra={"record": message}, exc_info=error)
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_metric("RefineFailures", MetricUnit.Count, 1)
    metrics.flush_metrics()


def make_refiner(config: Config, clients: Clients) -> Refiner:
    """Make everything that outlives an invocation."""
    table = DynamoRules(clients.dynamodb, config.rules_table)
    rules = CachedRules(table, config.originals_bucket, RULES_TTL, monotonic, ignore_broken_item)
    return Refiner(
        originals=S3Originals(clients.s3, config.originals_bucket),
        derived=S3Derived(clients.s3, config.derived_bucket),
        rules=rules,
        limits=config.limits,
        memory=config.memory,
        report=report,
        report_failure=report_failure,
        encode=WORKERS.refine,
    )


CONFIG = read_config(os.environ)
WORKERS = make_workers(CONFIG.memory)
REFINER = make_refiner(CONFIG, make_clients())
WORKERS.prepare()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda publishes no type
    """Do the refinements of a batch, and return the messages that SQS must deliver again."""
    return REFINER.handle(event, lambda: context.get_remaining_time_in_millis() / 1000)
