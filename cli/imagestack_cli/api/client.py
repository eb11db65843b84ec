"""The control API as commands use it, wherever it is: behind an address, or in this process on the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from imagestack_cli.failures import CommandError


@dataclass(frozen=True)
class Answer:
    """What the API answered: JSON, None for an empty body."""

    status: int
    body: Any = None


class Api(Protocol):
    """Paths, bodies and answers are those of `imagestack.control.routes`."""

    def send(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        query: Mapping[str, str] | None = None,
        version: str | None = None,
    ) -> Answer:
        """Ask for something.

        Args:
            method: of HTTP.
            path: starts with `/cdn/`.
            body: for JSON.
            query: by name.
            version: what is to be changed has to be of this version; None whatever it is.

        Raises:
            CommandError: nobody answers.
        """


def ask(  # noqa: PLR0913 - a request has as many parts
    api: Api,
    method: str,
    path: str,
    *,
    body: object = None,
    query: Mapping[str, str] | None = None,
    version: str | None = None,
) -> Any:  # noqa: ANN401 - JSON
    """The body of the answer to what was not refused.

    Raises:
        CommandError: it was, or nobody answers.
    """
    answer = api.send(method, path, body=body, query=query, version=version)
    if answer.status >= 300:  # noqa: PLR2004 - RFC 9110 section 15
        raise CommandError(_told(answer))
    return answer.body


def _told(answer: Answer) -> str:
    """What is wrong, in one line: messages by field, nested as the fields are, become `field.field: message`."""
    if isinstance(answer.body, dict) and answer.body:
        return "; ".join(_lines("", answer.body))
    return f"the answer is {answer.status}"


def _lines(name: str, found: object) -> list[str]:
    if isinstance(found, dict):
        # What is about the whole request needs no name.
        return [
            line
            for inner, value in found.items()
            for line in _lines(name if inner in ("error", "message", "non_field_errors") else f"{name}.{inner}", value)
        ]
    text = ", ".join(map(str, found)) if isinstance(found, list) else str(found)
    return [f"{name.removeprefix('.')}: {text}" if name else text]
