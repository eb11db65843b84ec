"""Resources, rules and templates as the API shows them. Of hand-written items anything is shown that can be."""

from collections.abc import Mapping
from typing import Any

from imagestack.control.api.option_bodies import NAMES
from imagestack.control.store.items import plain, rule_number, version
from imagestack.control.store.origins import origin_text
from imagestack.rules.attributes import integer

View = dict[str, Any]


def resource_view(host: str, number: int, settings: Mapping[str, Any] | None, bucket: str, *, secrets: bool) -> View:
    """A resource without its rules.

    Args:
        host: what it answers for.
        number: its own.
        settings: its item, None if the host has only rules.
        bucket: that of originals, for items that do not name it.
        secrets: whether keys are shown.
    """
    item = settings or {}
    active = _is_active(item)
    leaving = bool(item.get("deleting"))
    origin = _origin(item.get("origin"), bucket)
    return {
        "id": number,
        "cname": host,
        "name": _text(item, "name", None),
        "description": _text(item, "description", ""),
        "active": active,
        "enabled": True,
        "deleted": leaving,
        "status": "deleted" if leaving else "active" if active else "suspended",
        "suspended": False,
        "suspend_date": None,
        "options": _options(item, secrets=secrets),
        "origin": origin,
        "originGroup": number,
        "originGroup_name": origin,
        "originProtocol": "HTTPS",
        "secondaryHostnames": [],
        "sslEnabled": True,
        "sslData": None,
        "proxy_ssl_enabled": True,
        "proxy_ssl_ca": None,
        "proxy_ssl_data": None,
        "primary_resource": None,
        "is_primary": None,
        "preset_applied": False,
        "full_custom_enabled": False,
        "can_purge_by_urls": True,
        "shielded": False,
        "shield_enabled": False,
        "shield_dc": None,
        "vp_enabled": False,
        "client": None,
        "created": _text(item, "created", None),
        "updated": _text(item, "updated", None),
        "version": version(settings),
    }


def rule_view(item: Mapping[str, Any], problem: str | None, *, secrets: bool) -> View:
    """A rule; `problem` is why the data plane leaves it out, if it does."""
    return {
        "id": rule_number(str(item["sk"])),
        **_pattern(item, secrets=secrets),
        "active": _is_active(item),
        "deleted": False,
        "originGroup": None,
        "originProtocol": "HTTPS",
        "preset_applied": False,
        "primary_rule": None,
        "created": _text(item, "created", None),
        "updated": _text(item, "updated", None),
        "version": version(item),
        "problem": problem,
    }


def template_view(item: Mapping[str, Any], *, default: bool, secrets: bool) -> View:
    """A rule template; `default` is one that came with the product."""
    return {
        "id": int(item["id"]),
        **_pattern(item, secrets=secrets),
        "client": None,
        "default": default,
        "deleted": False,
        "template": True,
        "version": version(item),
    }


def _pattern(item: Mapping[str, Any], *, secrets: bool) -> View:
    return {
        "name": _text(item, "name", ""),
        "rule": _text(item, "rule", ""),
        "ruleType": _number(item, "ruleType"),
        "weight": _number(item, "weight"),
        "options": _options(item, secrets=secrets),
        "overrideOriginProtocol": None,
    }


def _options(item: Mapping[str, Any], *, secrets: bool) -> View:
    """All options, null where there is none."""
    stored = item.get("options")
    stored = plain(stored) if isinstance(stored, Mapping) else {}
    shown = {name: stored.get(name) for name in NAMES} | stored
    guard = shown["secure_key"]
    if isinstance(guard, dict) and "key" in guard and not secrets:
        shown["secure_key"] = {**guard, "key": None}
    return shown


def _origin(origin: object, bucket: str) -> str:
    found = origin if isinstance(origin, Mapping) else {}
    return origin_text(_text(found, "bucket", bucket) or bucket, (_text(found, "prefix", "") or "").strip("/"))


def _is_active(item: Mapping[str, Any]) -> bool:
    return item.get("active") is not False


def _text(item: Mapping[str, Any], name: str, default: str | None) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) else default


def _number(item: Mapping[str, Any], name: str) -> int:
    try:
        return integer(item, name, 0)
    except ValueError:
        return 0
