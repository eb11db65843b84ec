"""What commands print: tables for people, JSON for scripts."""

import json
import sys
from collections.abc import Iterable, Sequence

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from imagestack_cli.command import one_line

# Through a pipe nothing is cut or folded.
_PIPE_WIDTH = 100_000


def as_json(value: object) -> None:
    """Print JSON."""
    typer.echo(json.dumps(value, indent=2))


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table: as wide as the terminal, or as its cells where there is none."""
    terminal = sys.stdout.isatty()
    found = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        # Nothing is cut off: a pattern is known by its end as well.
        found.add_column(title, overflow="fold")
    for row in rows:
        found.add_row(*(Text(cell(value)) for value in row))
    console = Console(file=sys.stdout, width=None if terminal else _PIPE_WIDTH, highlight=False, markup=False)
    with console.capture() as captured:
        console.print(found)
    # Cells are filled up to the width of their column, the last ones too.
    for line in captured.get().splitlines():
        typer.echo(line.rstrip())


def cell(value: object) -> str:
    """A value for people."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value))


def said(text: str) -> None:
    """Tell people something that is no result, so that results can be piped."""
    typer.echo(one_line(text), err=True)
