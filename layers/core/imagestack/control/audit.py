"""The audit trail: every change with its author, its time, and the states before and after.

An entry is written in the transaction of its change.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from imagestack.control import times
from imagestack.control.api.answer_models import Action, ActivityAnswer, Json
from imagestack.control.api.pagination import page_of_history
from imagestack.control.api.queries import ActivityQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import validate_query
from imagestack.control.errors import NotFoundError
from imagestack.control.store import history
from imagestack.control.store.items import without_secrets
from imagestack.control.store.ports import Item, Put, Store, Table

KIND = "AUDIT"
# DynamoDB items hold 400 KB.
_MOST_CHARACTERS = 300_000

State = Mapping[str, Any] | None


def audit_entry(store: Store, call: Call, status: int, before: State, after: State) -> Put:
    """Make the item that records a change; commit it together with the change.

    Args:
        store: Gives the number of the entry.
        call: The request that makes the change.
        status: The HTTP status of the answer.
        before: The state before the change; None if something is created.
        after: The state after the change; None if something is deleted.

    Returns:
        A write of an item whose attribute `entry` is the API's answer as JSON text.
    """
    number = store.next_number(Table.CONTROL, KIND)
    action = "U" if before and after else "C" if after else "D"
    states = [without_secrets(state) if state else None for state in (before, after)]
    if len(json.dumps(states)) > _MOST_CHARACTERS:
        states = [_short(state) for state in states]
    answer = ActivityAnswer(
        id=number,
        requested_at=times.to_text(call.now),
        token_id=call.caller.token,
        token_name=call.caller.name,
        user_id=None,
        client_id=None,
        method=call.method,
        path=call.path,
        query_params=call.query_text,
        data=without_secrets(call.body) if isinstance(call.body, Mapping) else None,
        remote_ip_address=call.address,
        host=call.address,
        status_code=status,
        actions=[Action(action_type=action, state_before_request=states[0], state_after_request=states[1])],
    )
    return Put(Table.CONTROL, {**history.key(KIND, number), "entry": json.dumps(answer.as_json())})


def _short(state: dict[str, Any] | None) -> dict[str, Any] | None:
    """A state that is too long to keep, without its long fields."""
    return {name: value for name, value in state.items() if name not in ("options", "rules")} if state else None


class Activity:
    """The operations on the audit trail."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def browse(self, call: Call) -> Reply:
        """Changes, newest first."""
        query = validate_query(ActivityQuery, call.query)
        return page_of_history(call, query, self._matching(query), lambda answer: answer)

    def get(self, call: Call) -> Reply:
        """One change."""
        item = self._store.get(Table.CONTROL, **history.key(KIND, call.numbers["log_id"]))
        if item is None:
            raise NotFoundError("there is no such entry")
        return Reply(200, _answer(item))

    def _matching(self, query: ActivityQuery) -> Iterator[Json]:
        wanted = query.model_dump(
            include={"method", "path", "remote_ip_address", "token_id", "user_id", "client_id"}, exclude_none=True
        )
        for item in history.newest_first(self._store, KIND):
            answer = _answer(item)
            when = times.parse(answer["requested_at"])
            if query.max_requested_at and when > query.max_requested_at:
                continue
            if query.min_requested_at and when < query.min_requested_at:
                continue
            right_status = str(answer["status_code"]).startswith(query.status_code or "")
            if right_status and all(answer[name] == value for name, value in wanted.items()):
                yield answer


def _answer(item: Item) -> Json:
    """The answer as it was written; entries of earlier versions need not fit today's model."""
    answer: Json = json.loads(item["entry"])
    return answer
