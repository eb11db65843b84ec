"""The operations on tokens, which give access to the API. Only salted hashes of tokens are stored.

Items of the control table: `pk` is `TOKENS`, `sk` is `TOKEN#<id>`; `id`, `name`, `role`, `salt`, `hash` (HMAC-SHA256
with the salt as key), `created`, `expires_at`, `last_used`, and `chosen` if an operator chose the text. A generated
token is `<id>.<43 random characters>`.
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
from imagestack.control.api.answer_models import NewTokenAnswer, TokenAnswer
from imagestack.control.api.option_bodies import Fields
from imagestack.control.api.pagination import page
from imagestack.control.api.queries import PageQuery
from imagestack.control.api.request_context import Call, Reply
from imagestack.control.api.validation import validate, validate_query
from imagestack.control.audit import audit_entry
from imagestack.control.errors import ControlError, InvalidError, NotFoundError
from imagestack.control.roles import Caller, Role
from imagestack.control.store.ports import Delete, Item, Put, Store, Table

_PK = "TOKENS"
_GENERATED = re.compile(r"([1-9][0-9]{0,14})\.[A-Za-z0-9_-]{43}")
_CHOSEN = re.compile(r"[\x21-\x7e]{8,256}")
_ROLES = {role.name.lower(): role for role in Role}
# The last use is recorded at most this often.
_LAST_USED_INTERVAL = timedelta(minutes=5)
_UNKNOWN_TOKEN: Item = {"salt": "00" * 16, "hash": "00" * 32}


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
        return times.to_text(times.parse(expires)) if expires else None


class Tokens:
    """The operations on tokens."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def browse(self, call: Call) -> Reply:
        """All tokens, without their texts."""
        query = validate_query(PageQuery, call.query)
        views = sorted(map(_view, self._items()), key=lambda view: view.id)
        return page(call, query, [view.as_json() for view in views])

    def current(self, call: Call) -> Reply:
        """The caller's own token."""
        return Reply(200, _view(self._item(call.caller.token)).as_json())

    def create(self, call: Call, text: str | None = None) -> Reply:
        """Make a token; the answer is the only place where its text stands.

        Args:
            call: A call whose body is a `TokenCreate`.
            text: A chosen text of 8 to 256 printable characters without spaces; None for a random text, which is safer.

        Raises:
            InvalidError: The name, role, expiry or text is invalid.
        """
        body = validate(TokenCreate, call.body)
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
            "created": times.to_text(call.now),
        }
        item |= {"expires_at": body.expires} if body.expires else {}
        item |= {"chosen": True} if text else {}
        view = _view(item)
        self._store.commit([Put(Table.CONTROL, item), audit_entry(self._store, call, 201, None, view.as_json())])
        return Reply(201, NewTokenAnswer(**dict(view), token=token).as_json())

    def revoke(self, call: Call) -> Reply:
        """Remove a token; it opens nothing from now on. No token removes itself, so that an admin's is always left."""
        if call.numbers["token_id"] == call.caller.token:
            raise InvalidError({"token_id": ["a token cannot revoke itself"]})
        item = self._item(call.numbers["token_id"])
        gone = Delete(Table.CONTROL, item, unconditional=True)
        self._store.commit([gone, audit_entry(self._store, call, 204, _view(item).as_json(), None)])
        return Reply(204)

    def caller(self, text: str, now: datetime) -> Caller | None:
        """The owner of a token; None if the token is unknown or has expired."""
        # At least one hash is compared in any case, so that the response time reveals nothing.
        matching = [item for item in self._candidates(text) or [_UNKNOWN_TOKEN] if _is_right(item, text)]
        if not matching or matching[0].get("expires_at", "9") <= times.to_text(now):
            return None
        item = matching[0]
        self._record_use(item, now)
        return Caller(int(item["id"]), str(item["name"]), _ROLES[item["role"]])

    def _candidates(self, text: str) -> Sequence[Item]:
        generated = _GENERATED.fullmatch(text)
        if generated:
            item = self._store.get(Table.CONTROL, _PK, f"TOKEN#{generated[1]}")
            if item is not None:
                return [item]
        return [item for item in self._items() if item.get("chosen")] if _CHOSEN.fullmatch(text) else []

    def _record_use(self, item: Item, now: datetime) -> None:
        """Record that a token was used. A concurrent change of the token wins, such as its removal."""
        if item.get("last_used", "") < times.to_text(now - _LAST_USED_INTERVAL):
            with suppress(ControlError):
                self._store.commit([Put(Table.CONTROL, {**item, "last_used": times.to_text(now)}, previous=item)])

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


def _view(item: Item) -> TokenAnswer:
    return TokenAnswer(
        id=int(item["id"]),
        name=item["name"],
        role=item["role"],
        created=item["created"],
        expires=item.get("expires_at"),
        last_used=item.get("last_used"),
    )
