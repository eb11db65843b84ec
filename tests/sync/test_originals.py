"""Replaced and deleted originals."""

from urllib.parse import quote

import pytest

from imagestack.plan.derived_key import derived_prefix
from tests.sync.conftest import HOST, Deployment, original_event


@pytest.mark.parametrize("kind", ["Object Created", "Object Deleted"])
def test_exactly_its_own(deployment: Deployment, kind: str) -> None:
    """A changed original loses its derived objects in all its resources, and its edge copies; others stay."""
    deployment.resource(HOST)
    deployment.resource("shop.example.com", "shop")
    deployment.resource("other.example.com", "other")
    mine = [
        "_default/shop/a.jpg/@/width=1&v=1.webp",
        f"{HOST}/shop/a.jpg/@/width=1&v=1.webp",
        f"{HOST}/shop/a.jpg/@/auto=avif&v=1.avif",
        "shop.example.com/a.jpg/@/width=1&v=1.webp",
    ]
    others = [
        f"{HOST}/shop/a.jpgx/@/width=1&v=1.webp",
        f"{HOST}/shop/a.jpg/b.jpg/@/width=1&v=1.webp",
        f"{HOST}/a.jpg/@/width=1&v=1.webp",
        "other.example.com/shop/a.jpg/@/width=1&v=1.webp",
    ]
    deployment.put_derived(*mine, *others)
    assert deployment.handle([original_event("shop/a.jpg", kind)]) == []
    assert deployment.derived() == sorted(others)
    assert deployment.cloudfront.paths == [["/a.jpg", "/a.jpg?*", "/shop/a.jpg", "/shop/a.jpg?*"]]


def test_names(deployment: Deployment) -> None:
    """An encoded name is purged in both spellings: as the edge keeps it, encoded twice, and as it was requested."""
    key = "Bücher (1)/50% @home.jpg"
    deployment.put_derived(f"{derived_prefix('*', key)}a.webp")
    assert deployment.handle([original_event(key)]) == []
    assert deployment.derived() == []
    once = quote(f"/{key}")
    twice = once.replace("%", "%25")
    assert deployment.cloudfront.paths == [sorted([once, f"{once}?*", twice, f"{twice}?*"])]


def test_twice(deployment: Deployment) -> None:
    """A repeated batch is one invalidation, and so is a repeated event within a batch."""
    deployment.put_derived("_default/a.jpg/@/x.webp")
    batch = [original_event("a.jpg", name="1"), original_event("a.jpg", name="2")]
    for _ in range(2):
        assert deployment.handle(batch) == []
    assert deployment.cloudfront.paths == [["/a.jpg", "/a.jpg?*"]]
    assert deployment.cloudfront.calls == 2
    # A later event is another demand.
    assert deployment.handle([original_event("a.jpg", name="3")]) == []
    assert len(deployment.cloudfront.paths) == 2


def test_many(deployment: Deployment) -> None:
    """A hundred new originals of a folder are one path; an original elsewhere keeps its own path."""
    batch = [original_event(f"new/{at}.jpg", name=str(at)) for at in range(99)]
    assert deployment.handle([*batch, original_event("old/a.jpg", name="99")]) == []
    assert deployment.cloudfront.paths == [["/new/*", "/old/a.jpg", "/old/a.jpg?*"]]


def test_other_buckets(deployment: Deployment) -> None:
    """Events of other buckets change nothing."""
    deployment.put_derived("_default/a.jpg/@/x.webp")
    assert deployment.handle([original_event("a.jpg", bucket="another")]) == []
    assert len(deployment.derived()) == 1
    assert deployment.cloudfront.calls == 0


def test_what_cannot_be_read(deployment: Deployment) -> None:
    """Unreadable messages fail alone."""
    bad = original_event("a.jpg", name="bad")
    for text in ("", "[]", "{}", '{"source": "aws.s3"}', '{"job": {}}', '{"edge": 1}'):
        batch = [{**bad, "body": text}, original_event("a.jpg", name="good")]
        assert deployment.handle(batch) == ["bad"]


def test_out_of_time(deployment: Deployment) -> None:
    """Events that do not fit into the remaining time are delivered again."""
    deployment.put_derived("_default/a.jpg/@/x.webp")
    deployment.seconds = 5
    assert deployment.handle([original_event("a.jpg", name="1"), original_event("b.jpg", name="2")]) == ["1", "2"]
    assert deployment.cloudfront.calls == 0
    deployment.seconds = 120
    assert deployment.handle([original_event("a.jpg", name="1")]) == []
    assert deployment.derived() == []


def test_busy_edge(deployment: Deployment) -> None:
    """A busy edge postpones the purge, and no message fails."""
    deployment.cloudfront.failure = "TooManyInvalidationsInProgress"
    assert deployment.handle([original_event("a.jpg")]) == []
    for expected in (15, 30, 60, 120, 120):
        assert deployment.delays[-1] == expected
        assert deployment.handle(deployment.received("changes")) == []
    deployment.cloudfront.failure = ""
    assert deployment.handle(deployment.received("changes")) == []
    assert deployment.cloudfront.paths == [["/a.jpg", "/a.jpg?*"]]
    assert deployment.received("changes") == []


def test_failing_edge(deployment: Deployment) -> None:
    """A failing edge fails the messages that need it."""
    deployment.cloudfront.failure = "AccessDenied"
    assert deployment.handle([original_event("a.jpg", name="1")]) == ["1"]
