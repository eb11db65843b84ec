"""`imagestack rules test`: which rule applies to an address, and why."""

from typing import Annotated

import typer

from imagestack_cli import output
from imagestack_cli.api.client import call
from imagestack_cli.deployment.command import with_deployment
from imagestack_cli.deployment.deployment import Deployment
from imagestack_cli.errors import UsageError

ANSWERING_RULE = "/cdn/answering_rule"
_COLUMNS = {"ID": "id", "WEIGHT": "weight", "NAME": "name", "PATTERN": "rule", "VERDICT": "why"}


@with_deployment
def try_rules(
    deployment: Deployment,
    host: Annotated[str, typer.Argument(metavar="HOST", help="The host of the request.")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="The path, percent-encoded, with any query.")],
    accept: Annotated[str, typer.Option("--accept", metavar="VALUE", help="The Accept header of the request.")] = "",
) -> None:
    """Show which rule applies to an address, why, and what happens to an image there."""
    if not path.startswith("/"):
        raise UsageError("a path starts with /")
    # With http the same rule applies.
    found = call(deployment.api, "GET", ANSWERING_RULE, query={"url": f"https://{host}{path}", "accept": accept})
    if deployment.options.as_json:
        output.as_json(found)
        return
    output.table(list(_COLUMNS), [[one[name] for name in _COLUMNS.values()] for one in found["rules"]])
    typer.echo("")
    typer.echo(output.cell(found["text"]))
