"""Requests to the public address, over HTTP."""

from functools import lru_cache
from urllib.parse import quote, urlsplit

import urllib3
from urllib3.util import Retry, Timeout

from imagestack.rules.model import ANY_HOST

_SECONDS = 30.0
_ATTEMPTS = 2
_LATER = (429, 502, 503, 504)
# Characters that need no encoding in a path or a query (RFC 3986 sections 3.3 and 3.4).
_SAFE = "/?%!$&'()*+,;=:@-._~"


class HttpViewer:
    """Requests images over HTTP; see `imagestack.sync.ports.Viewer`.

    The connection goes to the distribution's own name, not to the address of the resource's host. TLS and the Host
    header name the resource's host.
    """

    def __init__(self, public_url: str, at_once: int) -> None:
        """Request at `public_url`: scheme, host and port."""
        self._address = urlsplit(public_url)
        self._at_once = at_once
        self._pool = lru_cache(maxsize=16)(self._make_pool)

    def fetch_status(self, host: str, path: str, accept: str) -> int:
        """The HTTP status of the response. A redirect to a large body counts, and is not followed."""
        headers = {"Accept": accept, "User-Agent": "imagestack-prefetch"}
        if host != ANY_HOST:
            headers["Host"] = host
        retries = Retry(
            total=_ATTEMPTS - 1, status_forcelist=_LATER, backoff_factor=0.5, raise_on_status=False, redirect=False
        )
        try:
            response = self._pool(host).request(
                "GET", quote(path, safe=_SAFE), headers=headers, retries=retries, redirect=False
            )
        except urllib3.exceptions.HTTPError:
            return 0
        return response.status

    def _make_pool(self, host: str) -> urllib3.HTTPConnectionPool:
        timeout = Timeout(connect=5, read=_SECONDS)
        name, port = self._address.hostname or "", self._address.port
        if self._address.scheme != "https":
            return urllib3.HTTPConnectionPool(name, port, timeout=timeout, maxsize=self._at_once)
        shown = name if host == ANY_HOST else host
        return urllib3.HTTPSConnectionPool(
            name, port, timeout=timeout, maxsize=self._at_once, server_hostname=shown, assert_hostname=shown
        )
