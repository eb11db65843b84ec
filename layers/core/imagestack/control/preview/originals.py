"""The listing of a resource's originals, from which an operator chooses one."""

from imagestack.control import times
from imagestack.control.api.image_models import OriginalFound, OriginalsAnswer
from imagestack.control.api.queries import OriginalsQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import validate_query
from imagestack.control.backends import Backends
from imagestack.control.errors import ABSENT_SECONDS, InvalidError, UnavailableError
from imagestack.control.store.ports import Store
from imagestack.control.store.registry import find_resource
from imagestack.rules.items import read_items

# Bytes; the limit of S3.
_LONGEST_KEY = 1_024


class OriginalsOfResource:
    """The operation that lists originals; `bucket` is the bucket that origins may name."""

    def __init__(self, store: Store, bucket: str, backends: Backends) -> None:
        self._store = store
        self._bucket = bucket
        self._backends = backends

    def browse(self, call: Call) -> Reply:
        """Originals of a resource, by path."""
        query = validate_query(OriginalsQuery, call.query)
        stored = find_resource(self._store, call.numbers["resource_id"])
        if self._backends.originals is None:
            raise UnavailableError("originals cannot be listed here", ABSENT_SECONDS)
        resource = read_items(stored.host, stored.items, self._bucket)[0]
        origin = resource.origin.prefix if resource else ""
        begins, after = _key(origin, query.prefix, "prefix"), _key(origin, query.after, "after")
        listed, more = self._backends.originals.browse(begins, after if query.after else "", query.limit)
        results = [
            OriginalFound(path=f"/{one.key.removeprefix(origin)}", bytes=one.size, updated=times.to_text(one.updated))
            for one in listed
        ]
        following = results[-1].path if more and results else None
        return Reply(200, OriginalsAnswer(results=results, next=following).as_json())


def _key(origin: str, path: str, field: str) -> str:
    key = origin + path.removeprefix("/")
    if len(key.encode()) > _LONGEST_KEY:
        raise InvalidError({field: ["is longer than a key can be"]})
    return key
