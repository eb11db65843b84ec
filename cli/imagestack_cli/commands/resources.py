"""`imagestack resources`."""

from pathlib import Path
from typing import Annotated

import typer

from imagestack_cli import output
from imagestack_cli.api.client import call
from imagestack_cli.api.resources import RESOURCES, Json, resource, resources
from imagestack_cli.deployment.command import group, with_deployment
from imagestack_cli.deployment.deployment import Deployment
from imagestack_cli.files.documents import read_object, resource_body, without_keys

app = group("resources", "Resources: hosts, with their origin and options.")

Name = Annotated[str, typer.Argument(metavar="RESOURCE", help="Host or number; * is the resource of all other hosts.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="JSON, as `get --json` prints it; - is standard input.")]
Version = Annotated[
    str | None, typer.Option("--if-match", metavar="VERSION", help="Fail if the current version is another one.")
]


@app.command("list")
@with_deployment
def list_resources(deployment: Deployment) -> None:
    """List all resources."""
    found = resources(deployment.api)
    if deployment.options.as_json:
        output.as_json([without_keys(one) for one in found])
        return
    output.table(
        ("ID", "HOST", "STATUS", "ORIGIN", "NAME", "UPDATED"),
        [(one["id"], one["cname"], one["status"], one["origin"], one["name"], one["updated"]) for one in found],
    )


@app.command("get")
@with_deployment
def get_resource(deployment: Deployment, name: Name) -> None:
    """Show a resource. With --json, the output is a file for `put`."""
    _show(deployment, resource(deployment.api, name))


@app.command("put")
@with_deployment
def put_resource(deployment: Deployment, file: File, version: Version = None) -> None:
    """Add a resource, or replace the one with the same cname. Fields that are not in the file get their defaults.

    If the file has a version, as `get --json` prints it, only that version is replaced.
    """
    document = read_object(file)
    cname = str(document.get("cname", "")).lower()
    known = next((one for one in resources(deployment.api) if one["cname"] == cname), None)
    body = resource_body(document, known)
    if known is None:
        made = call(deployment.api, "POST", RESOURCES, body=body)
    else:
        path = f"{RESOURCES}/{known['id']}"
        made = call(deployment.api, "PUT", path, body=body, version=version or document.get("version"))
    _show(deployment, made)


@app.command("delete")
@with_deployment
def delete_resource(
    deployment: Deployment,
    name: Name,
    switch_off: Annotated[bool, typer.Option("--switch-off", help="If it is active, switch it off first.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Delete a resource with all its rules. It has to be switched off."""
    found = resource(deployment.api, name)
    path = f"{RESOURCES}/{found['id']}"
    if switch_off and found["active"]:
        call(deployment.api, "PATCH", path, body={"active": False}, version=found["version"])
    call(deployment.api, "DELETE", path)
    output.note(f"resource {found['id']} ({found['cname']}) is deleted")


def _show(deployment: Deployment, found: Json) -> None:
    if deployment.options.as_json:
        output.as_json(without_keys(found))
        return
    names = ("id", "cname", "status", "origin", "name", "description", "created", "updated", "version", "problem")
    output.table(("FIELD", "VALUE"), [(name, found[name]) for name in names] + options_rows(without_keys(found)))
    output.note(f"{len(found['rules'])} rules")


def options_rows(found: Json) -> list[tuple[str, object]]:
    """A row for each setting of each option that is set."""
    return [
        (f"{option}.{name}", value if not isinstance(value, list | dict) else str(value))
        for option, settings in found["options"].items()
        if isinstance(settings, dict)
        for name, value in settings.items()
    ]
