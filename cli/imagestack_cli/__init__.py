"""The operators' commands: `add_to` adds them to those that `imagestack` has."""

from collections.abc import Callable

import typer

from imagestack_cli import resources, rules, tokens
from imagestack_cli.doctor import doctor
from imagestack_cli.prefetch import prefetch
from imagestack_cli.purge import purge

GROUPS: dict[str, typer.Typer] = {"resources": resources.app, "rules": rules.app, "tokens": tokens.app}
COMMANDS: dict[str, Callable[..., None]] = {"purge": purge, "prefetch": prefetch, "doctor": doctor}


def add_to(app: typer.Typer) -> None:
    """Add all groups and commands to an application."""
    for name, group in GROUPS.items():
        app.add_typer(group, name=name)
    for name, command in COMMANDS.items():
        app.command(name)(command)
