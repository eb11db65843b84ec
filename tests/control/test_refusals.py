"""Refused requests, with messages by field as the public CDN's SDK reads them."""

from typing import Any

import gcore
import pytest
from gcore import Gcore

from tests.conftest import ORIGINALS
from tests.control.conftest import HOST, Deployment


def refused(answer: gcore.BadRequestError) -> Any:
    body: Any = answer.body
    return body


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"origin": "other-bucket"}, "origin"),
        ({"origin": "https://originals"}, "origin"),
        ({"origin": f"{ORIGINALS}/../secrets"}, "origin"),
        ({"origin": f"{ORIGINALS}/a//b"}, "origin"),
        ({"origin": "example.com"}, "origin"),
        ({"origin_group": 5}, "originGroup"),
        ({"origin_protocol": "HTTP"}, "originProtocol"),
        ({"primary_resource": 3}, "primary_resource"),
        ({"proxy_ssl_ca": 1}, "proxy_ssl_ca"),
        ({"proxy_ssl_data": 1}, "proxy_ssl_data"),
        ({"proxy_ssl_enabled": False}, "proxy_ssl_enabled"),
        ({"secondary_hostnames": ["www.example.com"]}, "secondaryHostnames"),
        ({"ssl_data": 7}, "sslData"),
        ({"ssl_enabled": False}, "sslEnabled"),
        ({"cname": "no host"}, "cname"),
        ({"cname": "*.example.com"}, "cname"),
        ({"cname": "http://example.com"}, "cname"),
        ({"cname": ""}, "cname"),
        ({"name": "x" * 256}, "name"),
        ({"active": 1}, "active"),
        ({"description": None}, "description"),
        ({"extra_body": {"cost": 1}}, "cost"),
    ],
)
def test_resources(admin: Gcore, fields: dict[str, Any], field: str) -> None:
    """An invalid resource is refused with messages by field, and not created."""
    with pytest.raises(gcore.BadRequestError) as error:
        admin.cdn.cdn_resources.create(**({"cname": HOST, "origin": ORIGINALS} | fields))
    body = refused(error.value)
    assert list(body) == [field]
    assert all(isinstance(text, str) for text in body[field])
    assert list(admin.cdn.cdn_resources.list()) == []


def test_what_is_so_may_be_asked_for(admin: Gcore, resource: int) -> None:
    """Fixed fields may be sent with their value or null, so that clients that send every field work."""
    settled: Any = {
        "origin_group": resource,
        "origin_protocol": "HTTPS",
        "proxy_ssl_enabled": True,
        "proxy_ssl_ca": None,
        "proxy_ssl_data": None,
        "secondary_hostnames": [],
        "ssl_data": None,
        "ssl_enabled": True,
    }
    assert admin.cdn.cdn_resources.replace(resource, **settled).ssl_enabled is True
    assert admin.cdn.cdn_resources.update(resource, **settled).origin_group == resource
    other = admin.cdn.cdn_resources.create(cname="other.example", origin=ORIGINALS, primary_resource=None)
    with pytest.raises(gcore.BadRequestError, match="originGroup"):
        admin.cdn.cdn_resources.replace(resource, origin_group=other.id or 0)


def test_required(deployment: Deployment) -> None:
    """Missing fields are named."""
    with deployment.http(deployment.token("admin")) as client:
        assert list(client.post("/cdn/resources", json={"origin": ORIGINALS}).json()) == ["cname"]
        assert list(client.post("/cdn/resources", json={"cname": HOST}).json()) == ["origin"]


def test_one_resource_a_host(admin: Gcore, resource: int) -> None:
    """A host has one resource; case does not matter."""
    assert resource
    with pytest.raises(gcore.BadRequestError) as error:
        admin.cdn.cdn_resources.create(cname=HOST.upper(), origin=ORIGINALS)
    assert list(refused(error.value)) == ["cname"]


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ({"gzip_on": {"enabled": True, "value": True}}, ["gzipOn"]),
        ({"rewrite": {"enabled": True, "body": "/a /b"}}, ["rewrite"]),
        ({"ip_address_acl": {"enabled": False, "policy_type": "allow", "excepted_values": []}}, ["ip_address_acl"]),
        ({"image_stack": {"enabled": True, "quality": 101}}, ["image_stack", "quality"]),
        ({"image_stack": {"enabled": True, "quality": "80"}}, ["image_stack", "quality"]),
        ({"image_stack": {"enabled": True, "quality": "AUTO"}}, ["image_stack", "quality"]),
        ({"image_stack": {"enabled": True, "quality": True}}, ["image_stack", "quality"]),
        (
            {"image_stack": {"enabled": True, "quality": "auto", "quality_target": 29}},
            ["image_stack", "quality_target"],
        ),
        ({"image_stack": {"enabled": True, "quality_target": "auto"}}, ["image_stack", "quality_target"]),
        ({"image_stack": {"enabled": True, "sharpen": True}}, ["image_stack", "sharpen"]),
        ({"image_stack": {"enabled": True, "refine": "some"}}, ["image_stack", "refine"]),
        ({"image_stack": {"enabled": True, "refine": True}}, ["image_stack", "refine"]),
        ({"image_stack": {"enabled": True, "png_palette": 1}}, ["image_stack", "png_palette"]),
        ({"image_stack": {"enabled": True, "linear": "true"}}, ["image_stack", "linear"]),
        ({"image_stack": {"quality": 80}}, ["image_stack", "enabled"]),
        ({"image_stack": True}, ["image_stack"]),
        ({"edge_cache_settings": {"enabled": True, "value": "2y"}}, ["edge_cache_settings", "value"]),
        ({"edge_cache_settings": {"enabled": True, "value": "1s", "default": "1s"}}, ["edge_cache_settings", "value"]),
        ({"browser_cache_settings": {"enabled": True}}, ["browser_cache_settings", "value"]),
        ({"cors": {"enabled": True, "value": ["not a domain"]}}, ["cors", "value"]),
        (
            {"static_response_headers": {"enabled": True, "value": [{"name": "Set-Cookie", "value": ["a"]}]}},
            ["static_response_headers", "value"],
        ),
        (
            {"static_response_headers": {"enabled": True, "value": [{"name": "X-A"}]}},
            ["static_response_headers", "value", "0", "value"],
        ),
        ({"referrer_acl": {"enabled": True, "policy_type": "maybe"}}, ["referrer_acl", "policy_type"]),
        ({"secure_key": {"enabled": True, "key": "short"}}, ["secure_key", "key"]),
        ({"secure_key": {"enabled": True, "key": "long-enough", "type": 1}}, ["secure_key", "type"]),
        ({"secure_key": {"enabled": False, "type": False}}, ["secure_key", "type"]),
    ],
)
def test_options(admin: Gcore, resource: int, options: Any, path: list[str]) -> None:
    """Unsupported and invalid options are named, for resources and rules, in creations and changes."""
    rules = admin.cdn.cdn_resources.rules
    rule = rules.create(resource, name="a", rule="/a", rule_type=0).id
    assert rule is not None
    ways = (
        lambda: admin.cdn.cdn_resources.update(resource, options=options),
        lambda: admin.cdn.cdn_resources.replace(resource, origin_group=resource, options=options),
        lambda: rules.create(resource, name="a", rule="/a", rule_type=0, options=options),
        lambda: rules.update(rule, resource_id=resource, options=options),
    )
    for way in ways:
        with pytest.raises(gcore.BadRequestError) as error:
            way()
        messages = refused(error.value)
        for name in ("options", *path):
            assert list(messages) == [name]
            messages = messages[name]
        assert messages
        assert all(isinstance(text, str) for text in messages)


def test_null_options(admin: Gcore, resource: int) -> None:
    """An unsupported option that is null is accepted."""
    options: Any = {"gzip_on": None, "rewrite": None, "image_stack": {"enabled": True}, "cors": None}
    changed = admin.cdn.cdn_resources.update(resource, options=options)
    assert changed.options is not None
    assert changed.options.image_stack is not None


@pytest.mark.parametrize("number", ["0", "99", str(2**53), "9" * 40, "abc", "1.5", "-1", "%C2%9E", "a%20b"])
def test_no_such_thing(deployment: Deployment, resource: int, number: str) -> None:
    """If a resource, rule or other item does not exist, the response is a 404 in JSON, for numbers of any form."""
    with deployment.http(deployment.token("admin")) as client:
        answers = [
            client.get(f"/cdn/resources/{number}"),
            client.patch(f"/cdn/resources/{number}", json={}),
            client.delete(f"/cdn/resources/{number}"),
            client.get(f"/cdn/resources/{number}/rules"),
            client.get(f"/cdn/resources/{resource}/rules/{number}"),
            client.get(f"/cdn/activity_log/requests/{number}"),
        ]
    assert [answer.status_code for answer in answers] == [404] * len(answers)
    assert all("error" in answer.json() for answer in answers)


@pytest.mark.parametrize("path", ["/cdn", "/cdn/", "/cdn/nothing", "/cdn/resources/1/2", "/", "/cdn/resources/"])
def test_no_such_address(deployment: Deployment, path: str) -> None:
    """If the API has no such path, the response is 404."""
    with deployment.http(deployment.token("admin")) as client:
        assert client.get(path).status_code == 404


def test_methods(deployment: Deployment, resource: int) -> None:
    """If the method is wrong, the response is a 405 that lists the allowed ones (RFC 9110 section 15.5.6)."""
    with deployment.http(deployment.token("admin")) as client:
        answer = client.post(f"/cdn/resources/{resource}", json={})
        assert (answer.status_code, answer.headers["Allow"]) == (405, "DELETE, GET, PATCH, PUT")
        assert client.delete("/cdn/purge_statuses").headers["Allow"] == "GET"
        assert client.put("/cdn/resources/rule_templates", json={}).headers["Allow"] == "GET, POST"
        assert client.delete("/cdn/tokens/current").headers["Allow"] == "GET"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b'{"weight": NaN}', "application/json", 400),
        (b"\xff\xfe\x00", "application/json", 400),
        (b"[" * 90_000, "application/json", 400),
        (b"{}", "text/plain", 415),
        (b'{"name": "' + b"x" * 100_000 + b'"}', "application/json", 413),
        (b'{"name": "a"}', "application/json; charset=utf-8", 200),
    ],
)
def test_bodies(deployment: Deployment, resource: int, body: bytes, content_type: str, status: int) -> None:
    """A body is a JSON object of limited size."""
    with deployment.http(deployment.token("admin")) as client:
        answer = client.patch(f"/cdn/resources/{resource}", content=body, headers={"Content-Type": content_type})
    assert answer.status_code == status
    assert isinstance(answer.json(), dict)


@pytest.mark.parametrize(
    "query",
    ["limit=-1", "limit=1001", "limit=a", "offset=-1", "active=maybe", "min_created=soon", "status=gone", "what=1"],
)
def test_queries(deployment: Deployment, query: str) -> None:
    """An invalid query is refused with messages by field."""
    with deployment.http(deployment.token("viewer")) as client:
        answer = client.get(f"/cdn/resources?{query}")
    assert answer.status_code == 400
    assert list(answer.json()) == [query.partition("=")[0]]


def test_lost_updates(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """A change with the version that was read does not overwrite a later change."""
    rules = admin.cdn.cdn_resources.rules
    rule = rules.create(resource, name="a", rule="/a", rule_type=0, active=False)
    version = rule.to_dict()["version"]
    base = f"/cdn/resources/{resource}/rules/{rule.id}"
    with deployment.http(deployment.token("editor")) as client:
        seen = client.get(base).headers["ETag"]
        assert seen == f'"{version}"'
        headers = {"If-Match": seen}
        changed = client.patch(base, json={"name": "b"}, headers=headers)
        assert changed.status_code == 200
        late = [
            client.patch(base, json={"name": "c"}, headers=headers),
            client.put(base, json={"rule": "/c", "ruleType": 0}, headers=headers),
            client.delete(base, headers=headers),
        ]
        assert [answer.status_code for answer in late] == [409, 409, 409]
        assert client.get(base).json()["name"] == "b"
        assert client.patch(base, json={"name": "c"}, headers={"If-Match": changed.headers["ETag"]}).status_code == 200
        assert client.patch(base, json={"name": "d"}, headers={"If-Match": "*"}).status_code == 200
    with deployment.http(deployment.token("admin")) as client:
        old = client.get(f"/cdn/resources/{resource}").headers["ETag"]
        admin.cdn.cdn_resources.update(resource, name="x")
        answer = client.patch(f"/cdn/resources/{resource}", json={"name": "y"}, headers={"If-Match": old})
        assert answer.status_code == 409
