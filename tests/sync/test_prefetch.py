"""Prefetches, as the control plane records them."""

from urllib.parse import urlsplit

from imagestack.control.jobs import PREFETCH
from imagestack.request.accept import accepted_formats
from tests.sync.conftest import CONTROL, HOST, Deployment


def test_every_class(deployment: Deployment) -> None:
    """Each path is requested for each class of browsers, with the resource's host; failures are counted."""
    deployment.site.statuses = {"/missing.jpg": 404, "/large.jpg": 302}
    number = deployment.ask(PREFETCH, {"paths": ["/a.jpg?width=100", "/ü.jpg", "/missing.jpg", "/large.jpg"]})
    assert deployment.work(PREFETCH, number) == 1
    assert {host for host, _, _ in deployment.site.requests} == {HOST}
    for path in ("/a.jpg?width=100", "/%C3%BC.jpg", "/missing.jpg", "/large.jpg"):
        formats = [accepted_formats(accept) for _, asked, accept in deployment.site.requests if asked == path]
        assert sorted(formats) == [(), ("avif", "webp"), ("webp",)]
    job = deployment.job(PREFETCH, number)
    assert (job["status"], job["message"]) == ("Failed", "3 of 12 requests failed")
    assert job["progress"] == {"done": 9, "failed": 3, "of": 12}


def test_success(deployment: Deployment) -> None:
    """A prefetch of existing images succeeds; the resource of all hosts is requested by the public address."""
    number = deployment.ask(PREFETCH, {"paths": ["/a.jpg"]}, "*")
    deployment.work(PREFETCH, number)
    assert deployment.job(PREFETCH, number)["status"] == "Successful"
    assert "message" not in deployment.job(PREFETCH, number)
    assert {host for host, _, _ in deployment.site.requests} == {urlsplit(deployment.site.url).netloc}


def test_busy(deployment: Deployment) -> None:
    """A busy answer is retried once."""
    deployment.site.statuses = {"/a.jpg": 503}
    number = deployment.ask(PREFETCH, {"paths": ["/a.jpg"]})
    deployment.work(PREFETCH, number)
    assert len(deployment.site.requests) == 6
    assert deployment.job(PREFETCH, number)["progress"] == {"done": 0, "failed": 3, "of": 3}


def test_in_steps(deployment: Deployment) -> None:
    """Every invocation does at least one round, and the next continues after it."""
    deployment.seconds = 50
    number = deployment.ask(PREFETCH, {"paths": [f"/{at}.jpg" for at in range(10)]})
    assert deployment.work(PREFETCH, number) == 4
    assert len(deployment.site.requests) == len(set(deployment.site.requests)) == 30
    assert deployment.job(PREFETCH, number)["progress"] == {"done": 30, "failed": 0, "of": 30}


def test_begins_once(deployment: Deployment) -> None:
    """A repeated message of a finished step sends no requests."""
    deployment.ask(PREFETCH, {"paths": ["/a.jpg"]})
    assert deployment.handle(deployment.records(CONTROL)) == []
    (message,) = deployment.received("jobs")
    for _ in range(2):
        assert deployment.handle([message]) == []
    assert len(deployment.site.requests) == 3
