"""Purges and prefetches. The API records a job; the sync function does the work.

Items of the control table (see `imagestack.control.store.history`), of the kinds `PURGE` and `PREFETCH`:
`id`, `created`, `resource` {`id`, `cname`}, `type`, `payload` {`urls` or `paths`}, `status`, `token` (id of the
caller's token), and `finished` once the job is over. The sync function adds `progress` and `message`.
"""

from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any

from imagestack.control import times
from imagestack.control.api.answer_models import Json, PrefetchAnswer, PurgeAnswer, ResourceName
from imagestack.control.api.bodies import Prefetch, Purge
from imagestack.control.api.pagination import page_of_history
from imagestack.control.api.queries import JobsQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import validate, validate_query
from imagestack.control.audit import audit_entry
from imagestack.control.errors import InvalidError, NotFoundError
from imagestack.control.store import history
from imagestack.control.store.items import json_value
from imagestack.control.store.ports import Item, Put, Store, Table
from imagestack.control.store.registry import find_resource

PURGE, PREFETCH = "PURGE", "PREFETCH"


class Status(Enum):
    """The status of a job, in the words of the public CDN's API."""

    IN_PROGRESS = "In progress"
    SUCCESSFUL = "Successful"
    FAILED = "Failed"


class Jobs:
    """The operations on purges and prefetches."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def purge(self, call: Call) -> Reply:
        """Start a purge: remove derived objects and edge copies."""
        body = validate(Purge, call.body)
        if (body.urls is None) == (body.paths is None):
            raise InvalidError({"paths": ["either paths or urls is required, and not both"]})
        if body.urls is not None:
            return self._record(call, PURGE, "purge_by_url", {"urls": body.urls})
        kind = "purge_by_pattern" if body.paths else "purge_all"
        return self._record(call, PURGE, kind, {"paths": body.paths})

    def prefetch(self, call: Call) -> Reply:
        """Start a prefetch: make images before their first request."""
        body = validate(Prefetch, call.body)
        return self._record(call, PREFETCH, "prefetch", {"paths": body.paths})

    def purges(self, call: Call) -> Reply:
        """Purges, newest first."""
        return self._list(call, PURGE)

    def prefetches(self, call: Call) -> Reply:
        """Prefetches, newest first."""
        return self._list(call, PREFETCH)

    def finish(self, kind: str, number: int, status: Status, now: datetime) -> None:
        """Record the end of a job; a job that is over stays as it is.

        Args:
            kind: `PURGE` or `PREFETCH`.
            number: The number of the job.
            status: The new status.
            now: The time of the end.

        Raises:
            NotFoundError: There is no such job.
        """
        job = self._store.get(Table.CONTROL, **history.key(kind, number))
        if job is None:
            raise NotFoundError("there is no such job")
        if job["status"] == Status.IN_PROGRESS.value:
            done = {**job, "status": status.value, "finished": times.to_text(now)}
            self._store.commit([Put(Table.CONTROL, done, previous=job)])

    def _record(self, call: Call, kind: str, name: str, payload: dict[str, Any]) -> Reply:
        resource = find_resource(self._store, call.numbers["resource_id"]).changeable()
        number = self._store.next_number(Table.CONTROL, kind)
        job = {
            **history.key(kind, number),
            "id": number,
            "created": times.to_text(call.now),
            "type": name,
            "payload": payload,
            "resource": {"id": resource.number, "cname": resource.host},
            "status": Status.IN_PROGRESS.value,
            "token": call.caller.token,
        }
        shown = _view(kind, job)
        self._store.commit([Put(Table.CONTROL, job), audit_entry(self._store, call, 201, None, shown)])
        return Reply(201, shown)

    def _list(self, call: Call, kind: str) -> Reply:
        query = validate_query(JobsQuery, call.query)
        return page_of_history(call, query, self._matching(query, kind), lambda job: _view(kind, job))

    def _matching(self, query: JobsQuery, kind: str) -> Iterator[Item]:
        for job in history.newest_first(self._store, kind):
            created = times.parse(job["created"])
            if query.from_created and created < query.from_created:
                continue
            if (
                query.cname in (None, job["resource"]["cname"])
                and query.status in (None, job["status"])
                and query.purge_type in (None, job["type"])
                and (query.to_created is None or created <= query.to_created)
            ):
                yield job


def _view(kind: str, job: Item) -> Json:
    attributes = json_value(job)
    state = {name: attributes.get(name) for name in ("created", "finished", "message", "payload", "progress", "status")}
    state["resource"] = ResourceName(**attributes["resource"])
    if kind == PURGE:
        return PurgeAnswer(purge_id=attributes["id"], purge_type=attributes["type"], **state).as_json()
    return PrefetchAnswer(prefetch_id=attributes["id"], **state).as_json()
