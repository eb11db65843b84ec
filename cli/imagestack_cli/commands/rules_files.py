"""`imagestack rules export` and `import`."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from imagestack_cli import shown
from imagestack_cli.command import with_target
from imagestack_cli.documents import read, resource_of
from imagestack_cli.failures import CommandError, UsageError
from imagestack_cli.found import resource, resources
from imagestack_cli.plan import Step, apply, make_plan
from imagestack_cli.target import Target

_OWN = 0o600


@with_target
def export_rules(
    target: Target,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Written or replaced; - is standard output.")],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[RESOURCE]...", help="Hosts or numbers; all if there are none.")
    ] = None,
    with_keys: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--with-keys", help="Write keys of signatures too; the file is for you alone then.")
    ] = False,
) -> None:
    """Write resources and their rules into a file that `import` reads. Keys of signatures are hidden in it."""
    to_file = str(file) != "-"
    if with_keys and not to_file:
        raise UsageError("--with-keys needs a file")
    wanted = names or [str(one["id"]) for one in resources(target.api)]
    found = [resource_of(resource(target.api, name), secrets=with_keys) for name in wanted]
    text = json.dumps({"resources": found}, indent=2, ensure_ascii=not to_file) + "\n"
    if not to_file:
        typer.echo(text, nl=False)
        return
    try:
        _write(file, text)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}") from error
    rules = sum(len(one["rules"]) for one in found)
    shown.said(f"{file}: {len(found)} resources, {rules} rules")


@with_target
def import_rules(
    target: Target,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="As export writes it; - is standard input.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Apply the plan without a question.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Show what a file adds, changes and removes, and do that after a question; with --json only with --yes.

    Of a resource in the file rules are removed that are not in it; resources that are not in it stay.
    """
    steps = make_plan(target.api, read(file))
    if target.options.as_json:
        done = list(apply(target.api, steps)) if yes else []
        shown.as_json({"plan": [step.view() for step in steps], "applied": len(done)})
        return
    if not steps:
        shown.said("nothing to change")
        return
    shown.table(("CHANGE", "HOST", "RULE", "ID", "FIELDS"), map(_row, steps))
    counts = [f"{sum(step.kind == kind for step in steps)} {kind}" for kind in ("added", "changed", "removed")]
    shown.said(", ".join(counts))
    if not yes:
        typer.confirm("Apply?", abort=True, err=True)
    # Each change takes the API a moment, and there may be hundreds.
    console = Console(file=sys.stderr)
    made = list(
        track(apply(target.api, steps), "changes", len(steps), console=console, disable=not console.is_terminal)
    )
    shown.said(f"{len(made)} changes made")


def _row(step: Step) -> tuple[object, ...]:
    what = "(the resource)" if step.rule is None else step.rule
    return step.kind, step.host, what, step.now["id"] if step.now else None, ", ".join(step.fields)


def _write(file: Path, text: str) -> None:
    """Write a file that nobody else can read at any moment, and replace the old one at once."""
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
