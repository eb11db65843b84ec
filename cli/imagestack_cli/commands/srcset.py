"""`imagestack srcset`."""

from typing import Annotated
from urllib.parse import urlsplit

import typer

from imagestack.request.kinds import whole_number
from imagestack_cli import output
from imagestack_cli.api.client import Api, call
from imagestack_cli.api.resources import ANY_HOST, RESOURCES, Json, resources
from imagestack_cli.api.resources import resource as find_resource
from imagestack_cli.deployment.command import with_deployment
from imagestack_cli.deployment.deployment import Deployment
from imagestack_cli.errors import CommandError, UsageError


@with_deployment
def srcset(  # noqa: PLR0913, PLR0917 - an option of the command each
    deployment: Deployment,
    address: Annotated[
        str, typer.Argument(metavar="PATH", help="Like '/cat.jpg?crop=4:5', or a whole URL; the HTML has it as it is.")
    ],
    widths: Annotated[str, typer.Option("--widths", metavar="WIDTHS", help="Widths in pixels, like 320,640,1280.")],
    sizes: Annotated[
        str, typer.Option("--sizes", metavar="SIZES", help="The attribute sizes: the width of the image in the page.")
    ] = "100vw",
    alt: Annotated[str, typer.Option("--alt", metavar="TEXT", help="The text that stands for the image.")] = "",
    resource: Annotated[
        str | None,
        typer.Option(
            "--resource",
            metavar="RESOURCE",
            help="Its host or number. Default: that of the URL; for a path, the only resource.",
        ),
    ] = None,
) -> None:
    """Print a responsive image as HTML: an <img> with srcset, and a <picture> with AVIF and WebP."""
    body = {"address": address, "widths": _widths(widths), "sizes": sizes, "alt": alt}
    found = find_resource(deployment.api, resource) if resource else resource_of(deployment.api, address)
    made = call(deployment.api, "POST", f"{RESOURCES}/{found['id']}/responsive_image", body=body)
    if deployment.options.as_json:
        output.as_json(made)
        return
    for text in made["notes"]:
        output.note(text)
    typer.echo(f"{made['img']}\n\n{made['picture']}")


def _widths(text: str) -> list[int]:
    """The widths in pixels.

    Raises:
        UsageError: One of them is not a whole number of at least 1.
    """
    found = [number for number in (whole_number(one.strip()) for one in text.split(",")) if number]
    if len(found) != text.count(",") + 1:
        raise UsageError(f"--widths is a list of whole numbers of at least 1, like 320,640,1280, and not {text!r}")
    return found


def resource_of(api: Api, address: str) -> Json:
    """The resource that answers for the host of a whole URL; for a path, the only resource.

    Raises:
        CommandError: No resource answers for the host.
        UsageError: There are several resources.
    """
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
