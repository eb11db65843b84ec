"""The originals of a resource, as the control API lists them."""

from collections.abc import Iterator
from urllib.parse import quote, unquote

from imagestack_cli.api.client import Api, call
from imagestack_cli.api.resources import RESOURCES, Json

# The largest page of the API.
PAGE = 1000
# Characters of a path that need no encoding (RFC 3986 section 3.3).
_PLAIN = "/-._~!$&'()*+,;=:@"


def paths_of(api: Api, resource: Json, prefix: str) -> Iterator[str]:
    """Paths of all originals below a path, percent-encoded. Keys that end in a slash are left out: they are folders.

    Args:
        api: The API.
        resource: A resource, as the API returns it.
        prefix: The path, percent-encoded or not; it starts with a slash.

    Raises:
        CommandError: The API does not respond.
    """
    address = f"{RESOURCES}/{resource['id']}/originals"
    query = {"prefix": unquote(prefix).removeprefix("/"), "limit": str(PAGE)}
    while True:
        page = call(api, "GET", address, query=query)
        for one in page["results"]:
            if not one["path"].endswith("/"):
                yield quote(one["path"], safe=_PLAIN)
        if page["next"] is None:
            return
        query["after"] = page["next"]
