"""An HTTP request as the event of API Gateway's HTTP API, payload format 2.0."""

import base64
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

ACCOUNT_ID = "123456789012"
API_ID = "local"
ROUTE = "$default"
_HOP_BY_HOP = frozenset(
    {
        "connection",
        "expect",
        "keep-alive",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    },
)
_TEXT_TYPES = ("text/", "application/json", "application/javascript", "application/xml")
_REQUEST_ID_BYTES = 11  # ids get the length of API Gateway's


@dataclass(frozen=True)
class HttpRequest:
    """An HTTP request."""

    method: str
    path: str
    """Still percent-encoded."""
    query: str
    """Still percent-encoded, without the question mark."""
    headers: tuple[tuple[str, str], ...]
    """Names in lower case, one entry for each line."""
    body: bytes = b""
    protocol: str = "HTTP/1.1"
    client: str = "127.0.0.1"
    server: tuple[str, int] = ("127.0.0.1", 80)


def new_request_id() -> str:
    """A request id in API Gateway's form."""
    return base64.urlsafe_b64encode(secrets.token_bytes(_REQUEST_ID_BYTES)).decode()


def event(request: HttpRequest, request_id: str, now: float) -> dict[str, Any]:
    """The event for a request.

    Args:
        request: The request.
        request_id: Its id.
        now: When it arrived, in seconds since the epoch.
    """
    headers, cookies = _headers(request)
    domain = _without_port(headers.get("host", request.server[0]))
    result: dict[str, Any] = {
        "version": "2.0",
        "routeKey": ROUTE,
        "rawPath": request.path,
        "rawQueryString": request.query,
        "headers": {
            **headers,
            "x-forwarded-for": ", ".join(filter(None, (headers.get("x-forwarded-for"), request.client))),
            "x-forwarded-port": str(request.server[1]),
            "x-forwarded-proto": "http",
        },
        "requestContext": {
            "accountId": ACCOUNT_ID,
            "apiId": API_ID,
            "domainName": domain,
            "domainPrefix": domain.split(".")[0],
            "http": {
                "method": request.method,
                "path": request.path,
                "protocol": request.protocol,
                "sourceIp": request.client,
                "userAgent": headers.get("user-agent", ""),
            },
            "requestId": request_id,
            "routeKey": ROUTE,
            "stage": "$default",
            "time": time.strftime("%d/%b/%Y:%H:%M:%S +0000", time.gmtime(now)),
            "timeEpoch": int(now * 1_000),
        },
        "isBase64Encoded": False,
    }
    if cookies:
        result["cookies"] = cookies
    if request.query:
        result["queryStringParameters"] = _parameters(request.query)
    if request.body:
        result.update(_body(request.body, headers.get("content-type", "")))
    return result


def _headers(request: HttpRequest) -> tuple[dict[str, str], list[str]]:
    headers: dict[str, str] = {}
    cookies: list[str] = []
    for name, value in request.headers:
        if name == "cookie":
            cookies += [cookie.strip() for cookie in value.split(";") if cookie.strip()]
        elif name not in _HOP_BY_HOP:
            headers[name] = f"{headers[name]},{value}" if name in headers else value
    return headers, cookies


def _parameters(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for name, value in parse_qsl(query, keep_blank_values=True, errors="replace"):
        parameters[name] = f"{parameters[name]},{value}" if name in parameters else value
    return parameters


def _body(body: bytes, content_type: str) -> Mapping[str, object]:
    if content_type.startswith(_TEXT_TYPES):
        try:
            return {"body": body.decode(), "isBase64Encoded": False}
        except UnicodeDecodeError:
            pass
    return {"body": base64.b64encode(body).decode(), "isBase64Encoded": True}


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
