"""The options as the API takes them. Their models are made from the fields of `rules.options`."""

from types import GenericAlias
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model, model_validator

from imagestack.control.errors import InvalidError
from imagestack.quality import AUTO
from imagestack.rules.delivery_kinds import Headers, SignatureType
from imagestack.rules.option_items import read_options
from imagestack.rules.option_kinds import Choice, Quality, Section
from imagestack.rules.option_metadata import Kind, option_fields
from imagestack.rules.options import Options


def _quality(value: object) -> object:
    """One message in place of one for each of the two types."""
    if value == AUTO or type(value) is int:
        return value
    raise ValueError(f"is neither a whole number nor {AUTO}")


class Fields(BaseModel):
    """JSON of exactly these fields and types: an unknown field is an error."""

    model_config = ConfigDict(extra="forbid", strict=True, populate_by_name=True)


class _OptionFields(Fields):
    """The options of a resource or a rule; null for those that it has not. Others are refused."""

    model_config = ConfigDict(json_schema_extra={"additionalProperties": {"type": "null"}})

    @model_validator(mode="before")
    @classmethod
    def _without_absent(cls, data: object) -> object:
        """Drop unknown options that are null: they ask for nothing."""
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None or name in cls.model_fields}


def _model(option: type, schema: str, about: str | None, base: type[Fields] = Fields) -> type[Any]:
    """The model of an option's dataclass."""
    definitions: dict[str, Any] = {}
    for one in option_fields(option):
        shape = _shape(one.kind) if one.is_required else _shape(one.kind) | None
        default: Any = ... if one.is_required else None
        # No Literal, since false equals 0 in Python.
        numbers = one.kind.numbers if isinstance(one.kind, SignatureType) else ()
        extra: dict[str, Any] | None = {"enum": [*numbers, None]} if numbers else None
        definitions[one.attribute] = (shape, Field(default, description=one.description, json_schema_extra=extra))
    return create_model(schema, __base__=base, __doc__=about, **definitions)


def _shape(kind: Kind) -> Any:  # noqa: ANN401 - a type as annotations have it
    """The type of a field in the API."""
    match kind:
        case Section() as section:
            return _model(section.of, section.schema, section.about)
        case Headers() as headers:
            return GenericAlias(list, _model(headers.of, headers.schema, headers.about))
        case Quality():
            return Annotated[int | Literal["auto"], BeforeValidator(_quality)]
        case Choice(words=words):
            return Literal[tuple(map(str, words))]
        case _:
            return kind.shape


if TYPE_CHECKING:
    OptionFields = _OptionFields
else:
    OptionFields = _model(Options, "OptionFields", _OptionFields.__doc__, _OptionFields)

NAMES = tuple(OptionFields.model_fields)


def as_stored(options: OptionFields | None) -> dict[str, Any]:
    """The options that are set, without their fields that are null."""
    return options.model_dump(exclude_none=True) if options else {}


def merged(stored: object, options: OptionFields | None) -> dict[str, Any]:
    """Stored options, changed where an option is named: replaced as a whole, or removed by null."""
    kept = dict(stored) if isinstance(stored, dict) else {}
    if options is None:
        return kept
    set_now = as_stored(options)
    return {name: value for name, value in kept.items() if name not in options.model_fields_set} | set_now


def check_options(options: dict[str, Any]) -> None:
    """Check that the data plane can read the options.

    Raises:
        InvalidError: it cannot; the messages are by option and field.
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
