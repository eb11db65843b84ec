"""`imagestack tokens`."""

from typing import Annotated

import typer

from imagestack_cli import shown
from imagestack_cli.api import ask
from imagestack_cli.command import group, with_target
from imagestack_cli.target import Target

app = group("tokens", "Tokens: who may use the control API. The first one is made with tables.")

_PATH = "/cdn/tokens"
_TITLES = ("ID", "NAME", "ROLE", "CREATED", "EXPIRES", "LAST USED")
_FIELDS = ("id", "name", "role", "created", "expires", "last_used")


@app.command("create")
@with_target
def create_token(
    target: Target,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Whose it is, or what for.")],
    role: Annotated[str, typer.Option("--role", help="admin, editor or viewer.")] = "viewer",
    expires: Annotated[str | None, typer.Option("--expires", metavar="TIME", help="ISO 8601; else never.")] = None,
) -> None:
    """Make a token. Its text is printed this once and kept nowhere."""
    made = ask(target.tokens_api, "POST", _PATH, body={"name": name, "role": role, "expires": expires})
    if target.options.as_json:
        shown.as_json(made)
        return
    shown.said(f"token {made['id']} ({made['role']}) for {made['name']}; it is shown this once:")
    typer.echo(made["token"])


@app.command("list")
@with_target
def list_tokens(target: Target) -> None:
    """List all tokens, without their texts."""
    found = ask(target.tokens_api, "GET", _PATH)
    if target.options.as_json:
        shown.as_json(found)
        return
    shown.table(_TITLES, [[one[name] for name in _FIELDS] for one in found])


@app.command("revoke")
@with_target
def revoke_token(target: Target, number: Annotated[int, typer.Argument(metavar="ID", min=1)]) -> None:
    """Remove a token; it opens nothing from now on."""
    ask(target.tokens_api, "DELETE", f"{_PATH}/{number}")
    shown.said(f"token {number} is revoked")
