"""Carries changes on: records of streams and queues become purges of derived objects and of the edge, and jobs."""

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
from imagestack.sync.config import Config, read_config
from imagestack.sync.edge import Edge
from imagestack.sync.jobs import Jobs, Worker
from imagestack.sync.ports import Invalidator, NoEdge
from imagestack.sync.prefetch import Prefetch
from imagestack.sync.purge import Purge
from imagestack.sync.service import Sync
from imagestack.sync.warmer import AT_ONCE, Asker

SERVICE = "sync"
NAMESPACE = "ImageStack"
# Originals at a time.
WORKERS = 8

logger = Logger(service=SERVICE)


def report(name: str, error: Exception) -> None:
    """Tell operators what has to be delivered again."""
    logger.warning("failed", extra={"record": name}, exc_info=error)


def make_sync(config: Config, clients: Clients, invalidator: Invalidator) -> Sync:
    """Everything that outlives an invocation."""
    tables = DynamoTables(clients.dynamodb, config.rules_table, config.control_table)
    derived = S3DerivedObjects(clients.s3, config.derived_bucket)
    listing, asking = ThreadPoolExecutor(WORKERS, "listing"), ThreadPoolExecutor(AT_ONCE, "asking")
    viewer = HttpViewer(config.public_url, AT_ONCE)
    workers: dict[str, Worker] = {
        PURGE: Purge(derived, invalidator, listing),
        PREFETCH: Prefetch(Asker(viewer, asking, config.prefetch_rate, sleep)),
    }
    return Sync(
        originals_bucket=config.originals_bucket,
        rules_ttl=config.rules_ttl,
        tables=tables,
        derived=derived,
        edge=Edge(invalidator, SqsQueue(clients.sqs, config.changes_queue)),
        jobs=Jobs(tables, SqsQueue(clients.sqs, config.jobs_queue), workers, lambda: datetime.now(UTC)),
        executor=ThreadPoolExecutor(WORKERS, "originals"),
        listing=listing,
        report=report,
    )


CONFIG = read_config(os.environ)
CLIENTS = make_clients()
SYNC = make_sync(
    CONFIG, CLIENTS, CloudFront(CLIENTS.cloudfront, CONFIG.distribution) if CONFIG.distribution else NoEdge()
)


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda publishes no type
    """Do what a batch of a stream or of a queue asks for, and report what has to come again."""
    answer = SYNC.handle(event, lambda: context.get_remaining_time_in_millis() / 1000)
    failures = len(answer["batchItemFailures"])
    logger.info("batch", extra={"records": len(event["Records"]), "failures": failures})
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_metric("SyncRecords", MetricUnit.Count, len(event["Records"]))
    metrics.add_metric("SyncFailures", MetricUnit.Count, failures)
    metrics.flush_metrics()
    return answer
