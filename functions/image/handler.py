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
from imagestack.serving.circuit_breaker import DeadlineError, wait
from imagestack.serving.origin_secret import OriginSecretCheck
from imagestack.serving.pipeline import EffectiveRules, Pipeline
from imagestack.serving.refinement_requests import RefinementThrottle
from imagestack.serving.request_log import RequestLog
from imagestack.stores.clients import POOL, Clients, make_clients, make_queue_client
from imagestack.stores.derived import S3Derived
from imagestack.stores.leases import DynamoLeases
from imagestack.stores.originals import S3Originals
from imagestack.stores.queue import SqsRefinements
from imagestack.stores.rules import DynamoRules
from imagestack.stores.secrets import ManagedSecret
from imagestack.usage import NO_RULE, Use

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


def make_origin_secret_check(clients: Clients) -> OriginSecretCheck:
    """The check that requests come through the distribution, with the secrets of this moment."""
    secrets = ManagedSecret(clients.secrets, CONFIG.origin_secret) if clients.secrets else None
    gate = OriginSecretCheck(secrets, SECRET_TTL, monotonic)
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
    global ORIGIN_SECRET_CHECK, PIPELINE
    # By these numbers botocore decides how long to wait before it tries again.
    random.seed()
    ORIGIN_SECRET_CHECK, PIPELINE = make_origin_secret_check(CLIENTS), make_pipeline(CLIENTS)


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
ORIGIN_SECRET_CHECK = make_origin_secret_check(CLIENTS)
PIPELINE = make_pipeline(CLIENTS)
mind_snapshots()


@traced
def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda publishes no type
    """Answer an event of API Gateway (HTTP API 2.0, REST API 1.0) or of a function URL."""
    log = RequestLog(context.aws_request_id)
    means = InvocationBudget(CONFIG.memory, lambda: context.get_remaining_time_in_millis() / 1000, CONFIG.processor)
    request: ImageRequest | None = None
    answer: Answer | None = None
    terms, keeping = EffectiveRules(), CachePolicy()
    failure: ImageStackError | None = None
    try:
        request = read_event(event, lambda headers: _admit(headers, means))
        terms = PIPELINE.terms(request, means, log)
        keeping = CachePolicy.of(terms.options)
        if request.preflight:
            response = preflight_response(terms.options.cors)
        else:
            keeping = CachePolicy.of(terms.options, check(request, terms.options, time()))
            answer = PIPELINE.answer(request, terms, means, log)
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
    _report(event, request, _use(terms, answer, log), answer, failure, response, log)
    return response.as_event()


def _admit(headers: Mapping[str, str], means: InvocationBudget) -> bool:
    """Whether a request proves that it came through the distribution; see `OriginSecretCheck`."""
    try:
        return wait(PIPELINE.executor.submit(ORIGIN_SECRET_CHECK.admit, headers), means.timeout(SECRET_SHARE))
    except DeadlineError as error:
        raise OriginSecretError from error


def _use(terms: EffectiveRules, answer: Answer | None, log: RequestLog) -> Use | None:
    """What the request was to its rule; None if nobody knows the rules, or before they are asked."""
    if terms.resource is None:
        return None
    made = answer.transformed if answer else None
    return Use(
        resource=terms.resource.host,
        rule=str(terms.rule.id) if terms.rule else NO_RULE,
        hit=log.cache == "hit",
        saved=made.origin_size - made.length if made else 0,
    )


def _report(  # noqa: PLR0913, PLR0917 - all that is known of a request
    event: object,
    request: ImageRequest | None,
    use: Use | None,
    answer: Answer | None,
    failure: ImageStackError | None,
    response: Response,
    log: RequestLog,
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
            "cache": log.cache,
            "operations": list(made.operations) if made else [],
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
    metrics.add_metric("DerivedHits", MetricUnit.Count, log.cache == "hit")
    metrics.add_metric("Transforms", MetricUnit.Count, log.cache in ("miss", "stale") and made is not None)
    metrics.add_metric("Errors", MetricUnit.Count, response.status >= SERVER_ERROR)
    metrics.add_metric("StoreFailures", MetricUnit.Count, len(log.failures))
    metrics.add_metric("Duration", MetricUnit.Milliseconds, log.elapsed)
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
