"""What the API takes in queries of lists, under the names that the public CDN's SDK sends."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from imagestack.control import times

MOST = 1_000


def _time(text: object) -> object:
    return times.read(text) if isinstance(text, str) else text


Moment = Annotated[datetime, BeforeValidator(_time)]


class PageQuery(BaseModel):
    """Which part of a list; without a limit it comes whole and without an envelope."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    limit: int = Field(0, ge=0, le=MOST)
    offset: int = Field(0, ge=0)


class ResourcesQuery(PageQuery):
    """Which resources. Filters for what no resource here can have are refused."""

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
    """Which purges or prefetches, newest first."""

    cname: str | None = None
    status: str | None = None
    purge_type: str | None = None
    from_created: Moment | None = None
    to_created: Moment | None = None


class ActivityQuery(PageQuery):
    """Which changes, newest first; always with an envelope."""

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


class NoQuery(BaseModel):
    """Nothing."""

    model_config = ConfigDict(extra="forbid")
