"""Hosts of pages, from Origin and Referer, and the lists of domains that options have."""

from collections.abc import Iterable
from urllib.parse import urlsplit


def host_of(url: str) -> str | None:
    """The host of a URL, lower case, without port and without the dot of the root; None if it has none."""
    try:
        # Browsers read a backslash as a slash (URL standard, section 4.4).
        parts = urlsplit(url.strip().replace("\\", "/"))
        host = parts.hostname or ""
    except ValueError:
        return None
    return (host.removesuffix(".") or None) if parts.scheme else None


def among(host: str, domains: Iterable[str]) -> bool:
    """Whether a host is one of these domains. `*.example.com` is every host below `example.com`, at any depth."""
    return any(host.endswith(name[1:]) if name.startswith("*.") else host == name for name in domains)
