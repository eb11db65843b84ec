"""`imagestack rules test`: which rule answers for an address, and why."""

from typing import Annotated
from urllib.parse import urlsplit

import typer

from imagestack.control.answering import judge
from imagestack.errors import ImageStackError
from imagestack.query import pairs
from imagestack.request import ImageRequest, image_request
from local.commands import shown
from local.commands.api import Api
from local.commands.command import with_target
from local.commands.failures import CommandError, UsageError
from local.commands.found import ANY_HOST, Json, resource, resources
from local.commands.target import Target


@with_target
def try_rules(
    target: Target,
    host: Annotated[str, typer.Argument(metavar="HOST", help="As the viewer asks for it.")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="Percent-encoded, with its query if there is one.")],
    accept: Annotated[str, typer.Option("--accept", metavar="VALUE", help="The viewer's Accept header.")] = "",
) -> None:
    """Say which rule answers for an address and why, and what is made of an image there."""
    request = _request(host, path, accept)
    result = judge(_resource_for(target.api, request.host), request)
    if target.options.as_json:
        shown.as_json(result)
        return
    names = ("id", "weight", "name", "rule", "why")
    shown.table(
        ("ID", "WEIGHT", "NAME", "PATTERN", "VERDICT"), [[one[name] for name in names] for one in result["rules"]]
    )
    typer.echo("")
    typer.echo(shown.cell(result["text"]))


def _request(host: str, path: str, accept: str) -> ImageRequest:
    parts = urlsplit(path)
    if not path.startswith("/"):
        raise UsageError("a path starts with /")
    try:
        return image_request("GET", parts.path, pairs(parts.query), {"host": host, "accept": accept})
    except ImageStackError as error:
        raise UsageError(error.text) from error


def _resource_for(api: Api, host: str) -> Json:
    """The resource that answers for a host: its own, or that of all others."""
    names = {one["cname"]: str(one["id"]) for one in resources(api)}
    name = names.get(host, names.get(ANY_HOST))
    if name is None:
        raise CommandError(f"no resource answers for {host}")
    return resource(api, name)
