"""The sync function: records of streams and queues become purges of derived objects and of the edge, and jobs."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import sleep
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from imagestack.control.jobs import PREFETCH, PURGE
from imagestack.sync.aws.clients import Clients, make_clients
from imagestack.sync.aws.cloudfront import CloudFront
from imagestack.sync.aws.derived import S3DerivedObjects
from imagestack.sync.aws.queue import SqsQueue
from imagestack.sync.aws.tables import DynamoTables
from imagestack.sync.aws.viewer import HttpViewer
from imagestack.sync.config import SyncConfig, read_config
from imagestack.sync.edge_purger import EdgePurger
from imagestack.sync.jobs import JobScheduler, StepRunner
from imagestack.sync.ports import Invalidator, NoInvalidator
from imagestack.sync.prefetch_job import PrefetchRunner
from imagestack.sync.purge_job import PurgeRunner
from imagestack.sync.service import Sync
from imagestack.sync.warmer import AT_ONCE, Warmer

SERVICE = "sync"
NAMESPACE = "ImageStack"
# Originals that are handled at a time.
ORIGINALS_AT_ONCE = 8

logger = Logger(service=SERVICE)


def report(name: str, error: Exception) -> None:
    """Log a record that has to be delivered again."""
    logger.warning("failed", extra={"record": name}, exc_info=error)


def make_sync(config: SyncConfig, clients: Clients, invalidator: Invalidator) -> Sync:
    """Make everything that outlives an invocation."""
    tables = DynamoTables(clients.dynamodb, config.rules_table, config.control_table)
    derived = S3DerivedObjects(clients.s3, config.derived_bucket)
    listing, requests = ThreadPoolExecutor(ORIGINALS_AT_ONCE, "listing"), ThreadPoolExecutor(AT_ONCE, "requests")
    viewer = HttpViewer(config.public_url, AT_ONCE)
    runners: dict[str, StepRunner] = {
        PURGE: PurgeRunner(derived, invalidator, listing),
        PREFETCH: PrefetchRunner(Warmer(viewer, requests, config.prefetch_rate, sleep)),
    }
    return Sync(
        originals_bucket=config.originals_bucket,
        rules_ttl=config.rules_ttl,
        tables=tables,
        derived=derived,
        edge=EdgePurger(invalidator, SqsQueue(clients.sqs, config.changes_queue)),
        jobs=JobScheduler(tables, SqsQueue(clients.sqs, config.jobs_queue), runners, lambda: datetime.now(UTC)),
        executor=ThreadPoolExecutor(ORIGINALS_AT_ONCE, "originals"),
        listing=listing,
        report=report,
    )


CONFIG = read_config(os.environ)
CLIENTS = make_clients()
SYNC = make_sync(
    CONFIG, CLIENTS, CloudFront(CLIENTS.cloudfront, CONFIG.distribution) if CONFIG.distribution else NoInvalidator()
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda publishes no type
    """Handle a batch of a stream or a queue, and report the records to deliver again."""
    answer = SYNC.handle(event, lambda: context.get_remaining_time_in_millis() / 1000)
    failures = len(answer["batchItemFailures"])
    logger.info("batch", extra={"records": len(event["Records"]), "failures": failures})
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_metric("SyncRecords", MetricUnit.Count, len(event["Records"]))
    metrics.add_metric("SyncFailures", MetricUnit.Count, failures)
    metrics.flush_metrics()
    return answer
