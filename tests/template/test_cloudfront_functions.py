"""The inline CloudFront Functions, run on events as CloudFront makes them."""

import json
from typing import Any
from urllib.parse import unquote

import pytest
import quickjs

HOST = "images.example.com"
PATHS = [
    "/",
    "/photo.jpg",
    "/a/b/c.jpg",
    "/a%2Fb.jpg",
    "/a%20b.jpg",
    "/what%3F.jpg",
    "/caf%C3%A9.jpg",
    "/100%25.jpg",
    "/100%2525.jpg",
    "/one+two.jpg",
    "/odd%.jpg",
]


def event(uri: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    """A viewer-request event."""
    sent = {"host": HOST, "accept": "image/avif,image/webp,*/*"} | (headers or {})
    return {
        "version": "1.0",
        "context": {
            "distributionDomainName": "d111111abcdef8.cloudfront.net",
            "distributionId": "EDFDVBD6EXAMPLE",
            "eventType": "viewer-request",
            "requestId": "EXAMPLEntjQpEXAMPLE_SG5Z-EXAMPLEPmPfEXAMPLEu3EqEXAMPLE==",
        },
        "viewer": {"ip": "198.51.100.11"},
        "request": {
            "method": "GET",
            "uri": uri,
            "querystring": {"width": {"value": "200"}},
            "headers": {name: {"value": value} for name, value in sent.items()},
            "cookies": {},
        },
    }


class Edge:
    """Runs the functions of the template by their logical ids."""

    def __init__(self, resources: dict[str, Any]) -> None:
        self._resources = resources

    def __call__(self, function: str, event: dict[str, Any]) -> dict[str, Any]:
        context = quickjs.Context()
        context.eval(self._resources[function]["Properties"]["FunctionCode"])
        answer: dict[str, Any] = json.loads(context.eval(f"JSON.stringify(handler({json.dumps(event)}))"))
        return answer


@pytest.fixture
def edge(resources: dict[str, Any]) -> Edge:
    return Edge(resources)


@pytest.mark.parametrize(
    ("path", "sent_on"),
    [
        ("/photo.jpg", "/photo.jpg"),
        ("/a/b/c.jpg", "/a/b/c.jpg"),
        ("/a%2Fb.jpg", "/a%252Fb.jpg"),
        ("/a%20b.jpg", "/a%2520b.jpg"),
        ("/what%3F.jpg", "/what%253F.jpg"),
        ("/caf%C3%A9.jpg", "/caf%25C3%25A9.jpg"),
        ("/100%25.jpg", "/100%2525.jpg"),
        ("/one+two.jpg", "/one+two.jpg"),
    ],
)
def test_every_percent_sign_is_encoded(edge: Edge, path: str, sent_on: str) -> None:
    """The path is percent-encoded once more, and nothing else of it changes."""
    assert edge("ViewerFunction", event(path))["uri"] == sent_on


@pytest.mark.parametrize("path", PATHS)
def test_function_sees_the_path_that_the_viewer_sent(edge: Edge, path: str) -> None:
    """What the HTTP API decodes and cuts at a question mark is, for the function, the viewer's own path."""
    decoded = unquote(edge("ViewerFunction", event(path))["uri"])
    assert decoded.partition("?")[0] == path


def test_viewers_host_is_told(edge: Edge) -> None:
    """The origin, which has a host name of its own, learns which one the viewer asked."""
    request = edge("ViewerFunction", event("/photo.jpg"))
    assert request["headers"]["x-forwarded-host"] == {"value": HOST}


def test_viewers_host_cannot_be_made_up(edge: Edge) -> None:
    """A header of that name that a viewer sends is replaced."""
    request = edge("ViewerFunction", event("/photo.jpg", {"x-forwarded-host": "other.example.com"}))
    assert request["headers"]["x-forwarded-host"] == {"value": HOST}


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/_derived/a/@/b.avif", "/a/@/b.avif"),
        ("/_derived/a%20b.jpg/@/width=200,fmt=webp.webp", "/a%20b.jpg/@/width=200,fmt=webp.webp"),
        ("/_original/photo.jpg", "/photo.jpg"),
        ("/_original/deep/er/photo.jpg", "/deep/er/photo.jpg"),
        ("/_original/a%2Fb%3F.jpg", "/a%2Fb%3F.jpg"),
        ("/_original/caf%C3%A9.jpg", "/caf%C3%A9.jpg"),
        ("/_original/_original/photo.jpg", "/_original/photo.jpg"),
        ("/_original//photo.jpg", "//photo.jpg"),
        ("/_original/one+two%2B.jpg", "/one%2Btwo%2B.jpg"),
        ("/_original/", "/"),
    ],
)
def test_bucket_is_asked_for_the_key(edge: Edge, path: str, key: str) -> None:
    """The first segment is taken off, the rest stays encoded as it is, and a plus stays a plus for S3."""
    assert edge("ObjectFunction", event(path))["uri"] == key


@pytest.mark.parametrize("function", ["ViewerFunction", "ObjectFunction"])
def test_rest_of_the_request_stays(edge: Edge, function: str) -> None:
    """Method, query, cookies and the viewer's headers go on as they came."""
    sent = event("/_derived/photo.jpg")["request"]
    request = edge(function, event("/_derived/photo.jpg"))
    request["headers"].pop("x-forwarded-host", None)
    assert request | {"uri": sent["uri"]} == sent


@pytest.mark.parametrize("function", ["ViewerFunction", "ObjectFunction"])
def test_functions_are_published(resources: dict[str, Any], function: str) -> None:
    """A deployment makes the new code live at once, on the runtime that it is written for."""
    properties = resources[function]["Properties"]
    assert properties["AutoPublish"] is True
    assert properties["FunctionConfig"]["Runtime"] == "cloudfront-js-2.0"
