"""The admin's token for the API of the local stack."""

from datetime import UTC, datetime
from importlib import import_module

from imagestack.control.api.request_context import Call
from imagestack.control.errors import ControlError
from imagestack.control.roles import Caller, Role
from imagestack.control.tokens import Tokens
from imagestack_local.aws.function import CONTROL
from imagestack_local.errors import StartError

VARIABLE = "IMAGESTACK_TOKEN"
_NAME = "imagestack serve"


def make(chosen: str | None) -> str:
    """Make an admin's token. The control function has to be loaded.

    Args:
        chosen: The text of the token; None for a random one.

    Raises:
        StartError: The text cannot be a token.
    """
    call = Call(
        caller=Caller(0, _NAME, Role.ADMIN),
        method="POST",
        path=_NAME,
        now=datetime.now(UTC),
        body={"name": _NAME, "role": "admin"},
    )
    try:
        text: str = Tokens(import_module(CONTROL.module).STORE).create(call, chosen).body["token"]
    except ControlError as error:
        raise StartError(f"{VARIABLE} cannot be used as a token: {error.body}") from error
    return text
