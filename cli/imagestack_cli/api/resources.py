"""Resources of the control API, by host or number."""

from typing import Any
from urllib.parse import urlsplit

from imagestack_cli.api.client import Api, call
from imagestack_cli.errors import CommandError, UsageError

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


def resource_of(api: Api, address: str, name: str | None = None) -> Json:
    """The resource of a name; without one that which answers for the host of a URL; for a path, the only resource.

    Raises:
        CommandError: No resource answers for the host.
        UsageError: There are several resources.
    """
    if name:
        return resource(api, name)
    by_host = {one["cname"]: one for one in resources(api)}
    if address.startswith("/"):
        if len(by_host) != 1:
            raise UsageError("whose image is it? Give --resource, or the whole URL")
        return next(iter(by_host.values()))
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    if not host:
        raise UsageError("PATH is a path like /cat.jpg?crop=4:5, or a whole URL")
    found: Json | None = by_host.get(host, by_host.get(ANY_HOST))
    if found is None:
        raise CommandError(f"no resource answers for {host}")
    return found


def rules_path(found: Json) -> str:
    """The address of a resource's rules."""
    return f"{RESOURCES}/{found['id']}/rules"
