"""A response headers policy: headers that are added to and removed from responses."""

import re
from dataclasses import dataclass

Headers = dict[str, list[str]]
"""Values by name in lower case, one for each header line."""


@dataclass(frozen=True)
class Added:
    """A header that is added. `override`: it replaces one that the origin sent."""

    name: str
    value: str
    override: bool = True


@dataclass(frozen=True)
class Cors:
    """CORS headers (guide, "Understand response headers policies")."""

    origins: tuple[str, ...]
    methods: str
    headers: str
    credentials: bool = False
    exposed: str = ""
    seconds: int | None = None
    override: bool = False
    """Whether CORS headers of the origin are replaced; otherwise they stay and nothing is added."""

    def apply(self, headers: Headers, origin: str | None, *, preflight: bool) -> None:
        """Add the headers, if the request has an Origin that is allowed."""
        sent = [name for name in headers if name.startswith("access-control-")]
        if origin is None or (sent and not self.override):
            return
        for name in sent:
            del headers[name]
        anyone = self.origins == ("*",)
        if not anyone:
            headers["vary"] = [*headers.get("vary", ()), "Origin"]
        if not (anyone or any(_matches(pattern, origin) for pattern in self.origins)):
            return
        headers["access-control-allow-origin"] = ["*" if anyone and not self.credentials else origin]
        if self.credentials:
            headers["access-control-allow-credentials"] = ["true"]
        if self.exposed:
            headers["access-control-expose-headers"] = [self.exposed]
        if preflight:
            headers["access-control-allow-methods"] = [self.methods]
            headers["access-control-allow-headers"] = [self.headers]
            if self.seconds is not None:
                headers["access-control-max-age"] = [str(self.seconds)]


@dataclass(frozen=True)
class HeadersPolicy:
    """A policy; the empty one changes nothing."""

    added: tuple[Added, ...] = ()
    removed: tuple[str, ...] = ()
    cors: Cors | None = None

    def apply(self, headers: Headers, origin: str | None, *, preflight: bool = False) -> None:
        """Change the headers of a response.

        Args:
            headers: The headers of the response.
            origin: The request's Origin, if it has one.
            preflight: Whether the request is a CORS preflight.
        """
        for name in self.removed:
            headers.pop(name, None)
        if self.cors:
            self.cors.apply(headers, origin, preflight=preflight)
        for one in self.added:
            if one.override or one.name not in headers:
                headers[one.name] = [one.value]


NO_POLICY = HeadersPolicy()


def _matches(pattern: str, origin: str) -> bool:
    """Whether an origin matches a pattern such as `https://example.com`, `example.com` or `*.example.com`."""
    scheme, separator, host = pattern.rpartition("://")
    sent_scheme, _, sent_host = origin.partition("://")
    if separator and scheme not in ("*", sent_scheme):
        return False
    if not re.search(r":(\d+|\*)$", host):
        sent_host = re.sub(r":\d+$", "", sent_host)
    expected = re.escape(host).replace(r"\*", ".*")
    return re.fullmatch(expected, sent_host, re.IGNORECASE) is not None
