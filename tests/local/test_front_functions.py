"""CloudFront functions and response headers policies in the front."""

from typing import Any

import pytest

from imagestack_local.errors import StartError
from imagestack_local.front.distribution import Behaviour, Code, Distribution
from imagestack_local.front.front import Front
from imagestack_local.front.headers_policy import Added, Cors, HeadersPolicy
from tests.local.conftest import told
from tests.local.scripted import READ, Says, distribution, fronted, x_cache

KEPT = Says("max-age=100")
ECHO = """
function handler(event) {
  if (event.request.uri === '/event') {
    return {statusCode: 200, headers: {'content-type': {value: 'application/json'}}, body: JSON.stringify(event)};
  }
  return event.request;
}
"""


def request_function(body: str) -> Distribution:
    return distribution(viewer_request=Code("Asked", f"function handler(event) {{ {body} }}"))


def response_function(body: str, **settings: Any) -> Distribution:
    return distribution(viewer_response=Code("Answered", f"function handler(event) {{ {body} }}"), **settings)


def test_the_event_of_a_request() -> None:
    """Guide, "CloudFront Functions event structure": groups with value and multiValue, nothing decoded."""
    with fronted(distribution(viewer_request=Code("Echo", ECHO))) as found:
        sent = [("Accept", "a/b"), ("Accept", "c/d"), ("X-One", "1, 2"), ("Cookie", "n=1; m=%20"), ("Host", "h:1")]
        response = found.client.get("/event?width=%201&b&width=2&c=d=e", headers=sent)
        event = response.json()
    assert x_cache(response) == "FunctionGeneratedResponse"
    assert found.origin.asked == []
    assert event["version"] == "1.0"
    assert event["context"]["eventType"] == "viewer-request"
    assert set(event["context"]) == {"distributionDomainName", "distributionId", "eventType", "requestId"}
    assert event["viewer"] == {"ip": "127.0.0.1"}
    assert event["request"] == {
        "method": "GET",
        "uri": "/event",
        "querystring": {
            "width": {"value": "%201", "multiValue": [{"value": "%201"}, {"value": "2"}]},
            "b": {"value": ""},
            "c": {"value": "d=e"},
        },
        "headers": {
            "accept": {"value": "a/b", "multiValue": [{"value": "a/b"}, {"value": "c/d"}]},
            "x-one": {"value": "1, 2"},
            "host": {"value": "h:1"},
        },
        "cookies": {"n": {"value": "1"}, "m": {"value": "%20"}},
    }


def test_what_the_function_makes_of_a_request_counts() -> None:
    """Key and origin see the changed path, query and headers; the behaviour stays that of the viewer's path."""
    change = """
      var request = event.request;
      request.uri = '/changed' + request.uri.length;
      request.querystring = {v: {value: '7', multiValue: [{value: '7'}, {value: '8'}]}, junk: {value: '1'}};
      request.headers['x-kind'] = {value: 'k'};
      return request;"""
    with fronted(request_function(change)) as found:
        assert [x_cache(found.ask(path=path)) for path in ("/aa?v=1", "/bb?v=2", "/ccc")] == ["Miss", "Hit", "Miss"]
        asked = found.origin.asked[0]
        assert (asked["path"], asked["query"], asked["headers"]["x-kind"]) == ("/changed3", "v=7&v=8", "k")


@pytest.mark.parametrize(
    "body",
    [
        "throw new Error('broken');",
        "return undefined;",
        "return null;",
        "return 'text';",
        "return {};",
        "event.request.uri = 'relative'; return event.request;",
        "event.request.uri = '/a b'; return event.request;",
        "event.request.headers['x'] = 'no object'; return event.request;",
        "event.request.headers['x y'] = {value: '1'}; return event.request;",
        "event.request.headers['x'] = {value: 'a\\r\\nb: c'}; return event.request;",
        "event.request.querystring = []; return event.request;",
        "return {statusCode: 99};",
        "return {statusCode: 200, body: {encoding: 'base64', data: '!'}};",
        "for (;;) {}",
        "var a = []; for (;;) { a.push(new Array(1000)); }",
    ],
)
def test_a_function_that_fails_is_503(body: str, caplog: pytest.LogCaptureFixture) -> None:
    """If a function raises, loops or returns an invalid request, the response is 503 and is logged."""
    with fronted(request_function(body)) as found:
        response = found.ask()
        assert (response.status_code, x_cache(response)) == (503, "FunctionExecutionError")
        assert found.origin.asked == []
    assert any("Asked" in line for line in told(caplog))


def test_an_answer_of_the_request_function_goes_out_as_it_is() -> None:
    """It has the policy's headers, but the viewer-response function does not see it."""
    found = distribution(
        viewer_request=Code("Echo", ECHO),
        viewer_response=Code("Fails", "function handler(event) { throw 1; }"),
        headers=HeadersPolicy((Added("x-a", "policy"),)),
    )
    with fronted(found) as it:
        headers = it.ask(path="/event").headers
        assert (headers["x-a"], headers["content-type"]) == ("policy", "application/json")
        assert {"date", "via", "x-amz-cf-id"} <= headers.keys()


def test_the_event_of_a_response() -> None:
    """The function sees the request, the status and the headers, and what it makes of them the viewer gets."""
    change = """
      var response = event.response;
      response.headers['x-seen'] = {value: [
        event.context.eventType, event.request.headers['x-kind'].value, response.statusCode,
        response.statusDescription, response.headers['x-many'].multiValue.length].join()};
      delete response.headers['x-many'];
      return response;"""
    says = Says("max-age=10", headers={"x-many": "1", "X-Many": "2"})
    with fronted(response_function(change), says) as found:
        for word in ("Miss", "Hit"):
            response = found.ask(x_kind="k")
            assert (x_cache(response), response.content) == (word, b"0123456789")
            assert response.headers["x-seen"] == "viewer-response,k,200,OK,2"
            assert "x-many" not in response.headers


def test_an_answer_for_one_viewer_leaves_the_kept_one_as_it_is() -> None:
    """Status, headers and body that the function sets are for the viewer whose request it saw."""
    deny = """
      if (event.request.headers.referer) {
        event.response.statusCode = 403;
        event.response.headers['content-type'] = {value: 'text/plain'};
        event.response.body = {encoding: 'base64', data: 'bm8='};
      }
      return event.response;"""
    with fronted(response_function(deny), KEPT) as found:
        for _ in range(2):
            denied, head, allowed = found.ask(referer="r"), found.ask("HEAD", referer="r"), found.ask()
            assert (denied.status_code, denied.content, denied.headers["content-length"]) == (403, b"no", "2")
            assert (head.status_code, head.content) == (403, b"")
            assert (allowed.status_code, allowed.content) == (200, b"0123456789")
            part = found.ask(referer="r", range="bytes=0-1")
            assert (part.status_code, part.content) == (403, b"no")
            assert "content-range" not in part.headers
        assert len(found.origin.asked) == 1


def test_errors_of_the_origin_are_not_shown_to_the_function() -> None:
    """Guide, "Restrictions on all edge functions": no function for answers of 400 and more."""
    with fronted(response_function("event.response.statusCode = 200; return event.response;"), Says(status=404)) as it:
        assert it.ask().status_code == 404


def test_a_response_function_that_fails_is_503() -> None:
    """Only the present answer fails; the cached one stays."""
    fails = "if (event.request.headers['x-kind']) { throw 1; } return event.response;"
    with fronted(response_function(fails), KEPT) as found:
        response = found.ask(x_kind="k")
        assert (response.status_code, x_cache(response)) == (503, "FunctionExecutionError")
        assert found.ask().status_code == 200


def test_the_length_is_not_the_function_s_to_tell() -> None:
    """A wrong Content-Length would break the connection."""
    with fronted(response_function("event.response.headers = {}; return event.response;"), KEPT) as found:
        assert found.ask().headers["content-length"] == "10"


@pytest.mark.parametrize("text", ["function handler(", "var handler = 1;", "import cf from 'cloudfront';", ""])
def test_code_that_cannot_run_is_told_at_the_start(text: str) -> None:
    """What is no function at all is an error of the template, not of each request."""
    with pytest.raises(StartError, match="function Broken of the template"):
        Front(distribution(viewer_request=Code("Broken", text)), {"api": fail}, 1_000)


async def fail(*_arguments: object) -> None:
    raise NotImplementedError


def test_behaviours_are_tried_in_order() -> None:
    """The first pattern that fits the path in its normal form decides (guide, "Path pattern")."""
    names = ["/_o/*", "*.j?g", "/exact", "*"]
    base = distribution().behaviours[0]
    behaviours = tuple(
        Behaviour(name, base.origin, READ, READ, base.cache, headers=HeadersPolicy((Added("x-by", name),)))
        for name in names
    )
    paths = {
        "/_o/a.jpg": "/_o/*", "/_o/": "/_o/*", "/_o": "*", "/%5fo/x": "/_o/*", "/_o/../x": "*", "/y/../_o/x": "/_o/*",
        "/a/b.jpg": "*.j?g", "/a.jpeg": "*", "/A.JPG": "*", "/exact": "/exact", "/exact/": "*", "/./exact": "/exact",
    }  # fmt: skip
    with fronted(Distribution(behaviours)) as found:
        assert {path: found.client.get(path).headers["x-by"] for path in paths if ".." not in path} == {
            path: name for path, name in paths.items() if ".." not in path
        }
    assert {path: Distribution(behaviours).behaviour(path).pattern for path in paths} == paths


def test_a_headers_policy() -> None:
    """Headers are added, removed, and put in the place of the origin's where the policy overrides it."""
    policy = HeadersPolicy((Added("x-a", "policy"), Added("x-b", "policy", override=False)), removed=("x-c",))
    says = Says("max-age=10", headers={"x-a": "origin", "x-b": "origin", "x-c": "origin"})
    with fronted(distribution(headers=policy), says, Says(status=404)) as found:
        for _ in range(2):
            headers = found.ask().headers
            assert (headers["x-a"], headers["x-b"], headers.get("x-c")) == ("policy", "origin", None)
        headers = found.ask(path="/none").headers
        assert (headers["x-a"], headers["x-b"]) == ("policy", "policy")


def test_the_policy_is_applied_before_the_function() -> None:
    """The function sees what the policy added ("Amazon CloudFront introduces Response Headers Policies")."""
    change = "event.response.headers['x-a'].value += ' seen'; return event.response;"
    with fronted(response_function(change, headers=HeadersPolicy((Added("x-a", "policy"),)))) as found:
        assert found.ask().headers["x-a"] == "policy seen"


SOME = Cors(("https://a.example", "*.b.example"), "GET, HEAD", "*", seconds=60, exposed="ETag")
ANY = Cors(("*",), "GET", "*")


@pytest.mark.parametrize(
    ("cors", "origin", "allowed"),
    [
        (ANY, "https://x.example", "*"),
        (ANY, None, None),
        (SOME, "https://a.example", "https://a.example"),
        (SOME, "http://a.example", None),
        (SOME, "https://c.b.example:8443", "https://c.b.example:8443"),
        (SOME, "https://b.example", None),
        (SOME, "https://x.example", None),
    ],
)
def test_cors_by_policy(cors: Cors, origin: str | None, allowed: str | None) -> None:
    """Guide, "Understand response headers policies": CORS headers for requests with an Origin that is listed."""
    with fronted(distribution(headers=HeadersPolicy(cors=cors))) as found:
        headers = found.ask(**({"origin": origin} if origin else {})).headers
        assert headers.get("access-control-allow-origin") == allowed
        assert ("Origin" in headers.get("vary", "")) == (cors is SOME)
        assert "access-control-allow-methods" not in headers


def test_cors_of_the_origin_goes_first_unless_overridden() -> None:
    """OriginOverride decides where the origin sends CORS headers itself."""
    says = Says("max-age=10", headers={"access-control-allow-origin": "https://own.example"})
    for override, expected in ((False, "https://own.example"), (True, "*")):
        policy = HeadersPolicy(cors=Cors(("*",), "GET", "*", override=override))
        with fronted(distribution(headers=policy), says) as found:
            assert found.ask(origin="https://x.example").headers["access-control-allow-origin"] == expected
