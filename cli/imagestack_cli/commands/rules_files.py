"""`imagestack rules export` and `import`."""

import json
import os
import re
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import track

from imagestack_cli import output
from imagestack_cli.api.resources import resource, resources
from imagestack_cli.deployment.command import with_deployment
from imagestack_cli.deployment.deployment import Deployment
from imagestack_cli.errors import CommandError, UsageError
from imagestack_cli.files.documents import read, resource_of
from imagestack_cli.files.import_plan import Step, apply, make_plan

_OWN = 0o600
_SUFFIX = ".json"
# What can be a RESOURCE: a host name, an address, a number or `*`.
_HOST = re.compile(r"\*|[0-9]+|localhost|[\w-]+(\.[\w-]+)+|[\w.-]+:[0-9]+|\[?[0-9a-fA-F]*:[0-9a-fA-F:.]*\]?")


@with_deployment
def export_rules(
    deployment: Deployment,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write, NAME.json; - is standard output.")],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[RESOURCE]...", help="Hosts or numbers of resources. Default: all.")
    ] = None,
    with_keys: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--with-keys", help="Write the keys of signed URLs too. Keep the file to yourself.")
    ] = False,
    force: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--force", help="Write a FILE that does not end in .json.")
    ] = False,
) -> None:
    """Write resources and their rules into a file for `import`. Keys of signed URLs are hidden in it."""
    to_file = str(file) != "-"
    if with_keys and not to_file:
        raise UsageError("--with-keys needs a file")
    if to_file and not force:
        _check_name(file)
    wanted = names or [str(one["id"]) for one in resources(deployment.api)]
    found = [resource_of(resource(deployment.api, name), secrets=with_keys) for name in wanted]
    text = json.dumps({"resources": found}, indent=2, ensure_ascii=not to_file) + "\n"
    if not to_file:
        typer.echo(text, nl=False)
        return
    try:
        _write(file, text)
    except OSError as error:
        raise CommandError(f"{file} cannot be written: {error.strerror}") from error
    rules = sum(len(one["rules"]) for one in found)
    output.note(f"{file}: {len(found)} resources, {rules} rules")


def _check_name(file: Path) -> None:
    """Refuse a new file whose name is more probably the host of a resource.

    Raises:
        UsageError: It does not end in .json.
    """
    if file.suffix.lower() == _SUFFIX or file.exists():
        return
    name = str(file)
    if _HOST.fullmatch(name):
        raise UsageError(
            f"FILE comes first and ends in {_SUFFIX}. To export the resource {name}, type: "
            f"imagestack rules export FILE{_SUFFIX} {name} (--force writes a file named {name})"
        )
    raise UsageError(f"FILE ends in {_SUFFIX}: type {name}{_SUFFIX}, or add --force")


@with_deployment
def import_rules(
    deployment: Deployment,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file from `export`; - is standard input.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Apply the plan without asking.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Show what a file adds, changes and removes, ask, and apply it. With --json, only --yes applies it.

    Rules of a resource in the file are removed if they are not in the file. Other resources stay.
    """
    steps = make_plan(deployment.api, read(file))
    if deployment.options.as_json:
        done = list(apply(deployment.api, steps)) if yes else []
        output.as_json({"plan": [step.view() for step in steps], "applied": len(done)})
        return
    if not steps:
        output.note("nothing to change")
        return
    output.table(("CHANGE", "HOST", "RULE", "ID", "FIELDS"), map(_row, steps))
    counts = [f"{sum(step.kind == kind for step in steps)} {kind}" for kind in ("added", "changed", "removed")]
    output.note(", ".join(counts))
    if not yes:
        typer.confirm("Apply?", abort=True, err=True)
    # The API takes a moment for each of up to hundreds of changes.
    console = Console(file=sys.stderr)
    made = list(
        track(apply(deployment.api, steps), "changes", len(steps), console=console, disable=not console.is_terminal)
    )
    output.note(f"{len(made)} changes made")


def _row(step: Step) -> tuple[object, ...]:
    what = "(the resource)" if step.rule is None else step.rule
    return step.kind, step.host, what, step.now["id"] if step.now else None, ", ".join(step.fields)


def _write(file: Path, text: str) -> None:
    """Write a file that only its owner can read, and replace the old one at once."""
    beside = file.with_name(f"{file.name}.{os.getpid()}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
        beside.replace(file)
    finally:
        beside.unlink(missing_ok=True)
