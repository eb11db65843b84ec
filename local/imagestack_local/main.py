"""The command `imagestack`."""

import logging
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

import imagestack
import imagestack_cli
from imagestack_cli.parameters import parameters_help
from imagestack_local.errors import StartError
from imagestack_local.operator import address, rules_file
from imagestack_local.operator.first_rules import FIRST_RULES
from imagestack_local.originals import folder

app = typer.Typer(
    name="imagestack",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


MEGABYTE = 1024 * 1024


class LogLevel(StrEnum):
    """How much is written to standard error."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    if wanted:
        typer.echo(f"imagestack {imagestack.__version__}")
        raise typer.Exit


def _log_own_lines(level: LogLevel) -> None:
    """Log the lines of this stack by a handler of its own.

    The functions' logger, named `imagestack`, removes lines of loggers with that word in their name from the root's.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    own = logging.getLogger("imagestack_local")
    own.addHandler(handler)
    own.propagate = False
    own.setLevel(level.upper())


@app.callback(epilog=parameters_help())
def main(
    version: Annotated[  # noqa: FBT002 - its callback does the work; a flag of the command
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Image Stack: serve images on this machine, and operate a deployment."""


imagestack_cli.add_to(app)


@app.command()
def serve(  # noqa: PLR0913, PLR0917 - an option of the command each
    host: Annotated[str, typer.Option(help="Address to listen at.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes any free one.")] = 8080,
    originals: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of originals; changes in it are followed. Default: some photographs."),
    ] = None,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", metavar="FILE", help="JSON list of rule items. Default: one rule for all images."),
    ] = None,
    edge: Annotated[  # noqa: FBT002 - a flag of the command
        bool,
        typer.Option("--edge/--no-edge", help="With or without an emulated CloudFront before the functions."),
    ] = True,
    edge_memory: Annotated[
        int, typer.Option(metavar="MB", min=1, help="Memory for responses that the edge caches.")
    ] = 256,
    log_level: Annotated[
        LogLevel,
        typer.Option(help="info logs each request; debug adds the log of the functions."),
    ] = LogLevel.INFO,
) -> None:
    """Run Image Stack on this machine, with S3 and DynamoDB emulated."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(message)s")
    _log_own_lines(log_level)
    try:
        if originals is not None:
            originals = originals.absolute()
            folder.require_images(originals)
        items = rules_file.read(rules) if rules is not None else FIRST_RULES
        listening = address.listen(host, port)
        # Imported late, since it takes a second: a mistake is reported at once.
        from imagestack_local.serve import ServeOptions  # noqa: PLC0415
        from imagestack_local.serve import serve as run  # noqa: PLC0415

        edge_bytes = edge_memory * MEGABYTE if edge else None
        run(ServeOptions(listening, originals, items, log_level.upper(), edge_bytes))
    except StartError as error:
        typer.echo(f"imagestack: {error}", err=True)
        raise typer.Exit(code=2) from error
