"""The API's answers. Every answer is an instance of a model; the OpenAPI description is made of the same models.

The order of the fields is the order of the keys in JSON.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, RootModel

Json = dict[str, Any]

# The public API mixes two ways to write names.
_NAMES = {
    "origin_group": "originGroup",
    "origin_group_name": "originGroup_name",
    "origin_protocol": "originProtocol",
    "override_origin_protocol": "overrideOriginProtocol",
    "rule_type": "ruleType",
    "secondary_hostnames": "secondaryHostnames",
    "ssl_data": "sslData",
    "ssl_enabled": "sslEnabled",
}


class AnswerModel(BaseModel):
    """JSON of exactly these fields."""

    model_config = ConfigDict(
        extra="forbid", populate_by_name=True, alias_generator=lambda name: _NAMES.get(name, name)
    )

    def as_json(self) -> Json:
        """The answer under the names of the API."""
        return self.model_dump(by_alias=True)


class RuleAnswer(AnswerModel):
    """A rule."""

    id: int
    name: str
    rule: str
    rule_type: int
    weight: int
    options: dict[str, Any] = Field(description="null for options that it has not")
    override_origin_protocol: str | None
    active: bool
    deleted: bool
    origin_group: int | None
    origin_protocol: str
    preset_applied: bool
    primary_rule: int | None
    created: str | None
    updated: str | None
    version: str = Field(description="for If-Match")
    problem: str | None = Field(description="why a hand-written item is left out of serving; null if it is not")


class ResourceInList(AnswerModel):
    """A resource without its rules."""

    id: int
    cname: str
    name: str | None
    description: str
    active: bool
    enabled: bool
    deleted: bool
    status: str
    suspended: bool
    suspend_date: str | None
    options: dict[str, Any] = Field(description="null for options that it has not")
    origin: str
    origin_group: int
    origin_group_name: str
    origin_protocol: str
    secondary_hostnames: list[str]
    ssl_enabled: bool
    ssl_data: int | None
    proxy_ssl_enabled: bool
    proxy_ssl_ca: int | None
    proxy_ssl_data: int | None
    primary_resource: int | None
    is_primary: bool | None
    preset_applied: bool
    full_custom_enabled: bool
    can_purge_by_urls: bool
    shielded: bool
    shield_enabled: bool
    shield_dc: str | None
    vp_enabled: bool
    client: int | None
    created: str | None
    updated: str | None
    version: str = Field(description="for If-Match")


class ResourceAnswer(ResourceInList):
    """A resource with its rules, in the order in which they are matched."""

    rules: list[RuleAnswer]
    problem: str | None = Field(description="why a hand-written item is left out of serving; null if it is not")


class TemplateAnswer(AnswerModel):
    """A rule template."""

    id: int
    name: str
    rule: str
    rule_type: int
    weight: int
    options: dict[str, Any]
    override_origin_protocol: str | None
    client: int | None
    default: bool = Field(description="came with the product, and cannot be changed")
    deleted: bool
    template: bool
    version: str = Field(description="for If-Match")


class ResourceName(AnswerModel):
    """Which resource."""

    id: int
    cname: str


class PurgeAnswer(AnswerModel):
    """A purge."""

    purge_id: int
    purge_type: str
    created: str
    finished: str | None
    message: str | None = Field(description="why it has failed")
    payload: dict[str, list[str]]
    progress: dict[str, int] | None = Field(description="counts so far; null before it begins")
    resource: ResourceName
    status: str


class PrefetchAnswer(AnswerModel):
    """A prefetch."""

    prefetch_id: int
    created: str
    finished: str | None
    message: str | None = Field(description="why it has failed")
    payload: dict[str, list[str]]
    progress: dict[str, int] | None = Field(description="counts so far; null before it begins")
    resource: ResourceName
    status: str


class Action(AnswerModel):
    """What a change did: C created, U updated, D deleted."""

    action_type: str
    state_before_request: dict[str, Any] | None
    state_after_request: dict[str, Any] | None


class ActivityAnswer(AnswerModel):
    """A change."""

    id: int
    requested_at: str
    token_id: int
    token_name: str
    user_id: int | None
    client_id: int | None
    method: str
    path: str
    query_params: str
    data: dict[str, Any] | None
    remote_ip_address: str
    host: str
    status_code: int
    actions: list[Action]


class TokenAnswer(AnswerModel):
    """A token without its text."""

    id: int
    name: str
    role: str
    created: str
    expires: str | None
    last_used: str | None


class NewTokenAnswer(TokenAnswer):
    """A token with its text, which is shown this once."""

    token: str


class RulesAnswer(RootModel[list[RuleAnswer]]):
    """Rules, in the order in which they are matched."""


# Keywords of Python.
_SPAN = {"since": "from", "until": "to"}


class RuleUsage(AnswerModel):
    """Use of a rule."""

    id: int | None = Field(description="null for requests that no rule matched")
    requests: int
    hits: int = Field(description="derived objects that were there already")
    bytes_saved: int


class UsageAnswer(AnswerModel):
    """Use of a resource by rule, the most used first: requests that reached the function, not those of the edge."""

    model_config = ConfigDict(alias_generator=lambda name: _SPAN.get(name, name))

    since: str
    until: str
    rules: list[RuleUsage]


class ErrorAnswer(AnswerModel):
    """What went wrong."""

    error: str
