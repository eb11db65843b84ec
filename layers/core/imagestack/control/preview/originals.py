"""The originals of a resource, for choosing."""

from imagestack.control import times
from imagestack.control.api.queries import OriginalsQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import read_query
from imagestack.control.backends import Backends
from imagestack.control.errors import InvalidError, UnavailableError
from imagestack.control.store.ports import Store
from imagestack.control.store.registry import find
from imagestack.rules.items import read_items

# Bytes, S3's limit.
_LONGEST_KEY = 1_024


class OriginalsOfResource:
    """What lies below the origin of a resource; `bucket` is the one that an origin may name."""

    def __init__(self, store: Store, bucket: str, backends: Backends) -> None:
        self._store = store
        self._bucket = bucket
        self._backends = backends

    def browse(self, call: Call) -> Reply:
        """Originals of a resource, by path."""
        query = read_query(OriginalsQuery, call.query)
        found = find(self._store, call.numbers["resource_id"])
        if self._backends.originals is None:
            raise UnavailableError("originals cannot be listed here", 3_600)
        resource = read_items(found.host, found.items, self._bucket)[0]
        origin = resource.origin.prefix if resource else ""
        begins, after = _key(origin, query.prefix, "prefix"), _key(origin, query.after, "after")
        listed, more = self._backends.originals.browse(begins, after if query.after else "", query.limit)
        results = [
            {"path": f"/{one.key.removeprefix(origin)}", "bytes": one.size, "updated": times.written(one.updated)}
            for one in listed
        ]
        return Reply(200, {"results": results, "next": results[-1]["path"] if more and results else None})


def _key(origin: str, path: str, field: str) -> str:
    key = origin + path.removeprefix("/")
    if len(key.encode()) > _LONGEST_KEY:
        raise InvalidError({field: ["is longer than a key can be"]})
    return key
