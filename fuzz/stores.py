"""Stores in memory for the handler: rules that use every option, and a few originals."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from fuzz.pictures import photograph, saved
from imagestack.errors import OriginStatusError
from imagestack.ports import Original, Stored, Version

SECRET = "secret"  # noqa: S105 - protects nothing
_IMAGES = {"image_stack": {"enabled": True, "quality": 80, "webp_enabled": True, "avif_enabled": True}}
_ITEMS: dict[str, list[Mapping[str, Any]]] = {
    "*": [
        {"sk": "SETTINGS", "options": _IMAGES},
        {
            "sk": "RULE#1",
            "rule": "^/signed/",
            "options": {"secure_key": {"enabled": True, "key": "secret1", "type": 0}},
        },
        {
            "sk": "RULE#2",
            "rule": "^/linked/",
            "options": {"referrer_acl": {"enabled": True, "policy_type": "deny", "excepted_values": ["site.example"]}},
        },
        {"sk": "RULE#3", "rule": "^/shared/", "options": {"cors": {"enabled": True, "value": ["$http_origin"]}}},
        {
            "sk": "RULE#4",
            "rule": "^/headed/",
            "options": {
                "static_response_headers": {
                    "enabled": True,
                    "value": [{"name": "X-Team", "value": ["a"], "always": True}],
                },
                "edge_cache_settings": {"enabled": True, "custom_values": {"any": "1d", "404": "0s"}},
                "browser_cache_settings": {"enabled": True, "value": "1y"},
                "cors": {"enabled": True, "value": ["site.example"], "always": True},
            },
        },
    ],
    "off.example": [{"sk": "SETTINGS", "active": False}],
}


class Table:
    """See `imagestack.ports.RuleTable`."""

    def items(self, host: str) -> list[Mapping[str, Any]]:
        """The items of a host."""
        return _ITEMS.get(host, [])


class Secrets:
    """See `imagestack.ports.SecretStore`."""

    def values(self) -> list[str]:
        """The valid secrets."""
        return [SECRET]


@dataclass
class Originals:
    """See `imagestack.ports.OriginalStore`.

    Attributes:
        content_type: content type of each stored object.
        content_encoding: content encoding of each stored object.
        headers: further headers of each stored object.
    """

    content_type: str | None = None
    content_encoding: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def head(self, key: str) -> Stored:
        """The facts of an original."""
        version = Version('"e"', datetime(2026, 1, 1, tzinfo=UTC))
        return Stored(key, version, len(_body(key)), self.content_type, self.content_encoding, self.headers)

    def fetch(self, key: str, at_most: int) -> Original:
        """An original, or its first bytes if it is larger than `at_most`."""
        body = _body(key)
        return Original(self.head(key), body if len(body) <= at_most else body[:1_000])


@cache
def _bodies() -> dict[str, bytes]:
    small, large = photograph(48, 32), photograph(256, 256)
    return {"jpg": saved(small, "JPEG"), "png": saved(small, "PNG"), "large.png": saved(large, "PNG"), "txt": b"<html>"}


def _body(key: str) -> bytes:
    if key.startswith("missing"):
        raise OriginStatusError(404)
    bodies = _bodies()
    return bodies.get(key) or bodies.get(key.rpartition(".")[2]) or bodies["jpg"]
