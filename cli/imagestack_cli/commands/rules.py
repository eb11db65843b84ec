"""`imagestack rules`: list, get, put, delete; the other commands come from modules of their own."""

from typing import Annotated

import typer

from imagestack_cli import output
from imagestack_cli.api.client import call
from imagestack_cli.api.resources import Json, resource, resources, rules_path
from imagestack_cli.commands.resources import File, Name, Version, options_rows
from imagestack_cli.commands.rules_files import export_rules, import_rules
from imagestack_cli.commands.rules_test import try_rules
from imagestack_cli.deployment.command import group, with_deployment
from imagestack_cli.deployment.deployment import Deployment
from imagestack_cli.files.documents import read_object, rule_body, without_keys
from imagestack_cli.files.import_plan import remove_rule

app = group("rules", "Rules: options for paths of a resource.")

Number = Annotated[int, typer.Argument(metavar="RULE", help="The rule's number.")]


@app.command("list")
@with_deployment
def list_rules(
    deployment: Deployment,
    name: Annotated[str | None, typer.Argument(metavar="RESOURCE", help="Its host or number. Default: all.")] = None,
) -> None:
    """List rules in the order in which they are tried."""
    names = [name] if name is not None else [str(one["id"]) for one in resources(deployment.api)]
    found = [resource(deployment.api, one) for one in names]
    if deployment.options.as_json:
        listed = [{"cname": one["cname"], "resource_id": one["id"], **rule} for one in found for rule in one["rules"]]
        output.as_json([without_keys(rule) for rule in listed])
        return
    output.table(
        ("HOST", "ID", "WEIGHT", "ACTIVE", "NAME", "PATTERN", "OPTIONS", "PROBLEM"),
        [
            (
                one["cname"],
                rule["id"],
                rule["weight"],
                rule["active"],
                rule["name"],
                rule["rule"],
                ", ".join(option for option, settings in rule["options"].items() if settings is not None),
                rule["problem"],
            )
            for one in found
            for rule in one["rules"]
        ],
    )


@app.command("get")
@with_deployment
def get_rule(deployment: Deployment, name: Name, number: Number) -> None:
    """Show a rule. With --json, the output is a file for `put`."""
    found = resource(deployment.api, name)
    _show(deployment, call(deployment.api, "GET", f"{rules_path(found)}/{number}"))


@app.command("put")
@with_deployment
def put_rule(
    deployment: Deployment,
    name: Name,
    file: File,
    number: Annotated[
        int | None, typer.Option("--rule", metavar="RULE", help="The rule to replace. Default: add a rule.")
    ] = None,
    version: Version = None,
) -> None:
    """Add a rule, or replace one. Fields that are not in the file get their defaults.

    If the file has a version, as `get --json` prints it, only that version is replaced.
    """
    document = read_object(file)
    path = rules_path(resource(deployment.api, name))
    if number is None:
        made = call(deployment.api, "POST", path, body=rule_body(document, None))
    else:
        path = f"{path}/{number}"
        body = rule_body(document, call(deployment.api, "GET", path))
        made = call(deployment.api, "PUT", path, body=body, version=version or document.get("version"))
    _show(deployment, made)


@app.command("delete")
@with_deployment
def delete_rule(
    deployment: Deployment,
    name: Name,
    number: Number,
    switch_off: Annotated[bool, typer.Option("--switch-off", help="If it is active, switch it off first.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Delete a rule. It has to be switched off."""
    path = f"{rules_path(resource(deployment.api, name))}/{number}"
    if switch_off:
        remove_rule(deployment.api, path, call(deployment.api, "GET", path))
    else:
        call(deployment.api, "DELETE", path)
    output.note(f"rule {number} is deleted")


app.command("test")(try_rules)
app.command("export")(export_rules)
app.command("import")(import_rules)


def _show(deployment: Deployment, rule: Json) -> None:
    if deployment.options.as_json:
        output.as_json(without_keys(rule))
        return
    names = ("id", "name", "rule", "weight", "active", "created", "updated", "version", "problem")
    output.table(("FIELD", "VALUE"), [(name, rule[name]) for name in names] + options_rows(without_keys(rule)))
