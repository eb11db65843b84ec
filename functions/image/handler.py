"""The image function: turns an HTTP event into an image response."""
# ruff: noqa: E402 - see below

import gc

# Everything that is made until the end of this module stays. Searching it for garbage would take an eighth of a cold
# start.
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

from imagestack.config import read_config
from imagestack.errors import ImageStackError, OriginSecretError, StoreError
from imagestack.limits import RESERVE, InvocationBudget
from imagestack.request.events import correlation_id, read_event
from imagestack.request.image_request import ImageRequest
from imagestack.response.answer import Answer
from imagestack.response.cache_control import CachePolicy
from imagestack.response.http import Response, error_response, image_response, preflight_response
from imagestack.response.page_headers import deliver
from imagestack.rules.cache import CachedRules
from imagestack.rules.items import BrokenItem
from imagestack.rules.model import ANY_HOST
from imagestack.sandbox.workers import make_workers
from imagestack.serving.access import check
from imagestack.serving.cache_status import CacheStatus
from imagestack.serving.circuit_breaker import DeadlineError, wait
from imagestack.serving.effective_rules import EffectiveRules
from imagestack.serving.origin_secret import SECRET_TTL, OriginSecretCheck
from imagestack.serving.pipeline import Pipeline
from imagestack.serving.refinement_requests import RefinementThrottle
from imagestack.serving.request_log import RequestLog
from imagestack.serving.store_access import OPTIONAL_SHARE
from imagestack.stores.clients import POOL, Clients, make_clients, make_queue_client
from imagestack.stores.dynamodb_leases import DynamoLeases
from imagestack.stores.dynamodb_rules import DynamoRules
from imagestack.stores.s3_derived import S3Derived
from imagestack.stores.s3_originals import S3Originals
from imagestack.stores.secrets_manager import ManagedSecret
from imagestack.stores.sqs_refinements import SqsRefinements
from imagestack.usage import NO_RULE, Use

SERVICE = "image"
NAMESPACE = "ImageStack"
SERVER_ERROR = 500

logger = Logger(service=SERVICE)

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]

# Called with each use of a resource. The local stack counts uses with it; in AWS they are counted from the log.
USES: list[Callable[[Use], None]] = []


def report_broken_item(item: BrokenItem) -> None:
    """Log and count an item of the rules table that was left out."""
    logger.warning("rule item left out", extra={"pk": item.pk, "sk": item.sk, "problem": item.problem})
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_metric("BrokenRuleItems", MetricUnit.Count, 1)
    metrics.flush_metrics()


def make_origin_secret_check(clients: Clients) -> OriginSecretCheck:
    """Make the check that requests come through the distribution, and read its secrets."""
    secrets = ManagedSecret(clients.secrets, CONFIG.origin_secret) if clients.secrets else None
    check_secret = OriginSecretCheck(secrets, SECRET_TTL, monotonic)
    check_secret.prepare()
    return check_secret


def make_pipeline(clients: Clients) -> Pipeline:
    """Make everything else that outlives a request."""
    refinements = (
        SqsRefinements(lambda: make_queue_client(CONFIG.timeout), CONFIG.refine_queue) if CONFIG.refine_queue else None
    )
    return Pipeline(
        originals=S3Originals(clients.s3, CONFIG.originals_bucket),
        derived=S3Derived(clients.s3, CONFIG.derived_bucket),
        rules=CachedRules(
            DynamoRules(clients.dynamodb, CONFIG.rules_table),
            CONFIG.originals_bucket,
            CONFIG.rules_ttl,
            monotonic,
            report_broken_item,
        ),
        limits=CONFIG.limits,
        executor=ThreadPoolExecutor(POOL, "stores"),
        leases=DynamoLeases(clients.dynamodb, CONFIG.leases_table, time) if CONFIG.leases_table else None,
        refinements=RefinementThrottle(refinements, monotonic) if refinements else None,
        passes_without_rules=CONFIG.passes_without_rules,
        transform=WORKERS.transform,
    )


def traced(function: Handler) -> Handler:
    """Trace invocations and calls of AWS with X-Ray, if tracing is on.

    Importing the SDK makes a client, which takes a quarter of a cold start. So it is imported only if needed.
    """
    if not CONFIG.tracing:
        return function
    from aws_lambda_powertools import Tracer  # noqa: PLC0415 - see above

    tracer = Tracer(service=SERVICE, patch_modules=("botocore",))
    return cast("Handler", tracer.capture_lambda_handler(function, capture_response=False))


def before_snapshot() -> None:
    """Load what first requests load, and close all connections, since none outlives a snapshot."""
    from imagestack.transform.warm import warm  # noqa: PLC0415 - only needed here

    warm(lambda body, work: PIPELINE.transform(body, work, RESERVE))
    with suppress(StoreError):
        PIPELINE.rules.resource(ANY_HOST)
    with suppress(StoreError):
        PIPELINE.derived.get("_snapshot", 0)
    CLIENTS.close()


def after_restore() -> None:
    """Drop all state of the time of the snapshot, and diverge from other instances of the same snapshot."""
    global ORIGIN_SECRET_CHECK, PIPELINE
    # Botocore uses random numbers to decide how long to wait before a retry.
    random.seed()
    ORIGIN_SECRET_CHECK, PIPELINE = make_origin_secret_check(CLIENTS), make_pipeline(CLIENTS)


def register_snapshot_hooks() -> None:
    """Make the runtime call `before_snapshot` and `after_restore`, if SnapStart is on."""
    if CONFIG.snapshots:
        # Only the Lambda runtime has this module.
        from snapshot_restore_py import register_after_restore, register_before_snapshot  # noqa: PLC0415

        register_before_snapshot(before_snapshot)
        register_after_restore(after_restore)


CONFIG = read_config(os.environ)
WORKERS = make_workers(CONFIG.memory)
CLIENTS = make_clients(CONFIG.timeout, secrets=bool(CONFIG.origin_secret))
ORIGIN_SECRET_CHECK = make_origin_secret_check(CLIENTS)
PIPELINE = make_pipeline(CLIENTS)
register_snapshot_hooks()


@traced
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda publishes no type
    """Answer an event of API Gateway (HTTP API payload 2.0, REST API payload 1.0) or of a function URL."""
    log = RequestLog(context.aws_request_id)
    budget = InvocationBudget(CONFIG.memory, lambda: context.get_remaining_time_in_millis() / 1000, CONFIG.processor)
    request: ImageRequest | None = None
    answer: Answer | None = None
    rules, policy = EffectiveRules(), CachePolicy()
    failure: ImageStackError | None = None
    try:
        request = read_event(event, lambda headers: _verify_origin(headers, budget))
        rules = PIPELINE.effective_rules(request, budget, log)
        policy = CachePolicy.of(rules.options)
        if request.preflight:
            response = preflight_response(rules.options.cors)
        else:
            policy = CachePolicy.of(rules.options, check(request, rules.options, time()))
            answer = PIPELINE.answer(request, rules, budget, log)
            response = image_response(request, answer, policy, time())
    except ImageStackError as error:
        failure = error
        if error.status >= SERVER_ERROR:
            logger.warning("origin failed", exc_info=error)
        response = error_response(error, policy, head=request is not None and request.head)
    except Exception:
        logger.exception("internal error")
        failure = ImageStackError("internal error")
        response = error_response(failure)
    response = deliver(response, request, rules.options)
    _report(event, request, _use(rules, answer, log), answer, failure, response, log)
    return response.as_event()


def _verify_origin(headers: Mapping[str, str], budget: InvocationBudget) -> bool:
    """Whether a request came through the distribution.

    Raises:
        ForbiddenError: it did not, and must.
        OriginSecretError: the valid secrets cannot be read in time.
    """
    try:
        return wait(PIPELINE.executor.submit(ORIGIN_SECRET_CHECK.verify, headers), budget.timeout(OPTIONAL_SHARE))
    except DeadlineError as error:
        raise OriginSecretError from error


def _use(rules: EffectiveRules, answer: Answer | None, log: RequestLog) -> Use | None:
    """How the request counts for its resource and rule; None if its rules are unknown."""
    if rules.resource is None:
        return None
    transformed = answer.transformed if answer else None
    return Use(
        resource=rules.resource.host,
        rule=str(rules.rule.id) if rules.rule else NO_RULE,
        hit=log.cache is CacheStatus.HIT,
        saved=transformed.origin_size - transformed.length if transformed else 0,
    )


def _report(  # noqa: PLR0913, PLR0917 - a log line has as many sources
    event: object,
    request: ImageRequest | None,
    use: Use | None,
    answer: Answer | None,
    failure: ImageStackError | None,
    response: Response,
    log: RequestLog,
) -> None:
    """Write the log line and the metrics of a request."""
    transformed = answer.transformed if answer else None
    logger.info(
        "request",
        extra={
            "correlation_id": correlation_id(event),
            "host": request.host if request else None,
            "path": request.path if request else None,
            "rule": use.rule if use else None,
            "status": response.status,
            "error": failure.text if failure else None,
            "cache": log.cache,
            "operations": list(transformed.operations) if transformed else [],
            "skip_reason": response.headers.get("Img-Skip-Reason"),
            "content_type": response.headers.get("Content-Type"),
            "origin_bytes": answer.stored.size if answer else None,
            "bytes": len(response.body),
            "phases_ms": {name: round(value, 1) for name, value in log.phases.items()},
            "duration_ms": round(log.elapsed, 1),
            "failures": log.failures,
        },
    )
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_metric("Requests", MetricUnit.Count, 1)
    metrics.add_metric("DerivedHits", MetricUnit.Count, log.cache is CacheStatus.HIT)
    was_made = transformed is not None and log.cache in {CacheStatus.MISS, CacheStatus.STALE}
    metrics.add_metric("Transforms", MetricUnit.Count, was_made)
    metrics.add_metric("Errors", MetricUnit.Count, response.status >= SERVER_ERROR)
    metrics.add_metric("StoreFailures", MetricUnit.Count, len(log.failures))
    metrics.add_metric("Duration", MetricUnit.Milliseconds, log.elapsed)
    metrics.add_metric("BodyBytes", MetricUnit.Bytes, len(response.body))
    if transformed:
        metrics.add_metric("SavedBytes", MetricUnit.Bytes, transformed.origin_size - transformed.length)
    if use:
        # For usage by rule. These values are metadata, since each value of a dimension is a metric that costs money.
        for name, value in (asdict(use) | {"hit": int(use.hit)}).items():
            metrics.add_metadata(name, value)
        for record in USES:
            record(use)
    metrics.flush_metrics()


# The collector never searches what exists by now.
gc.freeze()
gc.enable()
# The worker starts while the first request waits for stores. Hits need none.
WORKERS.prepare()
