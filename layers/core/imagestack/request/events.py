"""Lambda events of API Gateway and function URLs, turned into requests."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from imagestack.errors import BadRequestError
from imagestack.request.image_request import ImageRequest, image_request
from imagestack.request.query import pairs

VerifyOrigin = Callable[[Mapping[str, str]], bool]


def _unverified(_headers: Mapping[str, str]) -> bool:
    return False


def read_event(event: object, verify_origin: VerifyOrigin = _unverified) -> ImageRequest:
    """Read an event of an HTTP API (payload 2.0), a function URL (the same form) or a REST API (payload 1.0).

    Args:
        event: as Lambda passes it to the function.
        verify_origin: gets the headers before anything else is read; says whether the request came through the
            distribution.

    Raises:
        BadRequestError: the event has another form, or docs/specification.md#section-2 rejects the path.
        MethodNotAllowedError: the method is not GET, HEAD or OPTIONS.
        ImageStackError: as `verify_origin` raises.
    """
    if not isinstance(event, Mapping):
        raise BadRequestError("not an HTTP event")
    context = _mapping(event.get("requestContext") or {})
    if "httpMethod" in event:
        headers = _rest_headers(event)
        by_edge = verify_origin(headers)
        method, path, query = _text(event["httpMethod"]), _text(event.get("path")), _rest_query(event)
        address = _mapping(context.get("identity") or {}).get("sourceIp")
    else:
        http = _mapping(context.get("http"))
        headers = {_text(name).lower(): _text(value) for name, value in _mapping(event.get("headers") or {}).items()}
        by_edge = verify_origin(headers)
        method, query = _text(http.get("method")), pairs(_text(event.get("rawQueryString", "")))
        path = _without_stage(_text(event.get("rawPath")), context.get("stage"))
        address = http.get("sourceIp")
    return image_request(
        method, path, query, headers, address=address if isinstance(address, str) else "", by_edge=by_edge
    )


def correlation_id(event: object) -> str | None:
    """The identifier that API Gateway or the function URL gave the request, if any."""
    context = event.get("requestContext") if isinstance(event, Mapping) else None
    request_id = context.get("requestId") if isinstance(context, Mapping) else None
    return request_id if isinstance(request_id, str) else None


def _without_stage(path: str, stage: object) -> str:
    """The path without the named stage of an HTTP API, which is the first segment of `rawPath`."""
    if isinstance(stage, str) and stage != "$default" and path.startswith(f"/{stage}/"):
        return path.removeprefix(f"/{stage}")
    return path


def _rest_query(event: Mapping[str, Any]) -> list[tuple[str, str]]:
    repeated = event.get("multiValueQueryStringParameters")
    if repeated:
        return [(_text(name), _text(value)) for name, values in _mapping(repeated).items() for value in _list(values)]
    single = _mapping(event.get("queryStringParameters") or {})
    return [(_text(name), _text(value)) for name, value in single.items()]


def _rest_headers(event: Mapping[str, Any]) -> dict[str, str]:
    repeated = event.get("multiValueHeaders")
    if repeated:
        return {
            _text(name).lower(): ", ".join(_text(value) for value in _list(values))
            for name, values in _mapping(repeated).items()
        }
    single = _mapping(event.get("headers") or {})
    return {_text(name).lower(): _text(value) for name, value in single.items()}


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise BadRequestError("not an HTTP event")
    return value


def _list(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise BadRequestError("not an HTTP event")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise BadRequestError("not an HTTP event")
    return value
