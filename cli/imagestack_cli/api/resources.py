"""Resources of the control API, by host or number."""

from typing import Any

from imagestack_cli.api.client import Api, call
from imagestack_cli.errors import CommandError

RESOURCES = "/cdn/resources"
ANY_HOST = "*"

Json = dict[str, Any]


def resources(api: Api) -> list[Json]:
    """All resources, without their rules.

    Raises:
        CommandError: The API does not respond, or something else does.
    """
    found = call(api, "GET", RESOURCES)
    if not isinstance(found, list) or not all(isinstance(one, dict) and {"id", "cname"} <= one.keys() for one in found):
        raise CommandError("what answers is not the control API")
    return found


def resource(api: Api, name: str) -> Json:
    """A resource with its rules.

    Args:
        api: The API.
        name: Its number, or its host; `*` is the resource of all other hosts.

    Raises:
        CommandError: There is no such resource.
    """
    number = name if name.isascii() and name.isdecimal() else None
    if number is None:
        number = next((str(one["id"]) for one in resources(api) if one["cname"] == name.lower()), None)
    if number is None:
        raise CommandError(f"there is no resource for {name}")
    found: Json = call(api, "GET", f"{RESOURCES}/{number}")
    return found


def rules_path(found: Json) -> str:
    """The address of a resource's rules."""
    return f"{RESOURCES}/{found['id']}/rules"
