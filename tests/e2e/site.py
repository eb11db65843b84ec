"""A viewer in front of functions in the runtime."""

import mimetypes
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol
from urllib.parse import quote

from bench.deployment import DERIVED, ORIGINALS
from bench.emulated import SECRET
from tests.conftest import Reply, http_event, reply_of

BOTH_FORMATS: dict[str, Any] = {
    "pk": "RESOURCE#*",
    "sk": "RULE#1",
    "rule": "/.*",
    "options": {"image_stack": {"enabled": True, "quality": Decimal(80), "webp_enabled": True, "avif_enabled": True}},
}


class Sends(Protocol):
    """A function or several."""

    def send(self, event: dict[str, Any]) -> tuple[float, dict[str, Any]]:
        """Send an event; returns milliseconds and the answer."""


def put(s3: Any, key: str, body: bytes, **stored: Any) -> None:
    """Store an original with the content type of its extension."""
    kind = mimetypes.guess_type(key)[0] or "application/octet-stream"
    s3.put_object(Bucket=ORIGINALS, Key=key, Body=body, ContentType=kind, **stored)


def asked(key: str, query: str = "", accept: str = "*/*", **headers: str) -> dict[str, Any]:
    """The event of a GET from the distribution; header names have underscores."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return http_event(f"/{quote(key)}", query, headers={"x-origin-secret": SECRET, "accept": accept} | named)


@dataclass(frozen=True)
class Site:
    """Functions, and their store of objects."""

    functions: Sends
    s3: Any

    def get(self, key: str, query: str = "", accept: str = "*/*", **headers: str) -> Reply:
        """GET a key."""
        return reply_of(self.functions.send(asked(key, query, accept, **headers))[1])

    def derived(self) -> list[str]:
        """The keys of all derived objects."""
        return [item["Key"] for item in self.s3.list_objects_v2(Bucket=DERIVED).get("Contents", ())]
