"""The output of commands: tables for people, JSON for scripts."""

import json
import sys
from collections.abc import Iterable, Sequence

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

# Into a pipe, no line is cut or folded.
_PIPE_WIDTH = 100_000


def as_json(value: object) -> None:
    """Print JSON."""
    typer.echo(json.dumps(value, indent=2))


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table, as wide as the terminal; into a pipe, as wide as its cells."""
    terminal = sys.stdout.isatty()
    found = Table(box=None, pad_edge=False, header_style="bold")
    for title in titles:
        # No cell is cut: the end of a pattern matters too.
        found.add_column(title, overflow="fold")
    for row in rows:
        found.add_row(*(Text(cell(value)) for value in row))
    console = Console(file=sys.stdout, width=None if terminal else _PIPE_WIDTH, highlight=False, markup=False)
    with console.capture() as captured:
        console.print(found)
    # The last cell of a line is padded too.
    for line in captured.get().splitlines():
        typer.echo(line.rstrip())


def cell(value: object) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value))


def note(text: str) -> None:
    """Print a note to standard error, so that results can be piped."""
    typer.echo(one_line(text), err=True)


def one_line(text: str) -> str:
    """A text without control characters, which could move a terminal's cursor."""
    return "".join(character if character.isprintable() else " " for character in text)
