"""Events of CloudFront Functions (guide, "CloudFront Functions event structure").

A group of headers, parameters or cookies is a dictionary of `{"value": ...}` by name. A repeated name has
`multiValue` too.
"""

import re
from base64 import b64decode
from collections.abc import Iterable, Mapping
from typing import Any

Group = dict[str, Any]
Event = dict[str, Any]
Headers = dict[str, list[str]]
"""Values by name in lower case, one for each header line."""

_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
_BODY_ENCODINGS = ("text", "base64")
_STATUS = range(200, 600)


class InvalidEventError(ValueError):
    """A function returned neither a request nor a response."""


def group(pairs: Iterable[tuple[str, str]]) -> Group:
    """A group from names and values."""
    found: Group = {}
    for name, value in pairs:
        if name not in found:
            found[name] = {"value": value}
        else:
            entry = found[name]
            entry.setdefault("multiValue", [{"value": entry["value"]}]).append({"value": value})
    return found


def values(members: Mapping[str, Any], name: str) -> list[str]:
    """The values of a name."""
    entry = members.get(name)
    if entry is None:
        return []
    multiple = entry.get("multiValue")
    return [one["value"] for one in multiple] if multiple else [entry["value"]]


def pairs(members: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and values from a group."""
    return [(name, value) for name in members for value in values(members, name)]


def query_pairs(query: str) -> list[tuple[str, str]]:
    """The parameters of a query, still percent-encoded."""
    parts = (part.partition("=") for part in query.split("&") if part)
    return [(name, value) for name, _, value in parts]


def cookie_pairs(lines: Iterable[str]) -> list[tuple[str, str]]:
    """The cookies of Cookie headers."""
    cookies = (cookie.strip().partition("=") for line in lines for cookie in line.split(";") if cookie.strip())
    return [(name, value) for name, _, value in cookies]


def request(method: str, path: str, query: str, headers: Iterable[tuple[bytes, bytes]]) -> Event:
    """The event's request."""
    decoded = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    return {
        "method": method,
        "uri": path,
        "querystring": group(query_pairs(query)),
        "headers": group((name, value) for name, value in decoded if name != "cookie"),
        "cookies": group(cookie_pairs(value for name, value in decoded if name == "cookie")),
    }


def checked_request(returned: Event, sent: Event) -> Event:
    """The request that a function returned.

    Raises:
        InvalidEventError: It is not a request.
    """
    uri = returned.get("uri")
    if not isinstance(uri, str) or not uri.startswith("/") or not uri.isascii() or not uri.isprintable() or " " in uri:
        raise InvalidEventError(f"its uri is {uri!r}")
    members = {name: _checked_group(returned.get(name)) for name in ("querystring", "cookies")}
    members["headers"] = _checked_headers(returned.get("headers"))
    # A function cannot change the method.
    return {"method": sent["method"], "uri": uri, **members}


def response(status: int, description: str, headers: Headers) -> Event:
    """The event's response; its cookies are not among its headers."""
    cookies = (line.partition(";") for line in headers.get("set-cookie", ()))
    return {
        "statusCode": status,
        "statusDescription": description,
        "headers": group((name, value) for name, lines in headers.items() if name != "set-cookie" for value in lines),
        "cookies": {
            pair.partition("=")[0].strip(): {"value": pair.partition("=")[2], "attributes": attributes.strip()}
            for pair, _, attributes in cookies
        },
    }


def checked_response(returned: Event) -> tuple[int, Headers, bytes | None]:
    """The response that a function returned: status, headers, and the body if it set one.

    Raises:
        InvalidEventError: It is not a response.
    """
    status = returned.get("statusCode")
    if not isinstance(status, int) or status not in _STATUS:
        raise InvalidEventError(f"its statusCode is {status!r}")
    members = _checked_headers(returned.get("headers"))
    headers = {name: values(members, name) for name in members}
    for name, cookie in _checked_group(returned.get("cookies")).items():
        attributes = f"; {cookie['attributes']}" if cookie.get("attributes") else ""
        headers.setdefault("set-cookie", []).append(f"{name}={cookie['value']}{attributes}")
    return status, headers, _body(returned.get("body"))


def _body(body: object) -> bytes | None:
    match body:
        case None:
            return None
        case str():
            return body.encode()
        case {"data": str(data), **others} if others.get("encoding", "text") in _BODY_ENCODINGS:
            if others.get("encoding") != "base64":
                return data.encode()
            try:
                return b64decode(data, validate=True)
            except ValueError as error:
                raise InvalidEventError("its body is not base64") from error
        case _:
            raise InvalidEventError("its body is neither text nor an object of data and encoding")


def _checked_group(members: object) -> Group:
    if members is None:
        return {}
    if not isinstance(members, dict):
        raise InvalidEventError("headers, parameters and cookies have to be objects")
    for name, entry in members.items():
        many = entry.get("multiValue") if isinstance(entry, dict) else None
        for one in many if isinstance(many, list) and many else [entry]:
            value = one.get("value") if isinstance(one, dict) else None
            if not isinstance(value, str) or not _VALUE.fullmatch(value):
                raise InvalidEventError(f"{name!r} has the value {value!r}")
    return members


def _checked_headers(members: object) -> Group:
    checked = _checked_group(members)
    for name in checked:
        if not _NAME.fullmatch(name):
            raise InvalidEventError(f"it has a header named {name!r}")
    return checked
