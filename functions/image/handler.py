"""The data plane: an HTTP event becomes an image response."""
# ruff: noqa: E402 - see below

import gc

# All that is made from here to the end of this module stays; looking through it for garbage, again and again, would be
# an eighth of a cold start.
gc.disable()

import os
import random
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from time import monotonic, time
from typing import Any, cast

from aws_lambda_powertools import Logger
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from imagestack.access import check
from imagestack.asked import AskedRefinements
from imagestack.aws.clients import POOL, Clients, make_clients, make_queue_client
from imagestack.aws.derived import S3Derived
from imagestack.aws.leases import DynamoLeases
from imagestack.aws.originals import S3Originals
from imagestack.aws.queue import SqsRefinements
from imagestack.aws.rules import DynamoRules
from imagestack.aws.secrets import ManagedSecret
from imagestack.caching import Keeping
from imagestack.config import read_config
from imagestack.delivery import deliver
from imagestack.errors import GateError, ImageStackError, StoreError
from imagestack.events import correlation_id, read_event
from imagestack.gate import Gate
from imagestack.guard import LateError, wait
from imagestack.isolation.workers import make_workers
from imagestack.journal import NO_RULE, Journal, Use
from imagestack.limits import RESERVE, Means
from imagestack.pipeline import Pipeline, Terms
from imagestack.remembered import RememberedRules
from imagestack.request import ANY_HOST, ImageRequest
from imagestack.response import Answer, Response, error_response, image_response, preflight_response
from imagestack.rule_items import BrokenItem

SERVICE = "image"
NAMESPACE = "ImageStack"
# How much of its time an invocation waits for the secret of the distribution.
SECRET_SHARE = 1 / 4
# Seconds after which a warm function reads the secret of the distribution again.
SECRET_TTL = 300
SERVER_ERROR = 500

logger = Logger(service=SERVICE)

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

# Are told of each use of a resource. The local stack counts them; in AWS the log does.
USES: list[Callable[[Use], None]] = []


def report_broken_item(item: BrokenItem) -> None:
    """Tell operators of an item of the rules table that was left out."""
    logger.warning("rule item left out", extra={"pk": item.pk, "sk": item.sk, "problem": item.problem})
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_metric("BrokenRuleItems", MetricUnit.Count, 1)
    metrics.flush_metrics()


def make_gate(clients: Clients) -> Gate:
    """The check that requests come through the distribution, with the secrets of this moment."""
    secrets = ManagedSecret(clients.secrets, CONFIG.origin_secret) if clients.secrets else None
    gate = Gate(secrets, SECRET_TTL, monotonic)
    gate.prepare()
    return gate


def make_pipeline(clients: Clients) -> Pipeline:
    """Everything else that outlives a request, made while the function initialises."""
    refinements = (
        SqsRefinements(lambda: make_queue_client(CONFIG.timeout), CONFIG.refine_queue) if CONFIG.refine_queue else None
    )
    return Pipeline(
        originals=S3Originals(clients.s3, CONFIG.originals_bucket),
        derived=S3Derived(clients.s3, CONFIG.derived_bucket),
        rules=RememberedRules(
            DynamoRules(clients.dynamodb, CONFIG.rules_table),
            CONFIG.originals_bucket,
            CONFIG.rules_ttl,
            monotonic,
            report_broken_item,
        ),
        limits=CONFIG.limits,
        executor=ThreadPoolExecutor(POOL, "stores"),
        leases=DynamoLeases(clients.dynamodb, CONFIG.leases_table, time) if CONFIG.leases_table else None,
        refinements=AskedRefinements(refinements, monotonic) if refinements else None,
        passes_without_rules=CONFIG.passes_without_rules,
        transform=WORKERS.transform,
    )


def traced(function: Handler) -> Handler:
    """Trace invocations and calls of AWS with X-Ray, if that is wanted.

    The SDK makes a client of its own when it is imported, which is a quarter of a cold start: not without need.
    """
    if not CONFIG.tracing:
        return function
    from aws_lambda_powertools import Tracer  # noqa: PLC0415 - see above

    tracer = Tracer(service=SERVICE, patch_modules=("botocore",))
    return cast("Handler", tracer.capture_lambda_handler(function, capture_response=False))


def before_snapshot() -> None:
    """Load what is otherwise loaded by the first requests, and close all connections: none outlives a snapshot."""
    from imagestack.transform.warm import warm  # noqa: PLC0415 - wanted here alone

    warm(lambda body, work: PIPELINE.transform(body, work, RESERVE))
    with suppress(StoreError):
        PIPELINE.rules.resource(ANY_HOST)
    with suppress(StoreError):
        PIPELINE.derived.get("_snapshot", 0)
    CLIENTS.close()


def after_restore() -> None:
    """Forget what was true when the snapshot was taken, and be no twin of whoever else comes from it."""
    global GATE, PIPELINE
    # By these numbers botocore decides how long to wait before it tries again.
    random.seed()
    GATE, PIPELINE = make_gate(CLIENTS), make_pipeline(CLIENTS)


def mind_snapshots() -> None:
    """Have the runtime call both of these around a snapshot, where SnapStart takes one."""
    if CONFIG.snapshots:
        # Only the Lambda runtime has this module.
        from snapshot_restore_py import register_after_restore, register_before_snapshot  # noqa: PLC0415

        register_before_snapshot(before_snapshot)
        register_after_restore(after_restore)


CONFIG = read_config(os.environ)
WORKERS = make_workers(CONFIG.memory)
CLIENTS = make_clients(CONFIG.timeout, secrets=bool(CONFIG.origin_secret))
GATE = make_gate(CLIENTS)
PIPELINE = make_pipeline(CLIENTS)
mind_snapshots()


@traced
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda publishes no type
    """Answer an event of API Gateway (HTTP API 2.0, REST API 1.0) or of a function URL."""
    journal = Journal(context.aws_request_id)
    means = Means(CONFIG.memory, lambda: context.get_remaining_time_in_millis() / 1000, CONFIG.processor)
    request: ImageRequest | None = None
    answer: Answer | None = None
    terms, keeping = Terms(), Keeping()
    failure: ImageStackError | None = None
    try:
        request = read_event(event, lambda headers: _admit(headers, means))
        terms = PIPELINE.terms(request, means, journal)
        keeping = Keeping.of(terms.options)
        if request.preflight:
            response = preflight_response(terms.options.cors)
        else:
            keeping = Keeping.of(terms.options, check(request, terms.options, time()))
            answer = PIPELINE.answer(request, terms, means, journal)
            response = image_response(request, answer, keeping, time())
    except ImageStackError as error:
        failure = error
        if error.status >= SERVER_ERROR:
            logger.warning("origin failed", exc_info=error)
        response = error_response(error, keeping, head=request is not None and request.head)
    except Exception:
        logger.exception("internal error")
        failure = ImageStackError("internal error")
        response = error_response(failure)
    response = deliver(response, request, terms.options)
    _report(event, request, _use(terms, answer, journal), answer, failure, response, journal)
    return response.as_event()


def _admit(headers: Mapping[str, str], means: Means) -> bool:
    """Whether a request proves that it came through the distribution; see `Gate`."""
    try:
        return wait(PIPELINE.executor.submit(GATE.admit, headers), means.patience(SECRET_SHARE))
    except LateError as error:
        raise GateError from error


def _use(terms: Terms, answer: Answer | None, journal: Journal) -> Use | None:
    """What the request was to its rule; None if nobody knows the rules, or before they are asked."""
    if terms.resource is None:
        return None
    made = answer.transformed if answer else None
    return Use(
        resource=terms.resource.host,
        rule=str(terms.rule.id) if terms.rule else NO_RULE,
        hit=journal.cache == "hit",
        saved=made.origin_size - made.length if made else 0,
    )


def _report(  # noqa: PLR0913, PLR0917 - all that is known of a request
    event: object,
    request: ImageRequest | None,
    use: Use | None,
    answer: Answer | None,
    failure: ImageStackError | None,
    response: Response,
    journal: Journal,
) -> None:
    """One structured line and the metrics of a request."""
    made = answer.transformed if answer else None
    logger.info(
        "request",
        extra={
            "correlation_id": correlation_id(event),
            "host": request.host if request else None,
            "path": request.path if request else None,
            "rule": use.rule if use else None,
            "status": response.status,
            "error": failure.text if failure else None,
            "cache": journal.cache,
            "operations": list(made.operations) if made else [],
            "skip_reason": response.headers.get("Img-Skip-Reason"),
            "content_type": response.headers.get("Content-Type"),
            "origin_bytes": answer.stored.size if answer else None,
            "bytes": len(response.body),
            "phases_ms": {name: round(value, 1) for name, value in journal.phases.items()},
            "duration_ms": round(journal.elapsed, 1),
            "failures": journal.failures,
        },
    )
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    metrics.add_metric("DerivedHits", MetricUnit.Count, journal.cache == "hit")
    metrics.add_metric("Transforms", MetricUnit.Count, journal.cache in ("miss", "stale") and made is not None)
    metrics.add_metric("Errors", MetricUnit.Count, response.status >= SERVER_ERROR)
    metrics.add_metric("StoreFailures", MetricUnit.Count, len(journal.failures))
    metrics.add_metric("Duration", MetricUnit.Milliseconds, journal.elapsed)
    metrics.add_metric("BodyBytes", MetricUnit.Bytes, len(response.body))
    if made:
        metrics.add_metric("SavedBytes", MetricUnit.Bytes, made.origin_size - made.length)
    if use:
        # Beside the metrics, for usage by rule: as dimensions they would be metrics of their own, which are paid for.
        for name, value in (asdict(use) | {"hit": int(use.hit)}).items():
            metrics.add_metadata(name, value)
        for note in USES:
            note(use)
    metrics.flush_metrics()


# The collector never looks at what is here by now.
gc.freeze()
gc.enable()
# Its start goes on while the first request waits for stores; hits need no worker.
WORKERS.prepare()
