"""Purges and prefetches that were asked for. They are recorded here; another function does the work.

Items of the control table (see `ledger`), of the kinds `PURGE` and `PREFETCH`: `id`, `created`, `resource`
{`id`, `cname`}, `type`, `payload` {`urls` or `paths`}, `status`, `token` (who asked), and `finished` once that is so.
`progress` and `message` are written by who does the work.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any

from imagestack.control import times
from imagestack.control.api.bodies import Prefetch, Purge
from imagestack.control.api.pagination import page_of_history
from imagestack.control.api.queries import JobsQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import read, read_query
from imagestack.control.api.views import View
from imagestack.control.audit import entry
from imagestack.control.errors import InvalidError, NotFoundError
from imagestack.control.store import history
from imagestack.control.store.items import plain
from imagestack.control.store.ports import Item, Put, Store, Table
from imagestack.control.store.registry import find

PURGE, PREFETCH = "PURGE", "PREFETCH"
_SHARED = ("created", "finished", "message", "payload", "progress", "resource", "status")


class Status(Enum):
    """How a job stands, in the public API's words."""

    IN_PROGRESS = "In progress"
    SUCCESSFUL = "Successful"
    FAILED = "Failed"


class Jobs:
    """The purges and prefetches of all resources."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def purge(self, call: Call) -> Reply:
        """Ask for derived objects and edge copies to be removed."""
        body = read(Purge, call.body)
        if (body.urls is None) == (body.paths is None):
            raise InvalidError({"paths": ["either paths or urls is required, and not both"]})
        if body.urls is not None:
            return self._record(call, PURGE, "purge_by_url", {"urls": body.urls})
        kind = "purge_by_pattern" if body.paths else "purge_all"
        return self._record(call, PURGE, kind, {"paths": body.paths})

    def prefetch(self, call: Call) -> Reply:
        """Ask for images to be made ahead of the first request."""
        body = read(Prefetch, call.body)
        return self._record(call, PREFETCH, "prefetch", {"paths": body.paths})

    def purges(self, call: Call) -> Reply:
        """Purges, newest first."""
        return self._list(call, PURGE)

    def prefetches(self, call: Call) -> Reply:
        """Prefetches, newest first."""
        return self._list(call, PREFETCH)

    def finish(self, kind: str, number: int, status: Status, now: datetime) -> None:
        """Say how a job went; what was said before stays.

        Args:
            kind: `PURGE` or `PREFETCH`.
            number: the job's.
            status: how it stands now.
            now: when that is so.

        Raises:
            NotFoundError: there is no such job.
        """
        job = self._store.get(Table.CONTROL, **history.key(kind, number))
        if job is None:
            raise NotFoundError("there is no such job")
        if job["status"] == Status.IN_PROGRESS.value:
            done = {**job, "status": status.value, "finished": times.written(now)}
            self._store.commit([Put(Table.CONTROL, done, was=job)])

    def _record(self, call: Call, kind: str, name: str, payload: dict[str, Any]) -> Reply:
        resource = find(self._store, call.numbers["resource_id"]).changeable()
        number = self._store.next_number(Table.CONTROL, kind)
        job = {
            **history.key(kind, number),
            "id": number,
            "created": times.written(call.now),
            "type": name,
            "payload": payload,
            "resource": {"id": resource.number, "cname": resource.host},
            "status": Status.IN_PROGRESS.value,
            "token": call.caller.token,
        }
        shown = _view(kind, job)
        self._store.commit([Put(Table.CONTROL, job), entry(self._store, call, 201, None, shown)])
        return Reply(201, shown)

    def _list(self, call: Call, kind: str) -> Reply:
        query = read_query(JobsQuery, call.query)
        return page_of_history(call, query, self._found(query, kind), lambda job: _view(kind, job))

    def _found(self, query: JobsQuery, kind: str) -> Iterator[Item]:
        for job in history.newest_first(self._store, kind):
            created = times.read(job["created"])
            if query.from_created and created < query.from_created:
                continue
            if (
                query.cname in (None, job["resource"]["cname"])
                and query.status in (None, job["status"])
                and query.purge_type in (None, job["type"])
                and (query.to_created is None or created <= query.to_created)
            ):
                yield job


def _view(kind: str, job: Item) -> View:
    names = {"purge_id": "id", "purge_type": "type"} if kind == PURGE else {"prefetch_id": "id"}
    shared = {name: job.get(name) for name in _SHARED}
    found: View = plain({name: job[attribute] for name, attribute in names.items()} | shared)
    return found
