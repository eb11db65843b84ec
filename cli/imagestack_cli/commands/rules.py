"""`imagestack rules`: list, get, put, delete."""

from typing import Annotated

import typer

from imagestack_cli import shown
from imagestack_cli.api import ask
from imagestack_cli.command import group, with_target
from imagestack_cli.documents import read_object, rule_body
from imagestack_cli.documents import shown as without_keys
from imagestack_cli.found import Json, resource, resources, rules_path
from imagestack_cli.plan import remove_rule
from imagestack_cli.resources import File, Name, Version, options_rows
from imagestack_cli.rules_files import export_rules, import_rules
from imagestack_cli.target import Target
from imagestack_cli.tester import try_rules

app = group("rules", "Rules: which options hold for which paths of a resource.")

Number = Annotated[int, typer.Argument(metavar="RULE", help="The rule's number.")]


@app.command("list")
@with_target
def list_rules(
    target: Target,
    name: Annotated[str | None, typer.Argument(metavar="RESOURCE", help="Host or number; all if it is absent.")] = None,
) -> None:
    """List rules in the order in which they are asked."""
    names = [name] if name is not None else [str(one["id"]) for one in resources(target.api)]
    found = [resource(target.api, one) for one in names]
    if target.options.as_json:
        listed = [{"cname": one["cname"], "resource_id": one["id"], **rule} for one in found for rule in one["rules"]]
        shown.as_json([without_keys(rule) for rule in listed])
        return
    shown.table(
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
@with_target
def get_rule(target: Target, name: Name, number: Number) -> None:
    """Show a rule; with --json as `put` takes it."""
    found = resource(target.api, name)
    _show(target, ask(target.api, "GET", f"{rules_path(found)}/{number}"))


@app.command("put")
@with_target
def put_rule(
    target: Target,
    name: Name,
    file: File,
    number: Annotated[int | None, typer.Option("--rule", metavar="RULE", help="The one to change; else added.")] = None,
    version: Version = None,
) -> None:
    """Add a rule, or change one to what the file says and to defaults where it says nothing.

    A file that has a version, as `get --json` writes it, changes that version only.
    """
    document = read_object(file)
    path = rules_path(resource(target.api, name))
    if number is None:
        made = ask(target.api, "POST", path, body=rule_body(document, None))
    else:
        path = f"{path}/{number}"
        body = rule_body(document, ask(target.api, "GET", path))
        made = ask(target.api, "PUT", path, body=body, version=version or document.get("version"))
    _show(target, made)


@app.command("delete")
@with_target
def delete_rule(
    target: Target,
    name: Name,
    number: Number,
    switch_off: Annotated[bool, typer.Option("--switch-off", help="If it is active, switch it off before.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Delete a rule; it has to be switched off."""
    path = f"{rules_path(resource(target.api, name))}/{number}"
    if switch_off:
        remove_rule(target.api, path, ask(target.api, "GET", path))
    else:
        ask(target.api, "DELETE", path)
    shown.said(f"rule {number} is deleted")


app.command("test")(try_rules)
app.command("export")(export_rules)
app.command("import")(import_rules)


def _show(target: Target, rule: Json) -> None:
    if target.options.as_json:
        shown.as_json(without_keys(rule))
        return
    names = ("id", "name", "rule", "weight", "active", "created", "updated", "version", "problem")
    shown.table(("FIELD", "VALUE"), [(name, rule[name]) for name in names] + options_rows(without_keys(rule)))
