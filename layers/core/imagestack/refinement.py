"""The request for a refinement, as the image function sends it to the refine function."""

import json
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Refinement:
    """A derived object to be made smaller, and the request that led to it.

    Attributes:
        host: host of the request; `*` if the host has no resource of its own.
        key: the path of the request without its leading slash, decoded.
        query: the canonical query of the request.
        accepted: the formats that the client accepts, best first.
        name: the derived key.
        etag: ETag of the original that the derived object was made of.
    """

    host: str
    key: str
    query: str
    accepted: tuple[str, ...]
    name: str
    etag: str


def to_message(refinement: Refinement) -> str:
    """The refinement as the body of a message."""
    return json.dumps(asdict(refinement))


def read_message(body: str) -> Refinement:
    """Read the body of a message of `to_message`.

    Raises:
        ValueError: the body has another form.
    """
    read: Any = json.loads(body)
    names = [field.name for field in fields(Refinement)]
    if not isinstance(read, dict) or read.keys() != set(names):
        raise ValueError(f"the message has not exactly {', '.join(names)}")
    accepted = read.pop("accepted")
    if not isinstance(accepted, list) or not all(isinstance(text, str) for text in (*accepted, *read.values())):
        raise ValueError("the message has a value that is not text")
    return Refinement(**read, accepted=tuple(accepted))
