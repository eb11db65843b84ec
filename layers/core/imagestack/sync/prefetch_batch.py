"""Originals of a listing of the bucket, as a Distributed Map of Step Functions hands them over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from imagestack.request.accept import BROWSERS


@dataclass(frozen=True)
class Batch:
    """What is to be asked for.

    Attributes:
        host: of the resource, `*` for that of all hosts.
        wanted: paths with their queries, each with an Accept header.
    """

    host: str
    wanted: Sequence[tuple[str, str]]


def read_batch(event: Mapping[str, Any]) -> Batch:
    """Read what the state machine says.

    Args:
        event: `Items`, each with the `Key` of an original; and `BatchInput` with `host`, `origin_prefix` (what all keys
            of the resource begin with, and its paths do not), `queries` and `browsers` (names of
            `imagestack.request.accept.BROWSERS`).

    Raises:
        ValueError: it makes no sense; the message says what.
    """
    try:
        told = event["BatchInput"]
        prefix = str(told["origin_prefix"])
        keys = [str(item["Key"]) for item in event["Items"]]
        queries = [str(query).removeprefix("?") for query in told["queries"]]
        accepts = [BROWSERS[browser] for browser in told["browsers"]]
        host = str(told["host"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"the input lacks or does not know {error}") from error
    # Folders that the S3 console makes are objects, too.
    paths = [_path(key, prefix) for key in keys if key.startswith(prefix) and key != prefix and not key.endswith("/")]
    addresses = [f"{path}?{query}" if query else path for path in paths for query in queries]
    return Batch(host, [(address, accept) for address in addresses for accept in accepts])


def _path(key: str, prefix: str) -> str:
    return "/" + quote(key.removeprefix(prefix), safe="/")
