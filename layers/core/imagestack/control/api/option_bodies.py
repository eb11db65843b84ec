"""The options as the API takes them: their fields and types. `rules.option_items` decides what they mean."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from imagestack.control.errors import InvalidError
from imagestack.quality import AUTO, DEFAULT_QUALITY, DEFAULT_TARGET
from imagestack.rules.option_items import read_options


def _quality(value: object) -> object:
    """One message for what is neither, in place of one for each."""
    if value == AUTO or type(value) is int:
        return value
    raise ValueError(f"is neither a whole number nor {AUTO}")


class Fields(BaseModel):
    """JSON of exactly these fields and types: whatever is unknown is refused, not dropped."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)


class ImageStackOption(Fields):
    """Resizing, cropping and conversion of JPEG and PNG."""

    enabled: bool
    quality: Annotated[int | Literal["auto"], BeforeValidator(_quality)] | None = Field(
        None, description=f"0 to 100, or auto: chosen for each picture; {DEFAULT_QUALITY} where it is absent"
    )
    quality_target: int | None = Field(
        None, description=f"SSIMULACRA2 score that auto aims at, 30 to 95; {DEFAULT_TARGET} where it is absent"
    )
    webp_enabled: bool | None = None
    avif_enabled: bool | None = None
    png_lossless: bool | None = None
    png_palette: bool | None = Field(
        None, description="refinements of PNG may lose what cannot be seen; not under png_lossless"
    )
    linear: bool | None = Field(None, description="resizes average light, not the numbers that stand for it")
    refine: Literal["off", "popular", "all"] | None = Field(
        None, description="what is encoded once more when nobody waits; off where it is absent"
    )


class EdgeCacheOption(Fields):
    """How long the edge keeps answers; `value` and `default` exclude each other."""

    enabled: bool
    value: str | None = Field(None, description="like 0s, 600s, 4d; a year at most")
    default: str | None = Field(None, description="for originals that say nothing themselves")
    custom_values: dict[str, str] | None = Field(None, description="by status, or `any`")


class BrowserCacheOption(Fields):
    """How long browsers keep images."""

    enabled: bool
    value: str | None = Field(None, description="like 0s, 600s, 4d; a year at most")


class CorsOption(Fields):
    """Which pages may read images."""

    enabled: bool
    value: list[str] | None = Field(None, description="`*`, `$http_origin`, or domains")
    always: bool | None = Field(None, description="errors too")


class StaticHeader(Fields):
    """A header of every answer."""

    name: str
    value: list[str]
    always: bool | None = Field(None, description="errors too")


class StaticHeadersOption(Fields):
    """Headers of every answer."""

    enabled: bool
    value: list[StaticHeader] | None = None


class ReferrerOption(Fields):
    """Which pages may show images."""

    enabled: bool
    policy_type: Literal["allow", "deny"]
    excepted_values: list[str] | None = None


class SecureKeyOption(Fields):
    """Images for signed addresses only."""

    enabled: bool
    key: str | None = Field(None, description="6 to 32 printable characters; null for those who may not read it")
    # No Literal: false is 0 in Python.
    type: int | None = Field(
        None,
        description="0: the viewer's address is signed too; 2: it is not",
        json_schema_extra={"enum": [0, 2, None]},
    )


class OptionFields(Fields):
    """The options of a resource or a rule; null for those that it has not. Others are refused."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": {"type": "null"}})

    image_stack: ImageStackOption | None = None
    edge_cache_settings: EdgeCacheOption | None = None
    browser_cache_settings: BrowserCacheOption | None = None
    cors: CorsOption | None = None
    static_response_headers: StaticHeadersOption | None = None
    referrer_acl: ReferrerOption | None = None
    secure_key: SecureKeyOption | None = None

    @model_validator(mode="before")
    @classmethod
    def _without_absent(cls, data: object) -> object:
        """An option of others that is null asks for nothing."""
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None or name in cls.model_fields}


NAMES = tuple(OptionFields.model_fields)


def as_stored(options: OptionFields | None) -> dict[str, Any]:
    """The options that are set, without what is null in them."""
    return options.model_dump(exclude_none=True) if options else {}


def merged(stored: object, options: OptionFields | None) -> dict[str, Any]:
    """Stored options, changed where an option is named: replaced as a whole, or removed by null."""
    kept = dict(stored) if isinstance(stored, dict) else {}
    if options is None:
        return kept
    set_now = as_stored(options)
    return {name: value for name, value in kept.items() if name not in options.model_fields_set} | set_now


def check_options(options: dict[str, Any]) -> None:
    """Whether the data plane can read the options.

    Raises:
        InvalidError: what is wrong, by option and field.
    """
    unknown = {name: ["this option is not supported"] for name in options if name not in NAMES}
    if unknown:
        raise InvalidError({"options": unknown})
    try:
        read_options(options)
    except ValueError as error:
        option, dot, text = str(error).partition(".")
        if not dot:
            raise InvalidError({"options": [str(error)]}) from None
        raise InvalidError({"options": {option: {text.split()[0]: [text]}}}) from None
