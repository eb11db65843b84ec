"""The command `imagestack`."""

import logging
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import imagestack_cli
from imagestack_local import address, rules_file
from imagestack_local.errors import StartError
from imagestack_local.originals import folder, samples

app = typer.Typer(
    name="imagestack",
    help="Image Stack on your own machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


MEGABYTE = 1024 * 1024


class LogLevel(StrEnum):
    """How much is told on standard error."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@app.callback()
def imagestack() -> None:
    """Image Stack on your own machine."""


imagestack_cli.add_to(app)


@app.command()
def serve(  # noqa: PLR0913, PLR0917 - an option of the command each
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = 8080,
    originals: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of originals, followed while it changes."),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", metavar="FILE", help="JSON list of rule items."),
    ] = None,
    edge: Annotated[  # noqa: FBT002 - a flag of the command
        bool, typer.Option("--edge/--no-edge", help="With what CloudFront does, or straight to the function.")
    ] = True,
    edge_memory: Annotated[
        int, typer.Option(metavar="MB", min=1, help="Memory for answers that the edge keeps.")
    ] = 256,
    log_level: Annotated[
        LogLevel,
        typer.Option(help="info tells each request, debug also what the function itself logs."),
    ] = LogLevel.INFO,
) -> None:
    """Serve originals through the image function, with S3 and DynamoDB in this process."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    logging.getLogger("imagestack_local").setLevel(log_level.upper())
    try:
        if originals is not None:
            originals = originals.absolute()
            folder.require_images(originals)
        items = rules_file.read(rules) if rules is not None else samples.RULES
        listening = address.listen(host, port)
        # Only now what takes a second to import, so that a mistake is told at once.
        from imagestack_local.serve import Options  # noqa: PLC0415
        from imagestack_local.serve import serve as run  # noqa: PLC0415

        edge_bytes = edge_memory * MEGABYTE if edge else None
        run(Options(listening, originals, items, log_level.upper(), edge_bytes))
    except StartError as error:
        print(f"imagestack: {error}", file=sys.stderr)  # noqa: T201 - this is a command
        raise typer.Exit(code=2) from error
