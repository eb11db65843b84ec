"""The queries of requests, with the parameter names of the public CDN's SDK."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from imagestack.control import times

MOST = 1_000
# Characters that keys cannot have: docs/specification.md#section-2.
_NOT_IN_KEYS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def _time(text: object) -> object:
    return times.parse(text) if isinstance(text, str) else text


Moment = Annotated[datetime, BeforeValidator(_time)]


class PageQuery(BaseModel):
    """A page of a list; without a limit the whole list without an envelope."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    limit: int = Field(0, ge=0, le=MOST)
    offset: int = Field(0, ge=0)


class ResourcesQuery(PageQuery):
    """Filters of resources. Filters that could match no resource are refused."""

    active: bool | None = None
    cname: str | None = None
    deleted: bool | None = None
    enabled: bool | None = None
    name: str | None = Field(None, description="a part of it, in any case")
    min_created: Moment | None = None
    max_created: Moment | None = None
    min_updated: Moment | None = None
    max_updated: Moment | None = None
    origin_group: int | None = Field(None, alias="originGroup")
    rules: str | None = Field(None, description="a part of a rule's name or pattern")
    status: Literal["active", "processed", "suspended", "deleted"] | None = None


class JobsQuery(PageQuery):
    """Filters of purges and prefetches, newest first."""

    cname: str | None = None
    status: str | None = None
    purge_type: str | None = None
    from_created: Moment | None = None
    to_created: Moment | None = None


class ActivityQuery(PageQuery):
    """Filters of changes, newest first; the answer always has an envelope."""

    limit: int = Field(100, ge=1, le=MOST)
    method: str | None = None
    path: str | None = None
    remote_ip_address: str | None = None
    status_code: str | None = Field(None, pattern=r"^[0-9]{1,3}$", description="or its first digits")
    token_id: int | None = None
    user_id: int | None = Field(None, description="nobody has one")
    client_id: int | None = Field(None, description="nobody has one")
    min_requested_at: Moment | None = None
    max_requested_at: Moment | None = None


class OriginalsQuery(BaseModel):
    """A part of a listing of originals."""

    model_config = ConfigDict(extra="forbid")

    prefix: str = Field("", description="of paths, with or without the slash that they start with")
    after: str = Field("", description="a path; those behind it come")
    limit: int = Field(100, ge=1, le=MOST)

    @field_validator("prefix", "after")
    @classmethod
    def _is_in_keys(cls, text: str) -> str:
        if _NOT_IN_KEYS.search(text):
            raise ValueError("holds a character that no key may have")
        return text


class AddressQuery(BaseModel):
    """An address, and the Accept header of its viewer."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=4_096, description="https://host/path?query")
    accept: str = Field("", max_length=1_000, description="the viewer's Accept header")


class UsageQuery(BaseModel):
    """The last so many hours."""

    model_config = ConfigDict(extra="forbid")

    hours: int = Field(24, ge=1, le=720)
