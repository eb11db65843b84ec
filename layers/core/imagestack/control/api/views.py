"""Items as the API shows them. Attributes of hand-written items that make no sense are shown as if absent."""

from collections.abc import Mapping
from typing import Any

from imagestack.control.api.answer_models import ResourceInList, RuleAnswer, TemplateAnswer
from imagestack.control.api.option_bodies import NAMES
from imagestack.control.store.items import json_value, rule_number, version
from imagestack.control.store.origins import origin_text
from imagestack.rules.attributes import integer


def resource_view(
    host: str, number: int, settings: Mapping[str, Any] | None, bucket: str, *, secrets: bool
) -> ResourceInList:
    """Show a resource without its rules.

    Args:
        host: The host that the resource serves.
        number: The resource's number.
        settings: The item of the resource; None if the host has only rules.
        bucket: The bucket of originals, for items that do not name it.
        secrets: Whether keys of signed addresses are shown.
    """
    item = settings or {}
    active = _is_active(item)
    deleting = bool(item.get("deleting"))
    origin = _origin(item.get("origin"), bucket)
    return ResourceInList(
        id=number,
        cname=host,
        name=_text(item, "name"),
        description=_text(item, "description") or "",
        active=active,
        enabled=True,
        deleted=deleting,
        status="deleted" if deleting else "active" if active else "suspended",
        suspended=False,
        suspend_date=None,
        options=_options(item, secrets=secrets),
        origin=origin,
        origin_group=number,
        origin_group_name=origin,
        origin_protocol="HTTPS",
        secondary_hostnames=[],
        ssl_enabled=True,
        ssl_data=None,
        proxy_ssl_enabled=True,
        proxy_ssl_ca=None,
        proxy_ssl_data=None,
        primary_resource=None,
        is_primary=None,
        preset_applied=False,
        full_custom_enabled=False,
        can_purge_by_urls=True,
        shielded=False,
        shield_enabled=False,
        shield_dc=None,
        vp_enabled=False,
        client=None,
        created=_text(item, "created"),
        updated=_text(item, "updated"),
        version=version(settings),
    )


def rule_view(item: Mapping[str, Any], problem: str | None, *, secrets: bool) -> RuleAnswer:
    """Show a rule; `problem` is why the data plane leaves it out, None if it does not."""
    return RuleAnswer(
        id=rule_number(str(item["sk"])),
        **_pattern(item, secrets=secrets),
        active=_is_active(item),
        deleted=False,
        origin_group=None,
        origin_protocol="HTTPS",
        preset_applied=False,
        primary_rule=None,
        created=_text(item, "created"),
        updated=_text(item, "updated"),
        version=version(item),
        problem=problem,
    )


def template_view(item: Mapping[str, Any], *, default: bool, secrets: bool) -> TemplateAnswer:
    """Show a rule template; `default` marks the one that comes with the product."""
    return TemplateAnswer(
        id=int(item["id"]),
        **_pattern(item, secrets=secrets),
        client=None,
        default=default,
        deleted=False,
        template=True,
        version=version(item),
    )


def _pattern(item: Mapping[str, Any], *, secrets: bool) -> dict[str, Any]:
    """The fields that rules and templates share, by the names of the models."""
    return {
        "name": _text(item, "name") or "",
        "rule": _text(item, "rule") or "",
        "rule_type": _number(item, "ruleType"),
        "weight": _number(item, "weight"),
        "options": _options(item, secrets=secrets),
        "override_origin_protocol": None,
    }


def _options(item: Mapping[str, Any], *, secrets: bool) -> dict[str, Any]:
    """All options; null for those that the item does not have."""
    stored = item.get("options")
    stored = json_value(stored) if isinstance(stored, Mapping) else {}
    options = {name: stored.get(name) for name in NAMES} | stored
    secure_key = options["secure_key"]
    if isinstance(secure_key, dict) and "key" in secure_key and not secrets:
        options["secure_key"] = {**secure_key, "key": None}
    return options


def _origin(origin: object, bucket: str) -> str:
    attributes = origin if isinstance(origin, Mapping) else {}
    return origin_text(_text(attributes, "bucket") or bucket, (_text(attributes, "prefix") or "").strip("/"))


def _is_active(item: Mapping[str, Any]) -> bool:
    return item.get("active") is not False


def _text(item: Mapping[str, Any], name: str) -> str | None:
    value = item.get(name)
    return value if isinstance(value, str) else None


def _number(item: Mapping[str, Any], name: str) -> int:
    try:
        return integer(item, name, 0)
    except ValueError:
        return 0
