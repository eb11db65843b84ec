"""A derived object that is worth another encode, as one function tells it to another."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Refinement:
    """All that it takes to make a derived object again, and which one it was about.

    Attributes:
        host: of the request; `*` if it has no resource of its own.
        key: the request's path less one leading slash, decoded.
        query: its canonical query.
        accepted: the formats that the client has proved, best first.
        name: the derived key.
        etag: of the original that the derived object was made of.
    """

    host: str
    key: str
    query: str
    accepted: tuple[str, ...]
    name: str
    etag: str


def to_message(refinement: Refinement) -> str:
    """As the body of a message."""
    return json.dumps(asdict(refinement))


def read_message(body: str) -> Refinement:
    """What `to_message` wrote.

    Raises:
        ValueError: it is something else.
    """
    read: Any = json.loads(body)
    names = [field.name for field in fields(Refinement)]
    if not isinstance(read, dict) or read.keys() != set(names):
        raise ValueError(f"the message has not exactly {', '.join(names)}")
    accepted = read.pop("accepted")
    if not isinstance(accepted, list) or not all(isinstance(text, str) for text in (*accepted, *read.values())):
        raise ValueError("the message has something that is no text")
    return Refinement(**read, accepted=tuple(accepted))
