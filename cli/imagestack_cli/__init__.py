"""The operators' commands; `add_to` adds them to the command `imagestack`."""

from collections.abc import Callable

import typer

from imagestack_cli.commands import resources, rules, tokens
from imagestack_cli.commands.doctor import doctor
from imagestack_cli.commands.explain import explain
from imagestack_cli.commands.prefetch import prefetch
from imagestack_cli.commands.purge import purge
from imagestack_cli.commands.srcset import srcset

GROUPS: dict[str, typer.Typer] = {"resources": resources.app, "rules": rules.app, "tokens": tokens.app}
COMMANDS: dict[str, Callable[..., None]] = {
    "purge": purge,
    "prefetch": prefetch,
    "srcset": srcset,
    "explain": explain,
    "doctor": doctor,
}


def add_to(app: typer.Typer) -> None:
    """Add all groups and commands to an application."""
    for name, group in GROUPS.items():
        app.add_typer(group, name=name)
    for name, command in COMMANDS.items():
        app.command(name)(command)
