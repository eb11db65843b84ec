"""The token by which the API is driven while the local stack runs."""

from datetime import UTC, datetime
from importlib import import_module

from imagestack.control.api.request_context import Call, Caller, Role
from imagestack.control.errors import ControlError
from imagestack.control.tokens import Tokens
from imagestack_local.aws.function import CONTROL
from imagestack_local.errors import StartError

VARIABLE = "IMAGESTACK_TOKEN"
_NAME = "imagestack serve"


def make(chosen: str | None) -> str:
    """Make an admin's token, once the control function has been loaded.

    Args:
        chosen: Its text; None for a random one.

    Raises:
        StartError: The text is none for a token.
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
        raise StartError(f"{VARIABLE} is not taken: {error.body}") from error
    return text
