"""`imagestack srcset`."""

from typing import Annotated

import typer

from imagestack.request.kinds import whole_number
from imagestack_cli import output
from imagestack_cli.api.client import call
from imagestack_cli.api.resources import RESOURCES, resource_of
from imagestack_cli.deployment.command import with_deployment
from imagestack_cli.deployment.deployment import Deployment
from imagestack_cli.errors import UsageError


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
    found = resource_of(deployment.api, address, resource)
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
