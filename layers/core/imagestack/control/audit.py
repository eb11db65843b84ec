"""The audit trail: who has changed what, when, from which state to which. Written in the transaction of the change."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from imagestack.control import times
from imagestack.control.api.pagination import page_of_history
from imagestack.control.api.queries import ActivityQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import read_query
from imagestack.control.errors import NotFoundError
from imagestack.control.store import history
from imagestack.control.store.items import without_secrets
from imagestack.control.store.ports import Item, Put, Store, Table

KIND = "AUDIT"
# An item holds 400 KB.
_MOST_CHARACTERS = 300_000

State = Mapping[str, Any] | None


def entry(store: Store, call: Call, status: int, before: State, after: State) -> Put:
    """What is to be written beside a change; an attribute `entry` holds it as the API shows it."""
    number = store.next_number(Table.CONTROL, KIND)
    action = "U" if before and after else "C" if after else "D"
    states = [without_secrets(state) if state else None for state in (before, after)]
    if len(json.dumps(states)) > _MOST_CHARACTERS:
        states = [_short(state) for state in states]
    shown = {
        "id": number,
        "requested_at": times.written(call.now),
        "token_id": call.caller.token,
        "token_name": call.caller.name,
        "user_id": None,
        "client_id": None,
        "method": call.method,
        "path": call.path,
        "query_params": call.query_text,
        "data": without_secrets(call.body) if isinstance(call.body, Mapping) else None,
        "remote_ip_address": call.address,
        "host": call.address,
        "status_code": status,
        "actions": [{"action_type": action, "state_before_request": states[0], "state_after_request": states[1]}],
    }
    return Put(Table.CONTROL, {**history.key(KIND, number), "entry": json.dumps(shown)})


def _short(state: dict[str, Any] | None) -> dict[str, Any] | None:
    """A state that is too long to be kept, without what makes it so."""
    return {name: value for name, value in state.items() if name not in ("options", "rules")} if state else None


class Activity:
    """The audit trail as the API shows it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def browse(self, call: Call) -> Reply:
        """Changes, newest first."""
        query = read_query(ActivityQuery, call.query)
        return page_of_history(call, query, self._found(query), lambda shown: shown)

    def get(self, call: Call) -> Reply:
        """One change."""
        item = self._store.get(Table.CONTROL, **history.key(KIND, call.numbers["log_id"]))
        if item is None:
            raise NotFoundError("there is no such entry")
        return Reply(200, _shown(item))

    def _found(self, query: ActivityQuery) -> Iterator[dict[str, Any]]:
        wanted = query.model_dump(
            include={"method", "path", "remote_ip_address", "token_id", "user_id", "client_id"}, exclude_none=True
        )
        for item in history.newest_first(self._store, KIND):
            shown = _shown(item)
            when = times.read(shown["requested_at"])
            if query.max_requested_at and when > query.max_requested_at:
                continue
            if query.min_requested_at and when < query.min_requested_at:
                continue
            right_status = str(shown["status_code"]).startswith(query.status_code or "")
            if right_status and all(shown[name] == value for name, value in wanted.items()):
                yield shown


def _shown(item: Item) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(item["entry"])
    return found
