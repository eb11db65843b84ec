"""`imagestack resources`."""

from pathlib import Path
from typing import Annotated

import typer

from imagestack_cli import shown
from imagestack_cli.api import ask
from imagestack_cli.command import group, with_target
from imagestack_cli.documents import read_object, resource_body
from imagestack_cli.documents import shown as without_keys
from imagestack_cli.found import RESOURCES, Json, resource, resources
from imagestack_cli.target import Target

app = group("resources", "Resources: what a host serves.")

Name = Annotated[str, typer.Argument(metavar="RESOURCE", help="Its host or its number; * is that of all others.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="JSON as the API takes it; - is standard input.")]
Version = Annotated[
    str | None, typer.Option("--if-match", metavar="VERSION", help="Refuse if it is of another version by now.")
]


@app.command("list")
@with_target
def list_resources(target: Target) -> None:
    """List all resources."""
    found = resources(target.api)
    if target.options.as_json:
        shown.as_json([without_keys(one) for one in found])
        return
    shown.table(
        ("ID", "HOST", "STATUS", "ORIGIN", "NAME", "UPDATED"),
        [(one["id"], one["cname"], one["status"], one["origin"], one["name"], one["updated"]) for one in found],
    )


@app.command("get")
@with_target
def get_resource(target: Target, name: Name) -> None:
    """Show a resource; with --json as `put` takes it."""
    _show(target, resource(target.api, name))


@app.command("put")
@with_target
def put_resource(target: Target, file: File, version: Version = None) -> None:
    """Add a resource, or change that of the same cname to what the file says and to defaults where it says nothing.

    A file that has a version, as `get --json` writes it, changes that version only.
    """
    document = read_object(file)
    cname = str(document.get("cname", "")).lower()
    known = next((one for one in resources(target.api) if one["cname"] == cname), None)
    body = resource_body(document, known)
    if known is None:
        made = ask(target.api, "POST", RESOURCES, body=body)
    else:
        path = f"{RESOURCES}/{known['id']}"
        made = ask(target.api, "PUT", path, body=body, version=version or document.get("version"))
    _show(target, made)


@app.command("delete")
@with_target
def delete_resource(
    target: Target,
    name: Name,
    switch_off: Annotated[bool, typer.Option("--switch-off", help="If it is active, switch it off before.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Delete a resource with all its rules; it has to be switched off."""
    found = resource(target.api, name)
    path = f"{RESOURCES}/{found['id']}"
    if switch_off and found["active"]:
        ask(target.api, "PATCH", path, body={"active": False}, version=found["version"])
    ask(target.api, "DELETE", path)
    shown.said(f"resource {found['id']} ({found['cname']}) is deleted")


def _show(target: Target, found: Json) -> None:
    if target.options.as_json:
        shown.as_json(without_keys(found))
        return
    names = ("id", "cname", "status", "origin", "name", "description", "created", "updated", "version", "problem")
    shown.table(("FIELD", "VALUE"), [(name, found[name]) for name in names] + options_rows(without_keys(found)))
    shown.said(f"{len(found['rules'])} rules")


def options_rows(found: Json) -> list[tuple[str, object]]:
    """A row for each setting of each option that there is."""
    return [
        (f"{option}.{name}", value if not isinstance(value, list | dict) else str(value))
        for option, settings in found["options"].items()
        if isinstance(settings, dict)
        for name, value in settings.items()
    ]
