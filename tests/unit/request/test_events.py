"""Events of API Gateway and of function URLs (docs/specification.md#section-2)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.errors import BadRequestError, ImageStackError, MethodNotAllowedError
from imagestack.geometry import Size
from imagestack.operations.crop import Crop
from imagestack.operations.region import Region
from imagestack.operations.resize import Resize
from imagestack.request.events import correlation_id, read_event
from imagestack.request.image_request import ImageRequest
from imagestack.request.kinds import Bad
from tests.support.strategies import part

Event = dict[str, Any]


def http_api(
    path: str = "/a.jpg", query: str = "", method: str = "GET", stage: str = "$default", **headers: str
) -> Event:
    """HTTP API, payload 2.0."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1"},
            "requestId": "http-1",
            "stage": stage,
        },
        "isBase64Encoded": False,
    }


def function_url(path: str = "/a.jpg", query: str = "", method: str = "GET", **headers: str) -> Event:
    """A function URL sends the same form, with its own host in the context."""
    event = http_api(path, query, method, **headers)
    event["requestContext"] |= {"accountId": "anonymous", "domainName": "id.lambda-url.eu-west-1.on.aws"}
    if not query:
        event["rawQueryString"] = ""
    return event


def rest_api(path: str = "/a.jpg", query: Event | None = None, method: str = "GET", **headers: str) -> Event:
    """REST API, payload 1.0; `query` with lists of values."""
    single = {name: values[-1] for name, values in query.items() if values} if query else None
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": headers or None,
        "multiValueHeaders": {name: [value] for name, value in headers.items()} or None,
        "queryStringParameters": single,
        "multiValueQueryStringParameters": query,
        "requestContext": {"requestId": "rest-1", "stage": "prod", "path": f"/prod{path}", "httpMethod": method},
        "body": None,
        "isBase64Encoded": False,
    }


FORMS = pytest.mark.parametrize("form", [http_api, function_url, rest_api])


@FORMS
def test_forms(form: Callable[..., Event]) -> None:
    """Every form gives the same request."""
    found = read_event(form("/a%20b.jpg", Host="Site.Example", Accept="image/webp"))
    assert (found.host, found.key, found.accepted, found.head) == ("site.example", "a b.jpg", ("webp",), False)
    assert found.conditions.etags is None


@FORMS
def test_head(form: Callable[..., Event]) -> None:
    """HEAD is known in every form."""
    assert read_event(form(method="HEAD")).head is True


@FORMS
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_methods(form: Callable[..., Event], method: str) -> None:
    """Methods that are not served are refused in every form."""
    with pytest.raises(MethodNotAllowedError):
        read_event(form(method=method))


@FORMS
@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/a%2Fb.jpg", "a/b.jpg"),
        ("/a%252Fb.jpg", "a%2Fb.jpg"),
        ("/a%20b.jpg", "a b.jpg"),
        ("/a b.jpg", "a b.jpg"),
        ("/a+b.jpg", "a+b.jpg"),
        ("/%C3%A9.jpg", "é.jpg"),
        ("/é.jpg", "é.jpg"),
        ("/e%CC%81.jpg", "e\u0301.jpg"),
        ("/a%3Fb.jpg", "a?b.jpg"),
        ("/a", "a"),
        ("/", ""),
    ],
)
def test_keys(form: Callable[..., Event], path: str, key: str) -> None:
    """Encoded or decoded by the gateway, the path leads to the key."""
    assert read_event(form(path)).key == key


@FORMS
@pytest.mark.parametrize(
    "path", ["/../a", "/%2e%2e/a", "/./a", "/a%00", "/a\x00", "/a%5Cb", "/a\\b", "/a%0A", "/%FF", "/%C0%AE"]
)
def test_bad_paths(form: Callable[..., Event], path: str) -> None:
    """Paths that docs/specification.md#section-2 rejects are rejected in every form."""
    with pytest.raises(BadRequestError):
        read_event(form(path))


@pytest.mark.parametrize(
    ("path", "stage", "key"),
    [
        ("/prod/a.jpg", "prod", "a.jpg"),
        ("/prod/prod/a.jpg", "prod", "prod/a.jpg"),
        ("/prod/", "prod", ""),
        ("/production/a.jpg", "prod", "production/a.jpg"),
        ("/prod/a.jpg", "$default", "prod/a.jpg"),
        ("/$default/a.jpg", "$default", "$default/a.jpg"),
        ("/a/prod/b.jpg", "prod", "a/prod/b.jpg"),
    ],
)
def test_stage(path: str, stage: str, key: str) -> None:
    """A named stage of an HTTP API stands before the path and is no part of the key."""
    assert read_event(http_api(path, stage=stage)).key == key


def test_rest_stage() -> None:
    """The path of a REST API holds no stage."""
    assert read_event(rest_api("/prod/a.jpg")).key == "prod/a.jpg"


@pytest.mark.parametrize("form", [http_api, function_url])
def test_raw_query(form: Callable[..., Event]) -> None:
    """The raw query is read: HTTP APIs join repeats with commas in the parsed map, and a crop holds commas itself."""
    event = form(query="crop=200,100&crop=5,5&width=%31%30")
    event["queryStringParameters"] = {"crop": "200,100,5,5", "width": "99"}
    found = read_event(event).parameters
    assert part(found, Crop) == Crop(Region(Size(200, 100)))
    assert part(found, Resize) == Resize(10, None)


def test_no_raw_query() -> None:
    """An event without the raw query has no parameters."""
    event = http_api()
    del event["rawQueryString"]
    assert read_event(event) == read_event(http_api())


def test_plus_in_raw_query() -> None:
    """A plus is a plus, and so no number."""
    assert isinstance(part(read_event(http_api(query="width=+5")).parameters, Resize), Bad)


def test_rest_repeats() -> None:
    """In a REST API's event, too, the first of a repeated parameter wins."""
    found = read_event(rest_api(query={"width": ["10", "20"], "crop": ["200,100"], "x": []}))
    assert part(found.parameters, Resize) == Resize(10, None)
    assert part(found.parameters, Crop) == Crop(Region(Size(200, 100)))


def test_rest_single_values() -> None:
    """An event with single values only is read from them."""
    event = rest_api(host="site.example", Accept="image/avif")
    event["queryStringParameters"] = {"width": "10"}
    del event["multiValueQueryStringParameters"], event["multiValueHeaders"]
    found = read_event(event)
    assert part(found.parameters, Resize) == Resize(10, None)
    assert (found.host, found.accepted) == ("site.example", ("avif",))


def test_rest_values_are_decoded() -> None:
    """The gateway has decoded the parameters of a REST API; they are not decoded again."""
    assert isinstance(part(read_event(rest_api(query={"width": ["%31"]})).parameters, Resize), Bad)


def test_rest_repeated_headers() -> None:
    """Repeated headers are one list (RFC 9110 section 5.3)."""
    event = rest_api()
    event["multiValueHeaders"] = {"Accept": ["image/webp", "image/avif"], "If-None-Match": ['"a"', '"b"']}
    found = read_event(event)
    assert found.accepted == ("avif", "webp")
    assert found.conditions.etags == frozenset({'"a"', '"b"'})


@FORMS
@pytest.mark.parametrize("name", ["accept", "Accept", "ACCEPT"])
def test_header_names(form: Callable[..., Event], name: str) -> None:
    """Header names are known in any case."""
    assert read_event(form(**{name: "image/webp"})).accepted == ("webp",)


@pytest.mark.parametrize("form", [http_api, rest_api])
def test_no_headers(form: Callable[..., Event]) -> None:
    """Headers may be missing or null."""
    event = form()
    event["headers"] = None
    assert read_event(event).host == "*"
    del event["headers"]
    assert read_event(event).accepted == ()


def without(event: Event, name: str) -> Event:
    return {key: value for key, value in event.items() if key != name}


NO_EVENTS: dict[str, Any] = {
    "null": None,
    "list": [],
    "text": "GET /",
    "number": 1,
    "empty": {},
    "bucket event": {"Records": [{"eventSource": "aws:s3"}]},
    "warmer": {"source": "aws.events"},
    "no context": without(http_api(), "requestContext"),
    "no path": without(http_api(), "rawPath"),
    "no rest path": without(rest_api(), "path"),
    "null path": http_api() | {"rawPath": None},
    "number as path": http_api() | {"rawPath": 5},
    "context is text": http_api() | {"requestContext": "x"},
    "http is null": http_api() | {"requestContext": {"http": None}},
    "no method": http_api() | {"requestContext": {"http": {}}},
    "null method": rest_api() | {"httpMethod": None},
    "query is a map": http_api() | {"rawQueryString": {}},
    "headers are a list": http_api() | {"headers": ["a"]},
    "header is a number": http_api() | {"headers": {"accept": 5}},
    "rest header is text": rest_api() | {"multiValueHeaders": {"accept": "x"}},
    "rest header of null": rest_api() | {"multiValueHeaders": {"accept": [None]}},
    "rest query is text": rest_api() | {"multiValueQueryStringParameters": {"width": "5"}},
    "rest query of numbers": rest_api() | {"multiValueQueryStringParameters": {"width": [5]}},
    "rest single query of numbers": rest_api() | {"queryStringParameters": {"width": 5}},
}


@pytest.mark.parametrize("event", NO_EVENTS.values(), ids=NO_EVENTS)
def test_no_events(event: object) -> None:
    """What is no HTTP event is refused, not a failure."""
    with pytest.raises(BadRequestError):
        read_event(event)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
HTTP_NAMES = ["requestContext", "rawPath", "rawQueryString", "headers", "version", "isBase64Encoded"]
REST_NAMES = ["httpMethod", "path", "headers", "multiValueHeaders", "queryStringParameters", "requestContext"]
HEADER_NAMES = ["host", "accept", "if-none-match", "if-modified-since", "Cookie"]
texts = st.dictionaries(st.sampled_from(HEADER_NAMES), st.text(max_size=12) | json_values, max_size=5)
contexts = st.builds(
    lambda method, stage: {"http": {"method": method}, "stage": stage},
    st.sampled_from(["GET", "HEAD", "POST"]) | json_values,
    st.sampled_from(["$default", "prod"]) | json_values,
)
paths = st.text(max_size=12).map("/{}".format)
events = st.one_of(
    json_values,
    st.dictionaries(st.sampled_from(HTTP_NAMES), json_values | texts | contexts | paths),
    st.dictionaries(st.sampled_from(REST_NAMES), json_values | texts | contexts | paths),
    st.builds(
        lambda context, path, query, headers: (
            http_api() | {"requestContext": context, "rawPath": path, "headers": headers} | {"rawQueryString": query}
        ),
        contexts,
        paths,
        st.text(max_size=12),
        texts,
    ),
    st.builds(
        lambda path, query, headers: rest_api(path) | {"queryStringParameters": query, "headers": headers},
        paths,
        texts,
        texts,
    ),
)


@given(events)
def test_any_event(event: object) -> None:
    """Any JSON gives a request or a failure that knows its HTTP fate."""
    status = None
    found = None
    try:
        found = read_event(event)
    except ImageStackError as error:
        status = error.status
    assert isinstance(found, ImageRequest) or status in (400, 405)


@given(
    json_values
    | st.dictionaries(st.just("requestContext"), json_values | st.dictionaries(st.just("requestId"), json_values))
)
def test_any_correlation_id(event: object) -> None:
    """The identifier is a text, or there is none."""
    found = correlation_id(event)
    assert found is None or isinstance(found, str)


def test_correlation_id() -> None:
    """The gateway's identifier of the request is found in every form."""
    assert correlation_id(http_api()) == "http-1"
    assert correlation_id(function_url()) == "http-1"
    assert correlation_id(rest_api()) == "rest-1"
    assert correlation_id({"requestContext": {}}) is None
