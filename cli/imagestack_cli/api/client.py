"""The control API as commands use it: over HTTP, or in this process on the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from imagestack_cli.errors import CommandError


@dataclass(frozen=True)
class ApiAnswer:
    """A response of the API; its body is JSON, None for an empty one."""

    status: int
    body: Any = None


class Api(Protocol):
    """The control API. Paths, bodies and responses are those of `imagestack.control.routes`."""

    def send(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, str] | None = None,
        version: str | None = None,
    ) -> ApiAnswer:
        """Send a request.

        Args:
            method: The HTTP method.
            path: The path; it starts with `/cdn/`.
            body: The body, sent as JSON.
            query: The query's parameters by name.
            version: The version that the request changes; None for any.

        Raises:
            CommandError: The API does not respond.
        """


def call(  # noqa: PLR0913 - a request has as many parts
    api: Api,
    method: str,
    path: str,
    *,
    body: object = None,
    query: Mapping[str, str] | None = None,
    version: str | None = None,
) -> Any:  # noqa: ANN401 - JSON
    """Send a request, and give the body of the response.

    Raises:
        CommandError: The API refuses the request or does not respond.
    """
    answer = api.send(method, path, body=body, query=query, version=version)
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
