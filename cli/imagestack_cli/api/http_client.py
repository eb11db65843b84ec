"""The control API over HTTP."""

import json
from urllib.parse import urlencode, urlsplit

import urllib3

from imagestack_cli.api.client import ApiAnswer, ApiRequest
from imagestack_cli.errors import CommandError, UsageError

_TIMEOUT = urllib3.Timeout(connect=5, read=30)


def checked(url: str) -> str:
    """The address of a site, without a slash at its end.

    Raises:
        UsageError: It is not such an address.
    """
    try:
        parts = urlsplit(url)
        right = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        right = False
    if not right or parts.query or parts.fragment or parts.username:
        raise UsageError("an address is like https://images.example.com")
    return url.rstrip("/")


class HttpClient:
    """See `Api`. Redirects are not followed, since the token is for this address only."""

    def __init__(self, url: str, token: str) -> None:
        self._url = checked(url)
        self._token = token
        # No retries: a change without a response may have been made.
        self._pool = urllib3.PoolManager(timeout=_TIMEOUT, retries=False)

    def send(self, request: ApiRequest) -> ApiAnswer:
        """Send a request over HTTP."""
        headers = {"Authorization": f"APIKey {self._token}", "Accept": "application/json"}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        if request.version is not None:
            headers["If-Match"] = f'"{request.version}"'
        url = f"{self._url}{request.path}" + (f"?{urlencode(request.query)}" if request.query else "")
        data = None if request.body is None else json.dumps(request.body).encode()
        try:
            response = self._pool.request(request.method, url, body=data, headers=headers)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            # The messages of the pool's errors repeat the request, so only their kind is reported.
            raise CommandError(f"{self._url} cannot be reached: {type(error).__name__}") from error
        except (ValueError, UnicodeError) as error:
            raise UsageError("the token has characters that a token cannot have") from error
        if not response.data:
            return ApiAnswer(response.status)
        try:
            return ApiAnswer(response.status, json.loads(response.data))
        except ValueError as error:
            raise CommandError(
                f"{self._url} answers {response.status} and no JSON: is the control API at this address?"
            ) from error
