"""The audit trail, read by the public CDN's own SDK."""

import json
from typing import Any

import gcore
import pytest
from gcore import Gcore

from tests.control.conftest import CONTROL, Deployment

SECRET = "the-secret-key"  # noqa: S105 - nobody's


def actions(admin: Gcore, **wanted: Any) -> list[tuple[str | None, str | None, int | None]]:
    return [(found.method, found.path, found.status_code) for found in admin.cdn.audit_logs.list(**wanted)]


def test_every_change_is_there(admin: Gcore, resource: int) -> None:
    """Every change is listed with its author, time, address and states, newest first."""
    rules = admin.cdn.cdn_resources.rules
    rule = rules.create(resource, name="a", rule="/a", rule_type=0).id
    assert rule is not None
    rules.update(rule, resource_id=resource, active=False)
    rules.delete(rule, resource_id=resource)
    admin.cdn.cdn_resources.purge(resource, paths=[])
    base = f"/cdn/resources/{resource}"
    assert actions(admin)[:5] == [
        ("POST", f"{base}/purge", 201),
        ("DELETE", f"{base}/rules/{rule}", 204),
        ("PATCH", f"{base}/rules/{rule}", 200),
        ("POST", f"{base}/rules", 201),
        ("POST", "/cdn/resources", 201),
    ]
    deleted, changed, made = list(admin.cdn.audit_logs.list())[1:4]
    assert changed.actions
    before: Any = changed.actions[0].state_before_request
    after: Any = changed.actions[0].state_after_request
    assert (changed.actions[0].action_type, before["active"], after["active"]) == ("U", True, False)
    assert changed.data == {"active": False}
    assert changed.remote_ip_address == "127.0.0.1"
    assert changed.to_dict().items() >= {"token_id": 1, "token_name": "a admin"}.items()
    assert made.actions
    assert (made.actions[0].action_type, made.actions[0].state_before_request) == ("C", None)
    assert deleted.actions
    assert (deleted.actions[0].action_type, deleted.actions[0].state_after_request) == ("D", None)
    assert changed.id is not None
    assert admin.cdn.audit_logs.get(changed.id) == changed


def test_what_failed_is_not(admin: Gcore, resource: int) -> None:
    """A failed change leaves no entry."""
    before = actions(admin)
    with pytest.raises(gcore.BadRequestError):
        admin.cdn.cdn_resources.update(resource, options={"image_stack": {"enabled": True, "quality": 300}})
    assert actions(admin) == before


def test_no_secrets(deployment: Deployment, admin: Gcore, resource: int) -> None:
    """Keys are hidden everywhere, and no entry reveals a token."""
    option: Any = {"secure_key": {"enabled": True, "key": SECRET}}
    admin.cdn.cdn_resources.update(resource, options=option, active=False)
    admin.cdn.cdn_resources.rules.create(resource, name="a", rule="/a", rule_type=0, options=option)
    admin.cdn.rule_templates.create(rule="/a", rule_type=0, options=option)
    admin.cdn.cdn_resources.delete(resource)
    text = json.dumps(deployment.items(CONTROL), default=str)
    assert SECRET not in text
    assert text.count("***") >= 6
    assert admin.api_key not in text


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        ({"method": "PATCH"}, 1),
        ({"status_code": 2}, 3),
        ({"status_code": 201}, 2),
        ({"status_code": 4}, 0),
        ({"path": "/cdn/resources"}, 1),
        ({"token_id": 1}, 2),
        ({"token_id": 77}, 0),
        ({"remote_ip_address": "127.0.0.1"}, 2),
        ({"min_requested_at": "2026-01-01 00:00:00"}, 3),
        ({"max_requested_at": "2026-01-01"}, 0),
        ({"limit": 1}, 3),
        ({"user_id": 4}, 0),
    ],
)
def test_filters(admin: Gcore, resource: int, wanted: dict[str, Any], count: int) -> None:
    """The list has the filters that the SDK describes."""
    admin.cdn.cdn_resources.update(resource, name="b")
    assert len(actions(admin, **wanted)) == count


def test_no_such_entry(admin: Gcore) -> None:
    """Unknown numbers are not found."""
    with pytest.raises(gcore.NotFoundError):
        admin.cdn.audit_logs.get(99)
