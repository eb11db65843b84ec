"""Batches of originals from a listing of the bucket, as a Distributed Map of Step Functions sends them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from imagestack.request.accept import BROWSERS


@dataclass(frozen=True)
class PrefetchBatch:
    """The requests of a batch.

    Attributes:
        host: The host of the resource; `*` for the resource of all hosts.
        wanted: Paths with their queries, each with an Accept header.
    """

    host: str
    wanted: Sequence[tuple[str, str]]


def read_batch(event: Mapping[str, Any]) -> PrefetchBatch:
    """Read the input of the state machine.

    Args:
        event: `Items`, each with the `Key` of an original; and `BatchInput` with `host`, `origin_prefix` (the beginning
            of all keys of the resource, absent from its paths), `queries` and `browsers` (names of
            `imagestack.request.accept.BROWSERS`).

    Raises:
        ValueError: The input is invalid; the message says why.
    """
    try:
        batch = event["BatchInput"]
        prefix = str(batch["origin_prefix"])
        keys = [str(item["Key"]) for item in event["Items"]]
        queries = [str(query).removeprefix("?") for query in batch["queries"]]
        accepts = [BROWSERS[browser] for browser in batch["browsers"]]
        host = str(batch["host"])
    except (KeyError, TypeError) as error:
        raise ValueError(f"the input lacks or does not know {error}") from error
    # The S3 console makes an object for each folder.
    paths = [_path(key, prefix) for key in keys if key.startswith(prefix) and key != prefix and not key.endswith("/")]
    addresses = [f"{path}?{query}" if query else path for path in paths for query in queries]
    return PrefetchBatch(host, [(address, accept) for address in addresses for accept in accepts])


def _path(key: str, prefix: str) -> str:
    return "/" + quote(key.removeprefix(prefix), safe="/")
