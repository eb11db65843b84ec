"""The bodies of requests, with the field names of the public CDN's SDK."""

from typing import Annotated

from pydantic import Field, field_validator

from imagestack.control.api.option_bodies import Fields, OptionFields
from imagestack.control.rule_weights import LEAST, MOST

_NAME = 255
_CNAME = 253
_URLS, _PATTERNS, _PATHS = 100, 10, 100
_LONGEST_PATH = 3_000
_WIDTHS = 50


class _ResourceFields(Fields):
    active: bool = True
    name: str | None = Field(None, max_length=_NAME)
    description: str = Field("", max_length=1_000)
    options: OptionFields | None = None
    origin: str | None = Field(None, max_length=1_024, description="`bucket`, `bucket/prefix`, or its S3 host name")
    # Fields with a fixed value: see `imagestack.control.api.fixed_fields`.
    origin_group: int | None = Field(None, alias="originGroup", description="the resource's own number")
    origin_protocol: str | None = Field(None, alias="originProtocol", description="HTTPS")
    primary_resource: int | None = Field(None, description="null")
    proxy_ssl_ca: int | None = Field(None, description="null")
    proxy_ssl_data: int | None = Field(None, description="null")
    proxy_ssl_enabled: bool | None = Field(None, description="true")
    secondary_hostnames: list[str] | None = Field(None, alias="secondaryHostnames", description="none")
    ssl_data: int | None = Field(None, alias="sslData", description="null")
    ssl_enabled: bool | None = Field(None, alias="sslEnabled", description="true")


class ResourceCreate(_ResourceFields):
    """A new resource."""

    cname: str = Field(max_length=_CNAME, description="the host, or `*` for all that have no resource of their own")


class ResourceReplace(_ResourceFields):
    """The new content of a resource; absent fields get their defaults, and the origin stays."""


class ResourceUpdate(_ResourceFields):
    """Changes of a resource; a named option is replaced as a whole, or removed by null."""


class _RuleFields(Fields):
    name: str = Field("", max_length=_NAME)
    active: bool = True
    options: OptionFields | None = None
    weight: int | None = Field(
        None, ge=LEAST, le=MOST, description="the lowest is matched first; absent: after all others"
    )
    origin_group: int | None = Field(None, alias="originGroup", description="null")
    override_origin_protocol: str | None = Field(None, alias="overrideOriginProtocol", description="null")


class RuleReplace(_RuleFields):
    """The new content of a rule; absent fields get their defaults, and the weight stays."""

    rule: str = Field(description="RE2, searched in the path; starts with / or ^/; 300 characters at most")
    rule_type: int = Field(alias="ruleType", description="0")


class RuleCreate(RuleReplace):
    """A new rule."""

    name: str = Field(max_length=_NAME)


class RuleUpdate(_RuleFields):
    """Changes of a rule; a named option is replaced as a whole, or removed by null."""

    rule: str = ""
    rule_type: int = Field(0, alias="ruleType", description="0")


class RuleOrder(Fields):
    """The rules of a resource, in the order in which they are to be matched."""

    rules: list[int] = Field(description="all ids, of rules that are switched off too")


class Draft(Fields):
    """A draft of a rule."""

    id: int | None = Field(None, description="of the rule whose place it takes; null: it is added")
    name: str = Field("", max_length=_NAME)
    rule: str = Field(description="as a rule's")
    weight: int | None = Field(
        None, ge=LEAST, le=MOST, description="null: that of the rule; of a new one, after all others"
    )
    active: bool = True
    options: OptionFields | None = None


class Preview(Fields):
    """An address to preview, with a draft of a rule or without."""

    path: str = Field(max_length=_LONGEST_PATH, pattern="^/", description="as a viewer asks for it, with its query")
    accept: str = Field("", max_length=1_000, description="the viewer's Accept header")
    rule: Draft | None = None


class ResponsiveImage(Fields):
    """An address of an image, and the widths among which a browser is to choose."""

    address: str = Field(
        max_length=_LONGEST_PATH, description="a path with its query, or a whole URL, as the HTML is to have it"
    )
    widths: list[Annotated[int, Field(ge=1)]] = Field(
        min_length=1, max_length=_WIDTHS, description="values of the parameter `width`"
    )
    sizes: str = Field("100vw", min_length=1, max_length=1_000, description="the attribute `sizes`")
    alt: str = Field("", max_length=1_000, description="the text that stands for the image")

    @field_validator("sizes", "alt")
    @classmethod
    def _is_in_html(cls, text: str) -> str:
        if not text.isprintable():
            raise ValueError("holds a character that the attribute cannot have")
        return text


class _TemplateFields(Fields):
    name: str = Field("", max_length=_NAME)
    options: OptionFields | None = None
    weight: int | None = Field(None, ge=LEAST, le=MOST)
    override_origin_protocol: str | None = Field(None, alias="overrideOriginProtocol", description="null")


class TemplateReplace(_TemplateFields):
    """The new content of a rule template."""

    rule: str = Field(description="as a rule's")
    rule_type: int = Field(alias="ruleType", description="0")


class TemplateUpdate(_TemplateFields):
    """Changes of a rule template."""

    rule: str = ""
    rule_type: int = Field(0, alias="ruleType", description="0")


class Purge(Fields):
    """Either URLs or paths to purge; an empty list of paths means everything."""

    urls: list[str] | None = Field(None, min_length=1, max_length=_URLS)
    paths: list[str] | None = Field(None, max_length=_PATTERNS, description="with all below; `*` may end them")

    @field_validator("urls", "paths")
    @classmethod
    def _are_paths(cls, paths: list[str] | None) -> list[str] | None:
        return _checked(paths)

    @field_validator("paths")
    @classmethod
    def _end_in_asterisk(cls, paths: list[str] | None) -> list[str] | None:
        if any("*" in path.partition("?")[0][:-1] for path in paths or ()):
            raise ValueError("* may stand at the end of a pattern only")
        return paths


class Prefetch(Fields):
    """Paths of images to make before their first request."""

    paths: list[str] = Field(min_length=1, max_length=_PATHS)

    @field_validator("paths")
    @classmethod
    def _are_paths(cls, paths: list[str]) -> list[str]:
        return _checked(paths) or []


def _checked(paths: list[str] | None) -> list[str] | None:
    for path in paths or ():
        if not path.startswith("/") or path.startswith("//"):
            raise ValueError("paths start with one /, without scheme and host")
        if len(path) > _LONGEST_PATH or not path.isprintable():
            raise ValueError("a path is too long or has characters that it cannot have")
    return paths
