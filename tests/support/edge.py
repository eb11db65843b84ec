"""Events of CloudFront Functions (CloudFront developer guide, "CloudFront Functions event structure")."""

import json
from collections.abc import Iterable
from typing import Any

import quickjs

from imagestack_local import template
from imagestack_local.front import crypto

HOST = "images.example.com"
CONTEXT = {
    "distributionDomainName": "d111111abcdef8.cloudfront.net",
    "distributionId": "EDFDVBD6EXAMPLE",
    "requestId": "EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==",
}


def deployed(logical_id: str) -> str:
    """The code of a CloudFront Function, as the template has it."""
    code = template.read().properties(logical_id, "AWS::CloudFront::Function")["FunctionCode"]
    text: str = code["Fn::Sub"] if isinstance(code, dict) else code
    return text


class Function:
    """A CloudFront Function in an engine of ECMAScript."""

    def __init__(self, code: str) -> None:
        self._context = quickjs.Context()
        crypto.provide(self._context)
        self._context.eval(code)
        self._run = self._context.eval("(function (event) { return JSON.stringify(handler(JSON.parse(event))); })")

    def __call__(self, event: dict[str, Any]) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self._run(json.dumps(event)))
        return answer


def values(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Names with their value, and with all values where there are several."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            found[name].setdefault("multiValue", [{"value": found[name]["value"]}]).append({"value": value})
        else:
            found[name] = {"value": value}
    return found


def querystring(raw: str) -> dict[str, Any]:
    """A query as CloudFront hands it over: split, not decoded."""
    return values((name, value) for name, _, value in (part.partition("=") for part in raw.split("&") if part))


def serialised(querystring: dict[str, Any]) -> str:
    """A query as CloudFront sends it on."""
    return "&".join(f"{name}={item['value']}" for name, item in querystring.items())


def viewer_request(
    uri: str = "/photo.jpg", raw: str = "", method: str = "GET", headers: Iterable[tuple[str, str]] = ()
) -> dict[str, Any]:
    """The event of a viewer's request."""
    return {
        "version": "1.0",
        "context": CONTEXT | {"eventType": "viewer-request"},
        "viewer": {"ip": "198.51.100.11"},
        "request": {
            "method": method,
            "uri": uri,
            "querystring": querystring(raw),
            "headers": values([("host", HOST), *headers]),
            "cookies": {},
        },
    }


def viewer_response(
    headers: dict[str, str], sent: dict[str, str], status: int = 200, method: str = "GET"
) -> dict[str, Any]:
    """What a viewer is about to get, for a request with the headers `sent`."""
    event = viewer_request(method=method, headers=sent.items())
    event["context"]["eventType"] = "viewer-response"
    event["response"] = {
        "statusCode": status,
        "statusDescription": "OK",
        "headers": values(headers.items()),
        "cookies": {},
    }
    return event
