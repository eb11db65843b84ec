"""The edge and the library decide equally about pages and cache keys."""

import json

from hypothesis import given
from hypothesis import strategies as st

from imagestack.control.explanation.query import cache_key
from imagestack.errors import ForbiddenError
from imagestack.request.image_request import image_request
from imagestack.request.query import pairs
from imagestack.response import cors
from imagestack.rules.options import Cors, Referrers
from imagestack.serving.access import check_referrer
from tests.support.accept import CLIENTS
from tests.support.edge import HOST, Function, serialised, viewer_request, viewer_response
from tests.support.queries import queries

_hosts = st.sampled_from(
    ["a.example", "b.a.example", "c.b.a.example", "xa.example", "example", "localhost", "[::1]"]
) | st.sampled_from(["é.example", "a.example\x7f", "a .example"])
_domains = st.lists(st.sampled_from(["a.example", "*.a.example", "*.example", "localhost", "b.a.example"]), max_size=3)
_urls = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["https://", "http://", "HTTPS://", "android-app://", "about:", "", "//"]),
        st.sampled_from(["", "", "user@", "a.example\\@", "a.example#@", "a.example/@", "x:y@"]),
        _hosts | st.just(""),
        st.sampled_from(["", ".", ":8080", ":", "/", "/a.example", "?a.example", "#", "\\", ".:80/"]),
    ),
)
_values = st.sampled_from([["*"], ["$http_origin"]]) | _domains.filter(bool)


@given(_urls, _domains, st.sampled_from(["allow", "deny"]))
def test_referrers(viewer_response_function: Function, referrer: str, domains: list[str], policy: str) -> None:
    """A referrer is denied by both or by neither."""
    rules = json.dumps({"referrers": {"policy": policy, "values": domains}})
    answer = viewer_response_function(viewer_response({"x-img-edge": rules}, {"referer": referrer}))
    try:
        check_referrer(Referrers(enabled=True, policy=policy, excepted=tuple(domains)), referrer)
    except ForbiddenError:
        assert answer["statusCode"] == 403
    else:
        assert answer["statusCode"] == 200


@given(st.none() | _urls.filter(bool), _values)
def test_cors(viewer_response_function: Function, origin: str | None, value: list[str]) -> None:
    """Both give an origin the same headers."""
    sent = {"origin": origin} if origin else {}
    answer = viewer_response_function(viewer_response({"x-img-edge": json.dumps({"cors": {"value": value}})}, sent))
    expected = cors.headers(Cors(enabled=True, value=tuple(value)), origin)
    found = {name: item["value"] for name, item in answer["headers"].items()}
    assert found == {name.lower(): text for name, text in expected.items()}


_accepts = [accept for accept, _ in CLIENTS.values() if accept]


@given(queries, st.sampled_from(["/photo.jpg", "/a b/(c)!~é.jpg", "/50%25.jpg"]), st.sampled_from(_accepts))
def test_cache_key(viewer_request_function: Function, query: str, path: str, accept: str) -> None:
    """The cache key of an explanation is what the edge passes on: host, path, query and formats."""
    sent = viewer_request_function(viewer_request(path, query, headers=[("accept", accept)]))
    found = cache_key(image_request("GET", path, pairs(query), {"host": HOST, "accept": accept}))
    assert serialised(sent["querystring"]) == found.query
    assert sent["uri"].replace("%25", "%") == found.path
    assert sent["headers"]["x-forwarded-host"]["value"] == found.host
    assert sent["headers"]["x-img-accept"]["value"] == found.accept
