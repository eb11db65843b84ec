"""Lambda events of API Gateway and function URLs, turned into requests."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from imagestack.errors import BadRequestError
from imagestack.request.image_request import ImageRequest, image_request
from imagestack.request.query import pairs

Admit = Callable[[Mapping[str, str]], bool]


def _everybody(_headers: Mapping[str, str]) -> bool:
    return False


def read_event(event: object, admit: Admit = _everybody) -> ImageRequest:
    """Read an event: HTTP API payload 2.0 and function URLs (the same form), REST API payload 1.0.

    Args:
        event: as Lambda hands it over.
        admit: is asked with the headers first; tells whether they prove that the request came through the distribution.

    Raises:
        BadRequestError: no such event, or a path that spec section 2 refuses.
        MethodNotAllowedError: neither GET nor HEAD nor OPTIONS.
        ImageStackError: what `admit` raises.
    """
    if not isinstance(event, Mapping):
        raise BadRequestError("not an HTTP event")
    context = _mapping(event.get("requestContext") or {})
    if "httpMethod" in event:
        headers = _rest_headers(event)
        by_edge = admit(headers)
        method, path, query = _text(event["httpMethod"]), _text(event.get("path")), _rest_query(event)
        address = _mapping(context.get("identity") or {}).get("sourceIp")
    else:
        http = _mapping(context.get("http"))
        headers = {_text(name).lower(): _text(value) for name, value in _mapping(event.get("headers") or {}).items()}
        by_edge = admit(headers)
        method, query = _text(http.get("method")), pairs(_text(event.get("rawQueryString", "")))
        path = _without_stage(_text(event.get("rawPath")), context.get("stage"))
        address = http.get("sourceIp")
    return image_request(
        method, path, query, headers, address=address if isinstance(address, str) else "", by_edge=by_edge
    )


def correlation_id(event: object) -> str | None:
    """The identifier that API Gateway or the function URL gave the request, if any."""
    context = event.get("requestContext") if isinstance(event, Mapping) else None
    found = context.get("requestId") if isinstance(context, Mapping) else None
    return found if isinstance(found, str) else None


def _without_stage(path: str, stage: object) -> str:
    """A named stage of an HTTP API is the first segment of `rawPath`."""
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
