"""Errors of the control plane, each with the HTTP status of its answer."""

from typing import Any

# Seconds of `Retry-After`: a store asks for fewer requests, a store fails, this deployment lacks a backend.
THROTTLED_SECONDS, FAILED_SECONDS, ABSENT_SECONDS = 1, 5, 3_600

# Messages by field: lists of texts, or further messages by the fields within.
Messages = dict[str, Any]


class ControlError(Exception):
    """An error of a request.

    Attributes:
        status: The HTTP status of the answer.
        body: The body of the answer, for JSON; holds neither internals nor secrets.
        headers: Further headers of the answer.
    """

    status = 500

    def __init__(self, text: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.body: Messages = {"error": text}
        self.headers = headers or {}


class InvalidError(ControlError):
    """The request is invalid.

    Attributes:
        body: Messages by field: `{"field": ["message"]}`, nested as the fields are.
    """

    status = 400

    def __init__(self, body: Messages) -> None:
        super().__init__("invalid")
        self.body = body


class UnauthorizedError(ControlError):
    """The request has no valid token."""

    status = 401

    def __init__(self, text: str) -> None:
        super().__init__(text, {"WWW-Authenticate": "APIKey"})


class RoleError(ControlError):
    """The role of the token is too low."""

    status = 403


class NotFoundError(ControlError):
    """The resource, rule or other thing does not exist."""

    status = 404


class ConflictError(ControlError):
    """Somebody else has changed the same thing in the meantime."""

    status = 409

    def __init__(self, text: str = "changed by somebody else in the meantime; read it again") -> None:
        super().__init__(text)


class TooLargeError(ControlError):
    """The request is larger than the tables can store."""

    status = 413


class ThrottledError(ControlError):
    """Too many requests."""

    status = 429

    def __init__(self, text: str, seconds: int = THROTTLED_SECONDS) -> None:
        super().__init__(text, {"Retry-After": str(seconds)})


class LockedOutError(ThrottledError):
    """Too many wrong tokens came from one address."""


class UnavailableError(ControlError):
    """A backend does not answer, or this deployment does not have it."""

    status = 503

    def __init__(self, text: str = "the tables cannot be reached", seconds: int = FAILED_SECONDS) -> None:
        super().__init__(text, {"Retry-After": str(seconds)})
