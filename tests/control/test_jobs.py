"""Purge and prefetch, driven by the public CDN's own SDK."""

from datetime import UTC, datetime
from typing import Any

import gcore
import pytest
from gcore import Gcore

from imagestack.control.errors import NotFoundError
from imagestack.control.jobs import PREFETCH, PURGE, Jobs, Status
from tests.conftest import ORIGINALS
from tests.control.conftest import CONTROL, HOST, Deployment


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ({"urls": ["/a.jpg?width=100", "/b.jpg"]}, "purge_by_url"),
        ({"paths": ["/a", "/b/*"]}, "purge_by_pattern"),
        ({"paths": []}, "purge_all"),
    ],
)
def test_purge(admin: Gcore, resource: int, asked: dict[str, Any], kind: str) -> None:
    """A purge is recorded as requested, and is in progress until it is finished."""
    admin.cdn.cdn_resources.purge(resource, **asked)
    (purge,) = admin.cdn.list_purge_statuses()
    assert (purge.purge_type, purge.payload, purge.status) == (kind, asked, "In progress")
    assert purge.resource is not None
    assert (purge.resource.id, purge.resource.cname) == (resource, HOST)
    assert purge.created is not None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "paths"),
        ({"urls": ["/a"], "paths": ["/a"]}, "paths"),
        ({"urls": []}, "urls"),
        ({"urls": ["a.jpg"]}, "urls"),
        ({"urls": ["https://images.example.com/a.jpg"]}, "urls"),
        ({"urls": ["//evil.example/a.jpg"]}, "urls"),
        ({"urls": ["/a\n"]}, "urls"),
        ({"urls": ["/a"] * 101}, "urls"),
        ({"paths": ["/a*b"]}, "paths"),
        ({"paths": ["/a"] * 11}, "paths"),
        ({"urls": [5]}, "urls"),
        ({"paths": "/a"}, "paths"),
        ({"path": ["/a"]}, "path"),
    ],
)
def test_purges_that_are_refused(deployment: Deployment, admin: Gcore, resource: int, body: Any, field: str) -> None:
    """An invalid purge is refused with messages by field, and nothing is recorded."""
    with deployment.http(deployment.token("editor")) as client:
        answer = client.post(f"/cdn/resources/{resource}/purge", json=body)
    assert answer.status_code == 400
    assert list(answer.json()) == [field]
    assert list(admin.cdn.list_purge_statuses()) == []


def test_prefetch(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """A prefetch is recorded."""
    admin.cdn.cdn_resources.prefetch(resource, paths=["/a.jpg", "/b.jpg?width=100"])
    with deployment.http(deployment.token("viewer")) as client:
        (prefetch,) = client.get("/cdn/prefetch_statuses").json()
    assert prefetch["payload"] == {"paths": ["/a.jpg", "/b.jpg?width=100"]}
    assert prefetch["status"] == "In progress"
    for paths in ([], ["a.jpg"], ["/a"] * 101):
        with pytest.raises(gcore.BadRequestError, match="paths"):
            admin.cdn.cdn_resources.prefetch(resource, paths=paths)


def test_of_no_resource(admin: Gcore) -> None:
    """Unknown resources have no purges or prefetches."""
    with pytest.raises(gcore.NotFoundError):
        admin.cdn.cdn_resources.purge(99, paths=[])
    with pytest.raises(gcore.NotFoundError):
        admin.cdn.cdn_resources.prefetch(99, paths=["/a"])


def test_finish(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """A job is finished once; a second end changes nothing."""
    admin.cdn.cdn_resources.purge(resource, paths=[])
    jobs, now = Jobs(deployment.store), datetime.now(UTC)
    number = next(iter(admin.cdn.list_purge_statuses())).purge_id
    assert number is not None
    jobs.finish(PURGE, number, Status.SUCCESSFUL, now)
    jobs.finish(PURGE, number, Status.FAILED, now)
    (purge,) = admin.cdn.list_purge_statuses()
    assert purge.status == "Successful"
    assert purge.to_dict()["finished"] == now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    with pytest.raises(NotFoundError):
        jobs.finish(PREFETCH, 99, Status.FAILED, now)


def test_progress(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """Progress and failure are shown as the sync function writes them; null before it begins."""
    admin.cdn.cdn_resources.purge(resource, paths=[])
    admin.cdn.cdn_resources.prefetch(resource, paths=["/a"])
    with deployment.http(deployment.token("viewer")) as client:
        (purge,) = client.get("/cdn/purge_statuses").json()
        assert (purge["progress"], purge["message"]) == (None, None)
        for kind, progress in ((PURGE, {"derived": 12, "paths": 1}), (PREFETCH, {"done": 2, "failed": 1, "of": 3})):
            (item,) = [one for one in deployment.items(CONTROL) if one["pk"].startswith(f"{kind}#")]
            deployment.item(CONTROL, {**item, "progress": progress, "message": "1 of 3 requests failed", "step": 2})
        (purge,) = client.get("/cdn/purge_statuses").json()
        (prefetch,) = client.get("/cdn/prefetch_statuses").json()
    assert purge["progress"] == {"derived": 12, "paths": 1}
    assert prefetch["progress"] == {"done": 2, "failed": 1, "of": 3}
    assert prefetch["message"] == "1 of 3 requests failed"
    assert "step" not in prefetch


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({}, ["/c", "/b", "/a"]),
        ({"limit": 2}, ["/c", "/b", "/a"]),
        ({"cname": HOST}, ["/b", "/a"]),
        ({"purge_type": "purge_by_url"}, ["/c"]),
        ({"status": "Successful"}, ["/a"]),
        ({"status": "In progress"}, ["/c", "/b"]),
        ({"from_created": "2026-01-01T00:00:00Z"}, ["/c", "/b", "/a"]),
        ({"to_created": "2026-01-01T00:00:00Z"}, []),
    ],
)
def test_history(deployment: Deployment, admin: Gcore, resource: int, wanted: dict[str, Any], found: list[str]) -> None:
    """Purges are listed newest first, and can be filtered."""
    other = admin.cdn.cdn_resources.create(cname="other.example.com", origin=ORIGINALS).id
    assert other is not None
    admin.cdn.cdn_resources.purge(resource, paths=["/a"])
    admin.cdn.cdn_resources.purge(resource, paths=["/b"])
    admin.cdn.cdn_resources.purge(other, urls=["/c"])
    Jobs(deployment.store).finish(PURGE, 1, Status.SUCCESSFUL, datetime.now(UTC))
    payloads: list[Any] = [purge.payload for purge in admin.cdn.list_purge_statuses(**wanted)]
    assert [(payload.get("paths") or payload["urls"])[0] for payload in payloads] == found
