"""The control plane: an HTTP event becomes a call of the API, and its reply an answer."""

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime
from threading import Lock
from time import monotonic
from typing import Any

from aws_lambda_powertools import Logger
from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as NoRouteError

from imagestack.aws.secrets import ManagedSecret
from imagestack.control.access import Access, require
from imagestack.control.aws.clients import make_dynamodb, make_secrets
from imagestack.control.aws.store import DynamoStore
from imagestack.control.calls import Call, Caller, Reply
from imagestack.control.config import read_config
from imagestack.control.errors import ControlError, NotFoundError
from imagestack.control.openapi import describe
from imagestack.control.ports import Table
from imagestack.control.requests import address_of, body_bytes, read_body, read_numbers, read_query_text, read_version
from imagestack.control.routes import Route, methods, routes
from imagestack.errors import ImageStackError
from imagestack.gate import Gate

SERVICE = "control"
JSON = "application/json"
# Seconds after which a warm function reads the secret of the distribution again.
SECRET_TTL = 300
# Nothing here is for anybody else, and nothing is to be taken for anything else.
HEADERS = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}

logger = Logger(service=SERVICE)
app = APIGatewayHttpResolver()

CONFIG = read_config(os.environ)
STORE = DynamoStore(make_dynamodb(), {Table.RULES: CONFIG.rules_table, Table.CONTROL: CONFIG.control_table})
GATE = Gate(
    ManagedSecret(make_secrets(), CONFIG.origin_secret) if CONFIG.origin_secret else None, SECRET_TTL, monotonic
)
ACCESS = Access(STORE)
ROUTES = routes(STORE, CONFIG.originals_bucket)
DESCRIPTION = json.dumps(describe(ROUTES))
# The resolver keeps the event for all to see: one at a time, which is what a Lambda function has anyway.
TURN = Lock()


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:  # noqa: ANN401 - Lambda publishes no type
    """Answer an event of API Gateway (HTTP API 2.0)."""
    with TURN:
        answer: dict[str, Any] = app.resolve(event, context)
    return answer


def serve(route: Route) -> Callable[..., Response[str]]:
    """What the resolver calls for a route."""

    def run(**texts: str) -> Response[str]:
        try:
            numbers = read_numbers(texts)
        except NotFoundError:
            return nowhere()
        event = app.current_event
        now = datetime.now(UTC)
        caller: Caller | None = None
        try:
            headers = {name.lower(): value for name, value in event.headers.items()}
            address = address_of(headers, event.request_context.http.source_ip, by_edge=GATE.admit(headers))
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
            )
            reply = route.run(call)
        except ControlError as error:
            response = failure(error)
        except ImageStackError as error:
            response = Response(error.status, JSON, json.dumps({"error": error.text}), HEADERS | error.headers)
        except Exception:
            # What was sent is not told: it may hold secrets.
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
        return response

    return run


def success(reply: Reply) -> Response[str]:
    """A reply as HTTP."""
    headers = HEADERS | ({"ETag": f'"{reply.version}"'} if reply.version else {})
    if reply.body is None:
        return Response(reply.status, headers=headers, body="")
    return Response(reply.status, JSON, json.dumps(reply.body), headers)


def failure(error: ControlError) -> Response[str]:
    """A failure as HTTP."""
    return Response(error.status, JSON, json.dumps(error.body), HEADERS | error.headers)


for one in ROUTES:
    app.route(one.path.replace("{", "<").replace("}", ">"), one.method)(serve(one))


@app.get("/cdn/openapi.json")
def openapi() -> Response[str]:
    """The API's description, for everybody: it tells nothing of this deployment."""
    return Response(200, JSON, DESCRIPTION, HEADERS)


@app.not_found
def no_route(_error: NoRouteError) -> Response[str]:
    """What the resolver calls where it knows no route."""
    return nowhere()


def nowhere() -> Response[str]:
    """There is no such address, or none that is asked in this way."""
    event = app.current_event
    allowed = methods(ROUTES, event.path)
    if not allowed or event.http_method in allowed:
        return Response(404, JSON, json.dumps({"error": "there is no such address"}), dict(HEADERS))
    headers = HEADERS | {"Allow": ", ".join(allowed)}
    return Response(405, JSON, json.dumps({"error": "method not allowed"}), headers)
