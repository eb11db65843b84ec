"""Resources, found by what operators call them."""

from typing import Any

from imagestack_cli.api import Api, ask
from imagestack_cli.failures import CommandError

RESOURCES = "/cdn/resources"
ANY_HOST = "*"

Json = dict[str, Any]


def resources(api: Api) -> list[Json]:
    """All resources, without their rules.

    Raises:
        CommandError: the API does not answer, or it is something else.
    """
    found = ask(api, "GET", RESOURCES)
    if not isinstance(found, list) or not all(isinstance(one, dict) and {"id", "cname"} <= one.keys() for one in found):
        raise CommandError("what answers is not the control API")
    return found


def resource(api: Api, name: str) -> Json:
    """A resource with its rules.

    Args:
        api: where.
        name: its number, or its host; `*` is the resource of all others.

    Raises:
        CommandError: there is none.
    """
    number = name if name.isascii() and name.isdecimal() else None
    if number is None:
        number = next((str(one["id"]) for one in resources(api) if one["cname"] == name.lower()), None)
    if number is None:
        raise CommandError(f"there is no resource for {name}")
    found: Json = ask(api, "GET", f"{RESOURCES}/{number}")
    return found


def rules_path(found: Json) -> str:
    """The address of a resource's rules."""
    return f"{RESOURCES}/{found['id']}/rules"
