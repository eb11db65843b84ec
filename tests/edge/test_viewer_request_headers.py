"""Headers that the edge sets for the function; values that a viewer sends under their names never pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.request.accept import accepted_formats
from imagestack.request.query import pairs, parse
from tests.support.accept import HEADERS
from tests.support.depth import examples
from tests.support.edge import HOST, Function, viewer_request
from tests.support.queries import queries

TOLD = ["x-forwarded-host", "x-img-accept", "x-img-viewer"]


def told(function: Function, *headers: tuple[str, str], **changed: object) -> dict[str, str | None]:
    """The headers that the function gets from the edge, by name."""
    event = viewer_request(headers=headers)
    event |= changed
    found = function(event)["headers"]
    return {name: found[name]["value"] if name in found else None for name in TOLD}


def accept(function: Function, *lines: str) -> str | None:
    return told(function, *(("accept", line) for line in lines))["x-img-accept"]


@pytest.mark.parametrize(("sent", "proved"), HEADERS.values(), ids=HEADERS)
def test_clients(viewer_request_function: Function, sent: str | None, proved: tuple[str, ...]) -> None:
    """The edge reads the headers of real clients, and unusual ones, as the library does."""
    lines = [] if sent is None else [sent]
    assert accept(viewer_request_function, *lines) == (",".join(proved) or "none")


@pytest.mark.parametrize(
    ("lines", "proved"),
    [
        ([], "none"),
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
    """One of five answers: what the client proves, in all lines of its header together."""
    assert accept(viewer_request_function, *lines) == proved


PIECES = ["image/avif", "image/webp", "image/*", "*/*", "IMAGE/WEBP", " ", "\t", ",", ";", "q", "Q", "=", "q=0"]
PIECES += ["q=0.5", "q=1", "q=1.0000", "0.999", "0", "1", ".", "q=x", "level=1", "x", "é", ";q=0.", ";q=0.12", "q=x=1"]


@examples(1000)
@given(st.lists(st.lists(st.sampled_from(PIECES), max_size=10).map("".join), max_size=3))
def test_edge_and_library_agree(viewer_request_function: Function, lines: list[str]) -> None:
    """Whatever the header, the edge reads it exactly as the library does."""
    expected = ",".join(accepted_formats(",".join(lines))) or "none"
    assert accept(viewer_request_function, *lines) == expected


@pytest.mark.parametrize("name", TOLD)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "POST"])
def test_nothing_is_smuggled(viewer_request_function: Function, name: str, method: str) -> None:
    """What a viewer sends under such a name, once or twice, is replaced, whatever the method."""
    event = viewer_request(method=method, headers=[(name, "other"), (name, "another")])
    assert "other" not in str(viewer_request_function(event)["headers"][name])


def test_nothing_is_smuggled_without_a_truth(viewer_request_function: Function) -> None:
    """Where the edge knows nothing itself, nothing goes on."""
    event = viewer_request(headers=[(name, "other") for name in TOLD])
    del event["viewer"]
    del event["request"]["headers"]["host"]
    headers = viewer_request_function(event)["headers"]
    assert headers["x-img-accept"] == {"value": "none"}
    assert not {"x-forwarded-host", "x-img-viewer"} & headers.keys()


@pytest.mark.parametrize("host", [HOST, "Images.Example.COM", f"{HOST}:8443", f"{HOST}."])
def test_host_is_told(viewer_request_function: Function, host: str) -> None:
    """The host that the viewer asks, in the one spelling by which resources are found."""
    event = viewer_request()
    event["request"]["headers"]["host"]["value"] = host
    assert viewer_request_function(event)["headers"]["x-forwarded-host"] == {"value": HOST}


def test_viewer_is_told(viewer_request_function: Function) -> None:
    """The viewer's address, for signatures that include it."""
    assert told(viewer_request_function, viewer={"ip": "2001:db8::1"})["x-img-viewer"] == "2001:db8::1"


def test_rest_of_the_request_stays(viewer_request_function: Function) -> None:
    """Method, cookies and all other headers go on as they came, odd names among them."""
    event = viewer_request(
        headers=[
            ("accept", "image/avif,image/webp,*/*"),
            ("__proto__", "a"),
            ("constructor", "b"),
            ("x-origin-secret", "c"),
        ]
    )
    event["request"]["cookies"] = {"a": {"value": "1"}}
    request = viewer_request_function(event)
    assert request["method"] == "GET"
    assert request["cookies"] == {"a": {"value": "1"}}
    assert {name: item for name, item in request["headers"].items() if name not in TOLD} == event["request"]["headers"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fmt=jpeg", "none"),
        ("fmt=jpg", "none"),
        ("fmt=png,jpg", "none"),
        ("fmt=png,webp", "avif,webp"),
        ("fmt=%6A%70g", "none"),
        ("fmt=jpeg&fmt=webp", "none"),
        ("quality=low&width=5&fmt=png&dpr=2", "none"),
        ("fmt=webp&fmt=jpeg", "avif,webp"),
        ("fmt=jpeg,auto", "avif,webp"),
        ("fmt=jpeg,gif", "avif,webp"),
        ("fmt=JPEG", "avif,webp"),
        ("fmt=webp,jpeg", "avif,webp"),
        ("fmt=auto", "avif,webp"),
        ("fmt=gif", "avif,webp"),
        ("width=5", "avif,webp"),
    ],
)
def test_formats_for_all(viewer_request_function: Function, query: str, expected: str) -> None:
    """Where every client decodes all formats of `fmt`, all clients share one answer."""
    event = viewer_request(raw=query, headers=[("accept", "image/avif,image/webp")])
    assert viewer_request_function(event)["headers"]["x-img-accept"] == {"value": expected}


@examples(1000)
@given(queries)
def test_formats_for_all_in_any_query(viewer_request_function: Function, raw: str) -> None:
    """The edge names no format exactly where every client decodes all formats of `fmt`."""
    names = parse(pairs(raw)).values.get("fmt", ("",))
    event = viewer_request(raw=raw, headers=[("accept", "image/avif,image/webp")])
    expected = "none" if {*names} <= {"jpeg", "png"} else "avif,webp"
    assert viewer_request_function(event)["headers"]["x-img-accept"] == {"value": expected}


def test_formats_for_all_without_a_query(viewer_request_function: Function) -> None:
    """A request whose query is not read keeps the formats of its client."""
    event = viewer_request(method="OPTIONS", raw="fmt=jpeg", headers=[("accept", "image/webp")])
    assert viewer_request_function(event)["headers"]["x-img-accept"] == {"value": "webp"}
