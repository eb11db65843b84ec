"""The life of resources, driven by the public CDN's own SDK."""

import re
from typing import Any

import gcore
import pytest
from gcore import Gcore

from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, RULES, Deployment

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
IMAGE_STACK = {
    "enabled": True,
    "quality": 80,
    "webp_enabled": True,
    "avif_enabled": False,
    "png_lossless": True,
    "png_palette": True,
    "linear": True,
    "refine": "popular",
}
OPTIONS: dict[str, Any] = {
    "image_stack": IMAGE_STACK,
    "edge_cache_settings": {"enabled": True, "value": "4d", "custom_values": {"404": "10s", "any": "1h"}},
    "browser_cache_settings": {"enabled": True, "value": "600s"},
    "cors": {"enabled": True, "value": ["a.example", "*.b.example"], "always": True},
    "static_response_headers": {"enabled": True, "value": [{"name": "X-A", "value": ["1", "2"], "always": True}]},
    "referrer_acl": {"enabled": True, "policy_type": "deny", "excepted_values": ["*.example.com"]},
    "secure_key": {"enabled": True, "key": "secret-key", "type": 2},
}


def option(thing: Any, name: str) -> dict[str, Any]:
    """An option as the SDK reads it, without absent fields."""
    found: dict[str, Any] = getattr(thing.options, name).to_dict(mode="json")
    return found


def stored(deployment: Deployment, host: str = HOST) -> dict[str, Any]:
    """The item of a resource."""
    key = {"pk": f"RESOURCE#{host}", "sk": "SETTINGS"}
    found: dict[str, Any] = deployment.dynamodb.Table(RULES).get_item(Key=key)["Item"]
    return found


def test_create(deployment: Deployment, admin: Gcore) -> None:
    """A resource is created as requested, with a number, times and defaults."""
    made = admin.cdn.cdn_resources.create(
        cname="Images.Example.COM",
        origin=f"{ORIGINALS}/photos",
        name="Shop",
        description="all",
        options=OPTIONS,  # type: ignore[arg-type]
    )
    assert made.id is not None
    assert made.cname == HOST
    assert (made.name, made.description, made.active, made.status) == ("Shop", "all", True, "active")
    assert (made.deleted, made.enabled, made.rules, made.secondary_hostnames) == (False, True, [], [])
    assert made.created is not None
    assert TIME.fullmatch(made.created)
    assert made.updated == made.created
    for name, value in OPTIONS.items():
        assert option(made, name) == value
    assert admin.cdn.cdn_resources.get(made.id) == made
    # The layout that the image function reads.
    item = stored(deployment)
    assert item["id"] == made.id
    assert item["cname"] == HOST
    assert item["origin"] == {"bucket": ORIGINALS, "prefix": "photos"}
    assert item["options"] == OPTIONS
    index = deployment.dynamodb.Table(RULES).get_item(Key={"pk": f"ID#{made.id}", "sk": "RESOURCE"})["Item"]
    assert index["cname"] == HOST


@pytest.mark.parametrize("host", ["*", "localhost", "127.0.0.1", "xn--bcher-kva.example"])
def test_hosts(admin: Gcore, host: str) -> None:
    """Any valid host may have a resource, and one resource may serve all other hosts."""
    assert admin.cdn.cdn_resources.create(cname=host, origin=ORIGINALS).cname == host


@pytest.mark.parametrize(
    ("origin", "prefix"),
    [
        (ORIGINALS, ""),
        (f"{ORIGINALS}/", ""),
        (f"{ORIGINALS}/a/b/", "a/b"),
        (f"{ORIGINALS}.s3.amazonaws.com", ""),
        (f"{ORIGINALS}.s3.eu-central-1.amazonaws.com/a", "a"),
    ],
)
def test_origin(deployment: Deployment, admin: Gcore, origin: str, prefix: str) -> None:
    """The origin is the deployment's bucket, by its name or its S3 host name."""
    made = admin.cdn.cdn_resources.create(cname=HOST, origin=origin)
    assert stored(deployment)["origin"] == {"bucket": ORIGINALS, "prefix": prefix}
    assert made.to_dict()["origin"] == (f"{ORIGINALS}/{prefix}" if prefix else ORIGINALS)


def test_update(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """Named fields change; an option is replaced as a whole, or removed by null; other fields stay."""
    admin.cdn.cdn_resources.update(resource, options=OPTIONS)  # type: ignore[arg-type]
    changed = admin.cdn.cdn_resources.update(
        resource, name="new", options={"image_stack": {"enabled": True, "quality": 65}, "cors": None}
    )
    assert changed.name == "new"
    assert option(changed, "image_stack") == {"enabled": True, "quality": 65}
    assert changed.options is not None
    assert changed.options.cors is None
    assert option(changed, "edge_cache_settings") == OPTIONS["edge_cache_settings"]
    assert "cors" not in stored(deployment)["options"]
    assert changed.created is not None
    assert changed.updated is not None
    assert changed.updated > changed.created
    suspended = admin.cdn.cdn_resources.update(resource, active=False)
    assert (suspended.active, suspended.status, suspended.name) == (False, "suspended", "new")


def test_replace(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """Absent fields return to their defaults; the origin stays, which the SDK cannot send here."""
    admin.cdn.cdn_resources.update(resource, name="old", description="old", active=False, options=OPTIONS)  # type: ignore[arg-type]
    replaced = admin.cdn.cdn_resources.replace(
        resource, origin_group=resource, options={"image_stack": {"enabled": True}}, origin_protocol="HTTPS"
    )
    assert (replaced.name, replaced.description, replaced.active) == (None, "", True)
    assert stored(deployment)["options"] == {"image_stack": {"enabled": True}}
    assert stored(deployment)["origin"]["bucket"] == ORIGINALS
    assert "name" not in stored(deployment)


def test_origin_can_be_moved(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """A change may name another origin."""
    admin.cdn.cdn_resources.update(resource, extra_body={"origin": f"{ORIGINALS}/elsewhere"})
    assert stored(deployment)["origin"] == {"bucket": ORIGINALS, "prefix": "elsewhere"}


def test_delete(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """An inactive resource is deleted with its rules; its host may then have a new one."""
    for number in range(3):
        admin.cdn.cdn_resources.rules.create(resource, name=f"r{number}", rule="/", rule_type=0)
    with pytest.raises(gcore.BadRequestError) as refused:
        admin.cdn.cdn_resources.delete(resource)
    assert "active" in refused.value.body  # type: ignore[operator]
    admin.cdn.cdn_resources.update(resource, active=False)
    admin.cdn.cdn_resources.delete(resource)
    with pytest.raises(gcore.NotFoundError):
        admin.cdn.cdn_resources.get(resource)
    assert [item["pk"] for item in deployment.items(RULES)] == ["COUNTER"]
    again = admin.cdn.cdn_resources.create(cname=HOST, origin=ORIGINALS)
    assert again.id is not None
    assert again.id > resource


def test_delete_with_more_rules_than_a_transaction_holds(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """A resource with over a hundred rules is deleted with all of them."""
    for number in range(130):
        deployment.item(RULES, {"pk": f"RESOURCE#{HOST}", "sk": f"RULE#{number}", "rule": "/"})
    admin.cdn.cdn_resources.update(resource, active=False)
    admin.cdn.cdn_resources.delete(resource)
    assert [item["pk"] for item in deployment.items(RULES)] == ["COUNTER"]


def test_delete_that_broke_off(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """Nothing is added to a resource that is being deleted; the deletion can be repeated."""
    admin.cdn.cdn_resources.update(resource, active=False)
    deployment.item(RULES, {**stored(deployment), "deleting": True})
    assert admin.cdn.cdn_resources.get(resource).status == "deleted"
    with pytest.raises(gcore.ConflictError):
        admin.cdn.cdn_resources.rules.create(resource, name="late", rule="/", rule_type=0)
    with pytest.raises(gcore.ConflictError):
        admin.cdn.cdn_resources.update(resource, active=True)
    admin.cdn.cdn_resources.delete(resource)
    with pytest.raises(gcore.NotFoundError):
        admin.cdn.cdn_resources.get(resource)


def test_list(admin: Gcore) -> None:
    """Resources are listed by number, in pages that the SDK follows."""
    names = [f"site{number}.example.com" for number in range(5)]
    for name in names:
        admin.cdn.cdn_resources.create(cname=name, origin=ORIGINALS)
    assert [found.cname for found in admin.cdn.cdn_resources.list(limit=2)] == names
    page = admin.cdn.cdn_resources.list(limit=2, offset=1)
    assert (page.count, [found.cname for found in page.results]) == (5, names[1:3])
    assert page.to_dict()["next"] == "/cdn/resources?limit=2&offset=3"
    assert page.to_dict()["previous"] == "/cdn/resources?limit=2&offset=0"


def test_list_without_limit(deployment: Deployment, resource: int) -> None:
    """Without a limit the list is complete and has no envelope, as older clients expect."""
    with deployment.http(deployment.token("viewer")) as client:
        found = client.get("/cdn/resources").json()
        assert [entry["id"] for entry in found] == [resource]
        assert "rules" not in found[0]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"active": True}, ["a.example", "b.example"]),
        ({"active": False}, ["c.example"]),
        ({"status": "suspended"}, ["c.example"]),
        ({"cname": "b.example"}, ["b.example"]),
        ({"cname": "b"}, []),
        ({"name": "SHOP"}, ["a.example", "b.example"]),
        ({"rules": "thumb"}, ["b.example"]),
        ({"rules": "^/pre"}, ["b.example"]),
        ({"deleted": True}, []),
        ({"enabled": False}, []),
        ({"min_created": "2026-01-01"}, ["a.example", "b.example", "c.example"]),
        ({"max_created": "2026-01-01 12:00:00"}, []),
        ({"max_updated": "2026-01-01T00:00:00Z"}, []),
    ],
)
def test_filters(admin: Gcore, wanted: dict[str, Any], found: list[str]) -> None:
    """The list has the filters that the SDK describes."""
    for host, name in {"a.example": "Webshop", "b.example": "shop", "c.example": "blog"}.items():
        made = admin.cdn.cdn_resources.create(cname=host, origin=ORIGINALS, name=name, active=host != "c.example")
        if host == "b.example":
            assert made.id is not None
            admin.cdn.cdn_resources.rules.create(made.id, name="Thumbnails", rule="^/preview/", rule_type=0)
    assert [resource.cname for resource in admin.cdn.cdn_resources.list(**wanted)] == found


def test_unknown_filters_are_refused(admin: Gcore) -> None:
    """An unsupported filter is refused, not ignored."""
    with pytest.raises(gcore.BadRequestError, match="shielded"):
        admin.cdn.cdn_resources.list(shielded=True)
