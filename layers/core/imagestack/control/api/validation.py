"""Validation of bodies and queries by models, with messages by field."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from imagestack.control.errors import InvalidError, Messages

_Model = TypeVar("_Model", bound=BaseModel)

# Messages that replace pydantic's where those speak of Python.
_TEXTS = {
    "extra_forbidden": "is not supported",
    "missing": "is required",
    "bool_type": "is not true or false",
    "int_type": "is not a whole number",
    "string_type": "is not a string",
    "list_type": "is not a list",
    "dict_type": "is not an object",
    "model_type": "is not an object",
    "bool_parsing": "is not true or false",
    "int_parsing": "is not a whole number",
    "int_from_float": "is not a whole number",
}
# The field of messages about the whole body.
WHOLE = "non_field_errors"


def validate(model: type[_Model], data: object) -> _Model:
    """Validate a body or a query.

    Raises:
        InvalidError: The data does not fit the model; messages are by field.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # The input may hold secrets: the error is not chained and does not quote it.
        errors = error.errors(include_url=False, include_context=False, include_input=False)
    messages: Messages = {}
    for entry in errors:
        _place(
            messages, entry["loc"] or (WHOLE,), _TEXTS.get(entry["type"], entry["msg"].removeprefix("Value error, "))
        )
    raise InvalidError(messages)


def validate_query(model: type[_Model], query: Mapping[str, str]) -> _Model:
    """Validate a query, whose texts may stand for numbers and booleans."""
    return validate(model, dict(query))


def _place(messages: Messages, location: tuple[Any, ...], text: str) -> None:
    """Put a message at the place of its field."""
    *outer, last = (str(part) for part in location)
    for name in outer:
        within = messages.setdefault(name, {})
        if not isinstance(within, dict):
            return
        messages = within
    known = messages.setdefault(last, [])
    if isinstance(known, list):
        known.append(text)
