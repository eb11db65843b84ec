"""`imagestack explain`: what an address means."""

from typing import Annotated, Any

import typer

from imagestack_cli import output
from imagestack_cli.api.client import call
from imagestack_cli.api.resources import ANY_HOST, resource_of
from imagestack_cli.commands.rules_test import ANSWERING_RULE
from imagestack_cli.deployment.command import with_deployment
from imagestack_cli.deployment.deployment import Deployment
from imagestack_cli.errors import UsageError

# A host that no resource has of its own, for paths of the resource of all hosts.
_ANY = "localhost"


@with_deployment
def explain(
    deployment: Deployment,
    address: Annotated[str, typer.Argument(metavar="URL", help="Like 'https://host/cat.jpg?width=300', or its path.")],
    accept: Annotated[str, typer.Option("--accept", metavar="VALUE", help="The Accept header of the request.")] = "",
    resource: Annotated[
        str | None,
        typer.Option(
            "--resource", metavar="RESOURCE", help="For a path: its host or number. Default: the only resource."
        ),
    ] = None,
) -> None:
    """Explain what an address means: rule, parameters, result, formats by browser, and keys. Nothing is encoded."""
    if address.startswith("/"):
        host = resource_of(deployment.api, address, resource)["cname"]
        address = f"https://{_ANY if host == ANY_HOST else host}{address}"
    elif "://" not in address:
        raise UsageError("URL is like https://host/path?width=300, or a path like /cat.jpg?width=300")
    elif resource is not None:
        raise UsageError("--resource is for a path; a whole URL names its host")
    found = call(deployment.api, "GET", ANSWERING_RULE, query={"url": address, "accept": accept})
    if deployment.options.as_json:
        output.as_json(found)
        return
    typer.echo(output.cell(found["text"]))
    _print(found["explanation"])


def _print(explanation: dict[str, Any]) -> None:
    if explanation["refusal"]:
        typer.echo(f"viewers get 403: {output.cell(explanation['refusal'])}")
    if explanation["parameters"]:
        typer.echo("\nParameters")
        rows = [(one["name"], one["sent"], one["value"] or one["problem"]) for one in explanation["parameters"]]
        output.table(("NAME", "VALUE", "UNDERSTOOD"), rows)
    if explanation["unknown"]:
        typer.echo("\nIgnored: these parameters do not exist")
        output.table(("NAME", "NEAREST"), [(one["name"], one["nearest"]) for one in explanation["unknown"]])
    typer.echo("\nOriginal")
    original, result = explanation["original"], explanation["result"]
    typer.echo(_image(original) if original else output.cell(explanation["original_problem"]))
    if result:
        typer.echo("\nResult")
        operations = " ".join(result["operations"]) or "the original, unchanged"
        typer.echo(f"{operations}: {_image(result)}")
        if result["only_if_smaller"]:
            typer.echo("the original instead, if the result has no fewer bytes")
        for reason in result["reasons"]:
            typer.echo(f"skipped: {output.cell(reason)}")
    if explanation["browsers"]:
        typer.echo("\nBrowsers")
        rows = [(one["decodes"], one["content_type"], one["derived_key"]) for one in explanation["browsers"]]
        output.table(("DECODES", "RESULT", "DERIVED KEY"), rows)
    key = explanation["cache_key"]
    query = f"?{key['query']}" if key["query"] else ""
    typer.echo("\nKeys")
    typer.echo(f"derived  {output.cell(explanation['derived_key'])}")
    typer.echo(f"cache    {output.cell(key['host'] + key['path'] + query)}, formats: {key['accept']}")


def _image(facts: dict[str, Any]) -> str:
    size = f"{facts['width']} x {facts['height']}" if facts["width"] else "unknown size"
    parts = [output.cell(facts["content_type"]), size]
    if "bytes" in facts:
        parts.append(f"{facts['bytes']} bytes")
    return ", ".join(parts)
