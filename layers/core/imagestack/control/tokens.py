"""Tokens: who may use the API. Only salted hashes of them are kept.

Items of the control table: `pk` is `TOKENS`, `sk` is `TOKEN#<id>`; `id`, `name`, `role`, `salt`, `hash` (HMAC-SHA256
under the salt), `created`, `expires_at`, `last_used`, and `chosen` of those whose text somebody has chosen. A token is
`<id>.<43 random characters>`.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from hmac import compare_digest, new
from secrets import token_hex, token_urlsafe
from typing import Any

from pydantic import Field, field_validator

from imagestack.control import times
from imagestack.control.api.option_bodies import Fields
from imagestack.control.api.pagination import page
from imagestack.control.api.queries import PageQuery
from imagestack.control.api.request_context import Call, Caller, Reply, Role
from imagestack.control.api.validation import read, read_query
from imagestack.control.audit import entry
from imagestack.control.errors import ControlError, InvalidError, NotFoundError
from imagestack.control.store.ports import Delete, Item, Put, Store, Table

_PK = "TOKENS"
_OURS = re.compile(r"([1-9][0-9]{0,14})\.[A-Za-z0-9_-]{43}")
_CHOSEN = re.compile(r"[\x21-\x7e]{8,256}")
_ROLES = {role.name.lower(): role for role in Role}
# The last use is noted no more often than this.
_NOTED = timedelta(minutes=5)
_NOBODY: Item = {"salt": "00" * 16, "hash": "00" * 32}


class TokenCreate(Fields):
    """A new token."""

    name: str = Field(min_length=1, max_length=255, description="whose it is, or what for")
    role: str = Field(description="admin, editor or viewer")
    expires: str | None = Field(None, description="ISO 8601; null: never")

    @field_validator("role")
    @classmethod
    def _is_role(cls, role: str) -> str:
        if role not in _ROLES:
            raise ValueError(f"is none of {', '.join(sorted(_ROLES))}")
        return role

    @field_validator("expires")
    @classmethod
    def _is_time(cls, expires: str | None) -> str | None:
        return times.written(times.read(expires)) if expires else None


class Tokens:
    """The tokens of a deployment."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def browse(self, call: Call) -> Reply:
        """All tokens, without their texts."""
        query = read_query(PageQuery, call.query)
        views = sorted(map(_view, self._items()), key=lambda view: int(view["id"]))
        return page(call, query, views)

    def current(self, call: Call) -> Reply:
        """The caller's own."""
        return Reply(200, _view(self._item(call.caller.token)))

    def create(self, call: Call, text: str | None = None) -> Reply:
        """Make a token; the answer is the only place where its text stands.

        Args:
            call: with a body of `TokenCreate`.
            text: chosen by somebody: 8 to 256 printable characters without spaces; None for a random one, which is
                better.

        Raises:
            InvalidError: name, role, expiry or text make no sense.
        """
        body = read(TokenCreate, call.body)
        if text is not None and not _CHOSEN.fullmatch(text):
            raise InvalidError({"token": ["has not 8 to 256 printable characters"]})
        number = self._store.next_number(Table.CONTROL, "TOKEN")
        token = text or f"{number}.{token_urlsafe(32)}"
        salt = token_hex(16)
        item: dict[str, Any] = {
            "pk": _PK,
            "sk": f"TOKEN#{number}",
            "id": number,
            "name": body.name,
            "role": body.role,
            "salt": salt,
            "hash": _hash(salt, token),
            "created": times.written(call.now),
        }
        item |= {"expires_at": body.expires} if body.expires else {}
        item |= {"chosen": True} if text else {}
        view = _view(item)
        self._store.commit([Put(Table.CONTROL, item), entry(self._store, call, 201, None, view)])
        return Reply(201, {**view, "token": token})

    def revoke(self, call: Call) -> Reply:
        """Remove a token; it opens nothing from now on. No token removes itself, so that an admin's is always left."""
        if call.numbers["token_id"] == call.caller.token:
            raise InvalidError({"token_id": ["a token cannot revoke itself"]})
        item = self._item(call.numbers["token_id"])
        gone = Delete(Table.CONTROL, item, whatever=True)
        self._store.commit([gone, entry(self._store, call, 204, _view(item), None)])
        return Reply(204)

    def caller(self, text: str, now: datetime) -> Caller | None:
        """Whose token this is; None if it is nobody's, or has expired."""
        # All are compared, and something is in any case, so that the time tells nothing.
        right = [item for item in self._candidates(text) or [_NOBODY] if _is_right(item, text)]
        if not right or right[0].get("expires_at", "9") <= times.written(now):
            return None
        item = right[0]
        self._note(item, now)
        return Caller(int(item["id"]), str(item["name"]), _ROLES[item["role"]])

    def _candidates(self, text: str) -> Sequence[Item]:
        ours = _OURS.fullmatch(text)
        if ours:
            item = self._store.get(Table.CONTROL, _PK, f"TOKEN#{ours[1]}")
            if item is not None:
                return [item]
        return [item for item in self._items() if item.get("chosen")] if _CHOSEN.fullmatch(text) else []

    def _note(self, item: Item, now: datetime) -> None:
        """Remember that a token was used; whoever has just revoked it wins."""
        if item.get("last_used", "") < times.written(now - _NOTED):
            with suppress(ControlError):
                self._store.commit([Put(Table.CONTROL, {**item, "last_used": times.written(now)}, was=item)])

    def _item(self, number: int) -> Item:
        item = self._store.get(Table.CONTROL, _PK, f"TOKEN#{number}")
        if item is None:
            raise NotFoundError("there is no such token")
        return item

    def _items(self) -> list[Item]:
        return list(self._store.query(Table.CONTROL, _PK))


def _hash(salt: str, token: str) -> str:
    return new(bytes.fromhex(salt), token.encode(), "sha256").hexdigest()


def _is_right(item: Item, text: str) -> bool:
    return compare_digest(_hash(item["salt"], text), item["hash"])


def _view(item: Item) -> dict[str, Any]:
    return {
        "id": int(item["id"]),
        "name": item["name"],
        "role": item["role"],
        "created": item["created"],
        "expires": item.get("expires_at"),
        "last_used": item.get("last_used"),
    }
