"""Headers that the edge sends to the function; a viewer's headers of the same names are removed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagestack.request.accept import accepted_formats
from tests.edge.events import HOST, Function, viewer_request

TOLD = ["x-forwarded-host", "x-img-accept", "x-img-viewer"]
CHROME = "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8"
FIREFOX_64 = "*/*"
FIREFOX_92 = "image/webp,*/*"
SAFARI_13 = "image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5"


def sent_on(function: Function, *headers: tuple[str, str], **changed: object) -> dict[str, str | None]:
    """The headers that the function receives from the edge, by name."""
    event = viewer_request(headers=headers)
    event |= changed
    found = function(event)["headers"]
    return {name: found[name]["value"] if name in found else None for name in TOLD}


def accept(function: Function, *lines: str) -> str | None:
    return sent_on(function, *(("accept", line) for line in lines))["x-img-accept"]


@pytest.mark.parametrize(
    ("lines", "proved"),
    [
        ([], "none"),
        ([""], "none"),
        ([CHROME], "avif,webp"),
        ([FIREFOX_64], "none"),
        ([FIREFOX_92], "webp"),
        ([SAFARI_13], "none"),
        (["image/avif"], "avif"),
        (["IMAGE/AVIF , Image/WebP"], "avif,webp"),
        (["image/webp,image/avif"], "avif,webp"),
        (["image/webp;q=0.9,image/avif;q=0.8"], "webp,avif"),
        (["image/webp;q=0"], "none"),
        (["image/webp;q=0.000,image/avif"], "avif"),
        (["image/webp,image/webp;q=0"], "none"),
        (["image/webp;q=0.0001"], "none"),
        (["image/webp;q=2"], "none"),
        (["image/webp;q=x=1"], "none"),
        (["image/webp;q"], "none"),
        (["image/webp ; level=1 ; q = 0.5 "], "webp"),
        (["image/avif;q=0.5", "image/webp"], "webp,avif"),
        (["*/*", "image/avif"], "avif"),
        (["image/webpp,ximage/avif,image/avif+x"], "none"),
    ],
)
def test_accept_is_reduced(viewer_request_function: Function, lines: list[str], proved: str) -> None:
    """Accept becomes one of five values: the formats that all lines of the header together prove."""
    assert accept(viewer_request_function, *lines) == proved


PIECES = ["image/avif", "image/webp", "image/*", "*/*", "IMAGE/WEBP", " ", "\t", ",", ";", "q", "Q", "=", "q=0"]
PIECES += ["q=0.5", "q=1", "q=1.0000", "0.999", "0", "1", ".", "q=x", "level=1", "x", "é", ";q=0.", ";q=0.12", "q=x=1"]


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=10).map("".join), max_size=3))
def test_edge_and_library_agree(viewer_request_function: Function, lines: list[str]) -> None:
    """For every header, the edge and the library read the same formats."""
    expected = ",".join(accepted_formats(",".join(lines))) or "none"
    assert accept(viewer_request_function, *lines) == expected


@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_nothing_is_smuggled(viewer_request_function: Function, name: str, method: str) -> None:
    """A viewer's header of such a name, sent once or twice, is replaced for every method."""
    event = viewer_request(method=method, headers=[(name, "other"), (name, "another")])
    assert "other" not in str(viewer_request_function(event)["headers"][name])


def test_nothing_is_smuggled_without_a_truth(viewer_request_function: Function) -> None:
    """A viewer's header of such a name is removed if the edge has no value for it."""
    event = viewer_request(headers=[(name, "other") for name in TOLD])
    del event["viewer"]
    del event["request"]["headers"]["host"]
    headers = viewer_request_function(event)["headers"]
    assert headers["x-img-accept"] == {"value": "none"}
    assert not {"x-forwarded-host", "x-img-viewer"} & headers.keys()


@pytest.mark.parametrize("host", [HOST, "Images.Example.COM", f"{HOST}:8443", f"{HOST}."])
def test_host_is_told(viewer_request_function: Function, host: str) -> None:
    """The function receives the requested host in the one spelling that resources have."""
    event = viewer_request()
    event["request"]["headers"]["host"]["value"] = host
    assert viewer_request_function(event)["headers"]["x-forwarded-host"] == {"value": HOST}


def test_viewer_is_told(viewer_request_function: Function) -> None:
    """The function receives the viewer's address, for signatures that include it."""
    assert sent_on(viewer_request_function, viewer={"ip": "2001:db8::1"})["x-img-viewer"] == "2001:db8::1"


def test_rest_of_the_request_stays(viewer_request_function: Function) -> None:
    """Method, cookies and all other headers are forwarded unchanged, including odd names."""
    event = viewer_request(
        headers=[("accept", CHROME), ("__proto__", "a"), ("constructor", "b"), ("x-origin-secret", "c")]
    )
    event["request"]["cookies"] = {"a": {"value": "1"}}
    request = viewer_request_function(event)
    assert request["method"] == "GET"
    assert request["cookies"] == {"a": {"value": "1"}}
    assert {name: item for name, item in request["headers"].items() if name not in TOLD} == event["request"]["headers"]
