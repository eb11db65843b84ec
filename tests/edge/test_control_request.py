"""The edge function for requests to the control plane."""

import pytest

from tests.support.edge import Function, deployed, viewer_request


@pytest.fixture(scope="module")
def function() -> Function:
    return Function(deployed("ControlRequestFunction"))


def test_caller_is_told(function: Function) -> None:
    """The caller's address is that of the connection, whatever the request says; everything else stays."""
    event = viewer_request("/cdn/resources", "limit=1", "POST", [("x-img-viewer", "203.0.113.9"), ("if-match", "1")])
    answer = function(event)
    assert answer["headers"].pop("x-img-viewer") == {"value": "198.51.100.11"}
    del event["request"]["headers"]["x-img-viewer"]
    assert answer == event["request"]


def test_path_stays_encoded(function: Function) -> None:
    """A path stays percent-encoded, since an HTTP API decodes paths once."""
    assert function(viewer_request("/cdn/a%2Fb"))["uri"] == "/cdn/a%252Fb"


@pytest.mark.parametrize(
    "path",
    ["/%63dn/a.jpg", "//cdn/a.jpg", "/a/../cdn/a.jpg", "/./cdn/a", "/cdnx/a", "/CDN/a", "/%63onsole", "/console.js"],
)
def test_only_what_begins_so_as_it_was_sent(function: Function, path: str) -> None:
    """A path that leads here only in its normalised form is refused; CloudFront forwards it as it was sent."""
    answer = function(viewer_request(path))
    assert answer["statusCode"] == 404
    assert answer["headers"]["cache-control"] == {"value": "private, no-store"}


@pytest.mark.parametrize("path", ["/cdn/", "/cdn/resources", "/console", "/console/js/main.js"])
def test_what_is_of_the_control_plane_goes_on(function: Function, path: str) -> None:
    """Paths of the API and the console are forwarded."""
    assert function(viewer_request(path))["uri"] == path
