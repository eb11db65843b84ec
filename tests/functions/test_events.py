"""The handler processes every event of events/ and malformed events."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import Reply, Site, http_event
from tests.support.depth import tries
from tests.support.images import encoded, jpeg, photograph

EVENTS = Path(__file__).parents[2] / "events"

# event: status, operations, type, size; a part of the reason.
EXPECTED: dict[str, tuple[int, str | None, str, tuple[int, int] | None, str | None]] = {
    "image-auto-avif": (200, "convert", "image/avif", (640, 427), None),
    "image-auto-webp": (200, "convert", "image/webp", (640, 427), None),
    "image-no-accept": (200, None, "image/jpeg", (640, 427), None),
    "image-crop-quality": (200, "crop convert", "image/avif", (200, 200), None),
    "image-resize": (200, "resize convert", "image/avif", (300, 200), None),
    "image-card": (200, "resize pad convert", "image/avif", (600, 600), None),
    "image-fmt-list": (200, "convert", "image/webp", (640, 427), None),
    "image-rest-api": (200, "resize crop convert", "image/avif", (285, 214), None),
    "image-function-url": (200, "resize convert", "image/avif", (225, 150), None),
    "image-head": (200, "resize convert", "image/avif", None, None),
    "image-conditional": (200, None, "image/jpeg", (640, 427), None),
    "image-bad-parameter": (200, "convert", "image/webp", (640, 427), "resizing: bad width parameter"),
    "image-quality-alone": (
        200,
        None,
        "image/jpeg",
        (640, 427),
        "quality: cannot be performed without another operation",
    ),
    "image-missing-key": (
        404,
        None,
        "application/json",
        None,
        "not valid response code from the origin; response code - 404",
    ),
    "image-rule-off": (200, None, "image/gif", None, None),
    "image-encoded-path": (200, "resize convert", "image/avif", (100, 75), None),
    "image-bad-path": (400, None, "application/json", None, None),
    "image-method": (405, None, "application/json", None, None),
}


@pytest.fixture
def stocked(site: Site) -> Site:
    """The originals and rules that the events are about; as `imagestack serve` has them."""
    site.put("rocket.jpg", encoded(photograph("rocket.jpg"), quality=92))
    site.put("a/b é?.jpg", jpeg())
    site.put("untouched/logo.gif", b"GIF89a" + bytes(20), "image/gif")
    site.rule(1, pattern=r"/.*\.(?i:jpg|jpeg|png)$", webp_enabled=True, avif_enabled=True, quality=95)
    return site


def test_every_event_is_expected() -> None:
    """Every event file of the folder has an expected result."""
    assert set(EXPECTED) == {path.stem for path in EVENTS.glob("image-*.json")}


@pytest.mark.parametrize("name", EXPECTED)
def test_event(stocked: Site, name: str) -> None:
    """Each event is answered as its name says."""
    status, operations, content_type, size, reason = EXPECTED[name]
    reply = stocked.send(json.loads((EVENTS / f"{name}.json").read_text()))
    assert reply.status == status
    assert reply.operations == operations
    assert reply.type == content_type
    assert reply.reason == reason
    if size:
        assert reply.image.size == size


def test_correlation(stocked: Site, caplog: pytest.LogCaptureFixture) -> None:
    """One line a request, with the identifier that API Gateway gave it, phases, bytes and cache state."""
    event = json.loads((EVENTS / "image-resize.json").read_text())
    for cache in ("miss", "hit"):
        caplog.clear()
        reply = stocked.send(event)
        [line] = [vars(record) for record in caplog.records if record.getMessage() == "request"]
        assert line["correlation_id"] == event["requestContext"]["requestId"]
        assert line["cache"] == cache
        assert line["bytes"] == len(reply.body)
        assert line["operations"] == ["resize", "convert"]
        expected = {"rules", "lookup"} | ({"fetch", "transform", "wait", "put"} if cache == "miss" else set())
        assert set(line["phases_ms"]) == expected


def well_formed(reply: Reply) -> None:
    """Check the properties that every response has."""
    assert reply.status in {200, 302, 304, 400, 403, 404, 405}, reply
    assert reply.headers["X-Img-Server"]
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "Cache-Control" in reply.headers
    if reply.status >= 400:
        assert set(json.loads(reply.body or b'{"error": ""}')) == {"error"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
event_like = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        (
            "version",
            "rawPath",
            "rawQueryString",
            "headers",
            "requestContext",
            "httpMethod",
            "path",
            "multiValueQueryStringParameters",
            "queryStringParameters",
            "multiValueHeaders",
        ),
        anything,
    ),
)
known = st.sampled_from(["quality", "fmt", "width", "height", "fit", "crop", "junk"])
part = st.sampled_from(
    [
        "0",
        "1",
        "50",
        "99",
        "100",
        "101",
        "399",
        "400",
        "401",
        "9999999999999",
        "webp",
        "avif",
        "gif",
        ":",
        ",",
        "x",
        "y",
        "p",
        "offset-x",
        "offset-y",
        "-",
        ".",
        "%",
    ]
)
query = st.lists(st.tuples(known, st.lists(part, max_size=7).map("".join)), max_size=6).map(
    lambda pairs: "&".join(f"{name}={value}" for name, value in pairs)
)
accept = st.sampled_from(["", "*/*", "image/webp", "image/avif", "image/avif,image/webp", "image/webp;q=0"])

relaxed = settings(
    max_examples=tries(60),
    # The site is only read, so that it need not be made anew for each example.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@relaxed
@given(event=anything | event_like)
def test_random_events(stocked: Site, event: Any) -> None:
    """The handler responds to any event, and never with a 5xx."""
    well_formed(stocked.send(event))


@relaxed
@given(query=query, accept=accept)
def test_random_queries(stocked: Site, query: str, accept: str) -> None:
    """The response is an image, whatever the query contains."""
    reply = stocked.send(http_event("/rocket.jpg", query, headers={"accept": accept}))
    well_formed(reply)
    assert reply.status == 200
    width, height = reply.image.size
    assert 1 <= width <= 640
    assert 1 <= height <= 427


@relaxed
@given(path=st.text(), query=st.text(), name=st.text(max_size=20), value=st.text())
def test_random_requests(stocked: Site, path: str, query: str, name: str, value: str) -> None:
    """Any path, query and header is answered."""
    well_formed(stocked.send(http_event(f"/{path}", query, headers={name: value})))


@relaxed
@given(body=st.binary(max_size=200) | st.binary(max_size=200).map(lambda data: jpeg()[:300] + data))
def test_random_originals(stocked: Site, body: bytes) -> None:
    """The response is an image or the original with a reason, whatever bytes the original has."""
    stocked.put("random.jpg", body)
    reply = stocked.get("random.jpg", "width=3", "image/webp")
    well_formed(reply)
    assert reply.status == 200
    assert reply.body == body or reply.operations
