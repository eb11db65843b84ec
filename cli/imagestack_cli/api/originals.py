"""The originals of a resource, as the control API lists them."""

from collections.abc import Iterator
from urllib.parse import quote, unquote

from imagestack_cli.api import Api, ask
from imagestack_cli.found import RESOURCES, Json

# The most that the API gives at a time.
PAGE = 1000
# What a path may hold as it is (RFC 3986 section 3.3).
_PLAIN = "/-._~!$&'()*+,;=:@"


def paths_of(api: Api, resource: Json, prefix: str) -> Iterator[str]:
    """Paths of all originals below a path, percent-encoded, page after page; without the folders that consoles make.

    Args:
        api: where.
        resource: as the API shows it.
        prefix: percent-encoded or not, starts with a slash.

    Raises:
        CommandError: the API does not answer.
    """
    address = f"{RESOURCES}/{resource['id']}/originals"
    query = {"prefix": unquote(prefix).removeprefix("/"), "limit": str(PAGE)}
    while True:
        page = ask(api, "GET", address, query=query)
        for one in page["results"]:
            if not one["path"].endswith("/"):
                yield quote(one["path"], safe=_PLAIN)
        if page["next"] is None:
            return
        query["after"] = page["next"]
