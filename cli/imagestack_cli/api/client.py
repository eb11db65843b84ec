"""The control API as commands use it: over HTTP, or in this process on the tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from imagestack_cli.errors import CommandError


@dataclass(frozen=True)
class ApiAnswer:
    """A response of the API; its body is JSON, None for an empty one."""

    status: int
    body: Any = None


@dataclass(frozen=True)
class ApiRequest:
    """A request to the API.

    Attributes:
        method: The HTTP method.
        path: The path; it starts with `/cdn/`.
        body: The body, sent as JSON; None for none.
        query: The query's parameters by name.
        version: The version that the request changes; None for any.
    """

    method: str
    path: str
    body: object = None
    query: Mapping[str, str] = field(default_factory=dict)
    version: str | None = None


class Api(Protocol):
    """The control API. Paths, bodies and responses are those of `imagestack.control.routes`."""

    def send(self, request: ApiRequest) -> ApiAnswer:
        """Send a request.

        Raises:
            CommandError: The API does not respond.
        """


def call(  # noqa: PLR0913 - the fields of a request
    api: Api,
    method: str,
    path: str,
    *,
    body: object = None,
    query: Mapping[str, str] | None = None,
    version: str | None = None,
) -> Any:  # noqa: ANN401 - JSON
    """Send a request, and give the body of the response; see `ApiRequest`.

    Raises:
        CommandError: The API refuses the request or does not respond.
    """
    answer = api.send(ApiRequest(method, path, body, query or {}, version))
    if answer.status >= 300:  # noqa: PLR2004 - RFC 9110 section 15
        raise CommandError(_reason(answer))
    return answer.body


def _reason(answer: ApiAnswer) -> str:
    """Why a request is refused, in one line: nested messages become `field.field: message`."""
    if isinstance(answer.body, dict) and answer.body:
        return "; ".join(_lines("", answer.body))
    return f"the API answers {answer.status}"


def _lines(name: str, found: object) -> list[str]:
    if isinstance(found, dict):
        # A message about the whole request has no name.
        return [
            line
            for inner, value in found.items()
            for line in _lines(name if inner in ("error", "message", "non_field_errors") else f"{name}.{inner}", value)
        ]
    text = ", ".join(map(str, found)) if isinstance(found, list) else str(found)
    return [f"{name.removeprefix('.')}: {text}" if name else text]
