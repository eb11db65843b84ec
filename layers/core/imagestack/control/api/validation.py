"""Bodies and queries, read by models; what is wrong is told by field."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from imagestack.control.errors import InvalidError, Messages

_Model = TypeVar("_Model", bound=BaseModel)

# In place of what pydantic says, where that is about Python.
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
# Messages about the whole body stand here.
WHOLE = "non_field_errors"


def read(model: type[_Model], data: object) -> _Model:
    """Read a body or a query.

    Raises:
        InvalidError: what is wrong, by field.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        # What was sent may hold secrets: it is neither chained nor told.
        found = error.errors(include_url=False, include_context=False, include_input=False)
    messages: Messages = {}
    for entry in found:
        _place(
            messages, entry["loc"] or (WHOLE,), _TEXTS.get(entry["type"], entry["msg"].removeprefix("Value error, "))
        )
    raise InvalidError(messages)


def read_query(model: type[_Model], query: Mapping[str, str]) -> _Model:
    """Read a query: texts, which stand for numbers and truth too."""
    return read(model, dict(query))


def _place(messages: Messages, location: tuple[Any, ...], text: str) -> None:
    """Put a message where its field is."""
    *outer, last = (str(part) for part in location)
    for name in outer:
        within = messages.setdefault(name, {})
        if not isinstance(within, dict):
            return
        messages = within
    known = messages.setdefault(last, [])
    if isinstance(known, list):
        known.append(text)
