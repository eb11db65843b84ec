"""Failures of the control plane that know their HTTP answer."""

from typing import Any

# A field's messages, or those of the fields within it.
Messages = dict[str, Any]


class ControlError(Exception):
    """A failure of a request.

    Attributes:
        status: HTTP status of the answer.
        body: of the answer, for JSON; holds neither internals nor secrets.
        headers: further headers of the answer.
    """

    status = 500

    def __init__(self, text: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.body: Messages = {"error": text}
        self.headers = headers or {}


class InvalidError(ControlError):
    """What is asked for makes no sense, by field: `{"field": ["message"]}`, nested as the fields are."""

    status = 400

    def __init__(self, body: Messages) -> None:
        super().__init__("invalid")
        self.body = body


class UnauthorizedError(ControlError):
    """Nobody knows who asks."""

    status = 401

    def __init__(self, text: str) -> None:
        super().__init__(text, {"WWW-Authenticate": "APIKey"})


class RoleError(ControlError):
    """The role of the token does not suffice."""

    status = 403


class NotFoundError(ControlError):
    """There is no such thing."""

    status = 404


class ConflictError(ControlError):
    """Somebody else has changed the same thing in the meantime."""

    status = 409

    def __init__(self, text: str = "changed by somebody else in the meantime; read it again") -> None:
        super().__init__(text)


class TooLargeError(ControlError):
    """The request is larger than what can be kept."""

    status = 413


class ThrottledError(ControlError):
    """Too many requests."""

    status = 429

    def __init__(self, text: str, seconds: int) -> None:
        super().__init__(text, {"Retry-After": str(seconds)})


class LockedOutError(ThrottledError):
    """Too many wrong tokens came from one address."""


class UnavailableError(ControlError):
    """What is needed does not answer, or is not there."""

    status = 503

    def __init__(self, text: str = "the tables cannot be reached", seconds: int = 5) -> None:
        super().__init__(text, {"Retry-After": str(seconds)})
