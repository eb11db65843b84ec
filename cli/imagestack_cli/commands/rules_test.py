"""`imagestack rules test`: which rule answers for an address, and why."""

from typing import Annotated

import typer

from imagestack_cli import shown
from imagestack_cli.api import ask
from imagestack_cli.command import with_target
from imagestack_cli.failures import UsageError
from imagestack_cli.target import Target

_ANSWERING_RULE = "/cdn/answering_rule"
_COLUMNS = {"ID": "id", "WEIGHT": "weight", "NAME": "name", "PATTERN": "rule", "VERDICT": "why"}


@with_target
def try_rules(
    target: Target,
    host: Annotated[str, typer.Argument(metavar="HOST", help="As the viewer asks for it.")],
    path: Annotated[str, typer.Argument(metavar="PATH", help="Percent-encoded, with its query if there is one.")],
    accept: Annotated[str, typer.Option("--accept", metavar="VALUE", help="The viewer's Accept header.")] = "",
) -> None:
    """Say which rule answers for an address and why, and what is made of an image there."""
    if not path.startswith("/"):
        raise UsageError("a path starts with /")
    # The same rule answers by http.
    found = ask(target.api, "GET", _ANSWERING_RULE, query={"url": f"https://{host}{path}", "accept": accept})
    if target.options.as_json:
        shown.as_json(found)
        return
    shown.table(list(_COLUMNS), [[one[name] for name in _COLUMNS.values()] for one in found["rules"]])
    typer.echo("")
    typer.echo(shown.cell(found["text"]))
