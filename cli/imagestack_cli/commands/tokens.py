"""`imagestack tokens`."""

from typing import Annotated

import typer

from imagestack_cli import output
from imagestack_cli.api.client import call
from imagestack_cli.deployment.command import group, with_deployment
from imagestack_cli.deployment.deployment import Deployment

app = group("tokens", "Tokens for the control API. To make the first one, give --stack or the tables.")

_PATH = "/cdn/tokens"
_TITLES = ("ID", "NAME", "ROLE", "CREATED", "EXPIRES", "LAST USED")
_FIELDS = ("id", "name", "role", "created", "expires", "last_used")


@app.command("create")
@with_deployment
def create_token(
    deployment: Deployment,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Its owner or its purpose.")],
    role: Annotated[str, typer.Option("--role", help="admin, editor or viewer.")] = "viewer",
    expires: Annotated[str | None, typer.Option("--expires", metavar="TIME", help="ISO 8601. Default: never.")] = None,
) -> None:
    """Make a token. Its text is printed once and stored nowhere."""
    made = call(deployment.tokens_api, "POST", _PATH, body={"name": name, "role": role, "expires": expires})
    if deployment.options.as_json:
        output.as_json(made)
        return
    output.note(f"token {made['id']} ({made['role']}) for {made['name']}; its text is shown only once:")
    typer.echo(made["token"])


@app.command("list")
@with_deployment
def list_tokens(deployment: Deployment) -> None:
    """List all tokens without their texts."""
    found = call(deployment.tokens_api, "GET", _PATH)
    if deployment.options.as_json:
        output.as_json(found)
        return
    output.table(_TITLES, [[one[name] for name in _FIELDS] for one in found])


@app.command("revoke")
@with_deployment
def revoke_token(deployment: Deployment, number: Annotated[int, typer.Argument(metavar="ID", min=1)]) -> None:
    """Remove a token. It is refused from then on."""
    call(deployment.tokens_api, "DELETE", f"{_PATH}/{number}")
    output.note(f"token {number} is revoked")
