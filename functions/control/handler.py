"""The control function: an HTTP event becomes a call of the API, and its reply an HTTP response."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from imagestack.control import console
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.requests import (
    address_of,
    body_bytes,
    read_body,
    read_numbers,
    read_query_text,
    read_version,
)
from imagestack.control.authentication import Access
from imagestack.control.aws.clients import make_dynamodb, make_logs, make_s3, make_secrets
from imagestack.control.aws.originals import BucketOriginals
from imagestack.control.aws.store import DynamoStore
from imagestack.control.aws.usage import LogsUsage
from imagestack.control.backends import Backends
from imagestack.control.config import read_config
from imagestack.control.errors import ControlError, LockedOutError, NotFoundError, UnauthorizedError
from imagestack.control.openapi import describe
from imagestack.control.roles import Caller, require
from imagestack.control.routes import Route, methods, routes
from imagestack.control.store.ports import Table
from imagestack.errors import ImageStackError
from imagestack.request.image_request import ORIGIN_SECRET_HEADER
from imagestack.serving.origin_secret import SECRET_TTL, OriginSecretCheck
from imagestack.stores.secrets_manager import ManagedSecret

SERVICE = "control"
NAMESPACE = "ImageStack"
SERVER_ERROR = 500
JSON = "application/json"
OPENAPI = "/cdn/openapi.json"
# Responses are private to the caller, and their content type is not guessed.
HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}

logger = Logger(service=SERVICE)
app = APIGatewayHttpResolver()

CONFIG = read_config(os.environ)
STORE = DynamoStore(make_dynamodb(), {Table.RULES: CONFIG.rules_table, Table.CONTROL: CONFIG.control_table})
ORIGIN_SECRET_CHECK = OriginSecretCheck(
    ManagedSecret(make_secrets(), CONFIG.origin_secret) if CONFIG.origin_secret else None, SECRET_TTL, monotonic
)
ACCESS = Access(STORE)
# Looked up by each call: the local stack replaces `usage` by counts of its own process.
BACKENDS = Backends(
    originals=BucketOriginals(make_s3, CONFIG.originals_bucket),
    usage=LogsUsage(make_logs, CONFIG.image_log_group) if CONFIG.image_log_group else None,
    limits=CONFIG.limits,
    memory=CONFIG.memory,
)
ROUTES = routes(STORE, CONFIG.originals_bucket, BACKENDS)
DESCRIPTION = json.dumps(describe(ROUTES))
CONSOLE = Path(__file__).with_name("console")
# The resolver keeps the event in a global: one call at a time, as in a Lambda function.
TURN = Lock()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda publishes no type
    """Answer an event of API Gateway (HTTP API 2.0)."""
    with TURN:
        answer: dict[str, Any] = app.resolve(event, context)
    return answer


def remaining_seconds(context: Any) -> float:  # noqa: ANN401 - Lambda publishes no type
    """Seconds until Lambda ends the invocation."""
    milliseconds: int = context.get_remaining_time_in_millis()
    return milliseconds / 1000


def serve(route: Route) -> Callable[..., Response[str]]:
    """Make the function that the resolver calls for a route."""

    def run(**texts: str) -> Response[str]:
        try:
            numbers = read_numbers(texts)
        except NotFoundError:
            return nowhere()
        event = app.current_event
        now = datetime.now(UTC)
        caller: Caller | None = None
        unknown = False
        try:
            headers = {name.lower(): value for name, value in event.headers.items()}
            by_edge = ORIGIN_SECRET_CHECK.verify(headers)
            address = address_of(headers, event.request_context.http.source_ip, by_edge=by_edge)
            caller = ACCESS.caller(headers.get("authorization"), address, now)
            require(caller, route.role)
            query = event.raw_event.get("rawQueryString", "")
            body = body_bytes(event.raw_event)
            call = Call(
                caller=caller,
                method=route.method,
                path=event.path,
                now=now,
                numbers=numbers,
                query=read_query_text(query),
                query_text=query,
                body=read_body(body, headers.get("content-type", "")) if route.body else None,
                if_match=read_version(headers.get("if-match")),
                address=address,
                origin_secret=headers[ORIGIN_SECRET_HEADER] if by_edge else "",
                seconds_left=partial(remaining_seconds, app.lambda_context),
            )
            reply = route.run(call)
        except ControlError as error:
            unknown = isinstance(error, UnauthorizedError | LockedOutError)
            response = failure(error)
        except ImageStackError as error:
            if error.status >= SERVER_ERROR:
                logger.warning("not ready", exc_info=error)
            response = Response(error.status, JSON, json.dumps({"error": error.text}), HEADERS | error.headers)
        except Exception:
            # The log must not hold the request: it may contain secrets.
            logger.exception("internal error")
            response = failure(ControlError("internal error"))
        else:
            response = success(reply)
        logger.info(
            "request",
            extra={
                "method": route.method,
                "path": event.path,
                "status": response.status_code,
                "token": caller.token if caller else None,
                "duration_ms": round((datetime.now(UTC) - now).total_seconds() * 1000, 1),
            },
        )
        count(response.status_code, unknown=unknown)
        return response

    return run


def count(status: int, *, unknown: bool) -> None:
    """Emit the metrics of a call; `unknown` marks a failed authentication."""
    metrics = EphemeralMetrics(namespace=NAMESPACE, service=SERVICE)
    metrics.add_metric("ControlRequests", MetricUnit.Count, 1)
    metrics.add_metric("ControlErrors", MetricUnit.Count, status >= SERVER_ERROR)
    metrics.add_metric("AuthenticationFailures", MetricUnit.Count, unknown)
    metrics.flush_metrics()


def success(reply: Reply) -> Response[str]:
    """Make the HTTP response of a reply."""
    headers = HEADERS | ({"ETag": f'"{reply.version}"'} if reply.version else {})
    if reply.body is None:
        return Response(reply.status, headers=headers, body="")
    return Response(reply.status, JSON, json.dumps(reply.body), headers)


def failure(error: ControlError) -> Response[str]:
    """Make the HTTP response of an error."""
    return Response(error.status, JSON, json.dumps(error.body), HEADERS | error.headers)


for one in ROUTES:
    app.route(one.path.replace("{", "<").replace("}", ">"), one.method)(serve(one))


@app.get(OPENAPI)
def openapi() -> Response[str]:
    """The API's description, for everybody: it reveals nothing of this deployment."""
    return Response(200, JSON, DESCRIPTION, HEADERS)


@app.route(console.PATH, console.METHODS)
@app.route(f"{console.PATH}/.*", console.METHODS)
def pages() -> Response[bytes]:
    """The console, for everybody: it gets its data from the API, with the token of its user."""
    event = app.current_event
    headers = {name.lower(): value for name, value in event.headers.items()}
    page = console.respond(event.path, headers.get("if-none-match"), console_file, head=event.http_method == "HEAD")
    return Response(page.status, headers=dict(page.headers), body=page.body)


def console_file(name: str) -> bytes | None:
    """A file of the console; read on each request, so that edits show at once."""
    try:
        return (CONSOLE / name).read_bytes()
    except OSError:
        return None


@app.not_found
def no_route(_error: NoRouteError) -> Response[str]:
    """The response for unknown routes."""
    return nowhere()


def nowhere() -> Response[str]:
    """The response for an address that does not exist, or does not allow the method."""
    event = app.current_event
    if event.path == console.PATH or event.path.startswith(f"{console.PATH}/"):
        allowed = console.METHODS
    else:
        allowed = ["GET"] if event.path == OPENAPI else methods(ROUTES, event.path)
    if not allowed or event.http_method in allowed:
        return Response(404, JSON, json.dumps({"error": "there is no such address"}), dict(HEADERS))
    headers = HEADERS | {"Allow": ", ".join(allowed)}
    return Response(405, JSON, json.dumps({"error": "method not allowed"}), headers)
