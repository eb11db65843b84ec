"""HTTP requests as events of API Gateway's HTTP API."""

from base64 import b64encode
from typing import Any

import pytest

from imagestack_local.gateway.http_event import HttpRequest, event

NOW = 1_583_348_638.39


def made(**changed: Any) -> dict[str, Any]:
    request = {"method": "GET", "path": "/a.jpg", "query": "", "headers": (("host", "img.example.com:8080"),)}
    return event(HttpRequest(**{**request, **changed}), "JKJaXmPLvHcESHA=", NOW)


def test_the_whole_event() -> None:
    """A request becomes an event with every field that API Gateway sends for the default route, and no other."""
    headers = (
        ("host", "img.example.com:8080"),
        ("user-agent", "curl/8"),
        ("accept", "image/avif"),
        ("accept", "image/webp"),
        ("cookie", "a=1; b=2"),
        ("cookie", "c=3"),
        ("connection", "keep-alive"),
        ("x-forwarded-host", "viewer.example.com"),
        ("x-forwarded-for", "203.0.113.7"),
    )
    assert made(
        path="/a%20b%2Fc%25.jpg",
        query="crop=200,100&width=1&width=2&e=&p=a+b&q=%C3%A9",
        headers=headers,
        client="127.0.0.1",
        server=("127.0.0.1", 8080),
    ) == {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/a%20b%2Fc%25.jpg",
        "rawQueryString": "crop=200,100&width=1&width=2&e=&p=a+b&q=%C3%A9",
        "cookies": ["a=1", "b=2", "c=3"],
        "headers": {
            "host": "img.example.com:8080",
            "user-agent": "curl/8",
            "accept": "image/avif,image/webp",
            "x-forwarded-host": "viewer.example.com",
            "x-forwarded-for": "203.0.113.7, 127.0.0.1",
            "x-forwarded-port": "8080",
            "x-forwarded-proto": "http",
        },
        "queryStringParameters": {"crop": "200,100", "width": "1,2", "e": "", "p": "a b", "q": "é"},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "local",
            "domainName": "img.example.com",
            "domainPrefix": "img",
            "http": {
                "method": "GET",
                "path": "/a%20b%2Fc%25.jpg",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "curl/8",
            },
            "requestId": "JKJaXmPLvHcESHA=",
            "routeKey": "$default",
            "stage": "$default",
            "time": "04/Mar/2020:19:03:58 +0000",
            "timeEpoch": 1_583_348_638_390,
        },
        "isBase64Encoded": False,
    }


def test_what_a_request_lacks_the_event_lacks() -> None:
    """Without query, cookies and body the event has no fields for them, but an empty raw query string."""
    found = made()
    assert found["rawQueryString"] == ""
    assert {"queryStringParameters", "cookies", "body"} & found.keys() == set()


@pytest.mark.parametrize(
    ("host", "domain", "prefix"),
    [
        ("127.0.0.1:8080", "127.0.0.1", "127"),
        ("img.example.com", "img.example.com", "img"),
        ("localhost:1", "localhost", "localhost"),
        ("[::1]:8080", "[::1]", "[::1]"),
        ("[::1]", "[::1]", "[::1]"),
    ],
)
def test_the_domain_is_the_host_without_port(host: str, domain: str, prefix: str) -> None:
    """The domain name has no port."""
    context = made(headers=(("host", host),))["requestContext"]
    assert (context["domainName"], context["domainPrefix"]) == (domain, prefix)


@pytest.mark.parametrize(
    ("content_type", "body", "expected", "encoded"),
    [
        ("application/json", '{"é": 1}'.encode(), '{"é": 1}', False),
        ("text/plain; charset=utf-8", b"words", "words", False),
        ("text/plain", b"\xff", b64encode(b"\xff").decode(), True),
        ("image/png", b"words", b64encode(b"words").decode(), True),
        ("", b"words", b64encode(b"words").decode(), True),
    ],
)
def test_bodies(content_type: str, body: bytes, expected: str, encoded: bool) -> None:  # noqa: FBT001 - of the table
    """A body of text comes as text, any other in base64."""
    found = made(body=body, headers=(("content-type", content_type),))
    assert (found["body"], found["isBase64Encoded"]) == (expected, encoded)


def test_a_query_that_is_no_text() -> None:
    """Bytes in the query that are no UTF-8 do not break the event."""
    assert made(query="a=%ff")["queryStringParameters"] == {"a": "\ufffd"}
