"""What is known of each field of an option beside its type: the metadata from which everything else is made."""

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from functools import cache
from typing import Any, ClassVar, Protocol, TypeVar

from imagestack.operations.operation import Operation
from imagestack.rules.attributes import Attributes

_Option = TypeVar("_Option")

_METADATA = "option"


class Kind(Protocol):
    """A kind of value, as items and the API write it.

    Attributes:
        shape: the type of the value in JSON.
    """

    shape: ClassVar[Any]

    def read(self, item: Attributes, name: str, default: Any) -> Any:  # noqa: ANN401 - each kind has a type of its own
        """Read the attribute `name` of an item.

        Raises:
            ValueError: what is wrong. The text starts with the name of the attribute.
        """


@dataclass(frozen=True)
class Spelling:
    """How derived keys spell a switch that changes bytes.

    Attributes:
        word: is in the key where the switch is on and has an effect.
        only_with: the operation that the plan must have, `Operation` for any; None: none is needed.
        or_formats: formats that the plan may have instead of the operation, by name.
        unless: the field of another switch. While that one is on, this one has no effect.
    """

    word: str
    only_with: type[Operation] | None = None
    or_formats: frozenset[str] = frozenset()
    unless: str = ""


@dataclass(frozen=True)
class ConsoleRow:
    """How the console shows a field.

    Attributes:
        label: the text beside the control.
        hint: the text below the label.
        choices: the text of each word of a choice.
        summary: what the closed section says: of a switch that is on under `on`, of a choice by its word.
    """

    label: str
    hint: str
    choices: Mapping[str, str] = field(default_factory=dict)
    summary: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class OptionField:
    """A field of an option.

    Attributes:
        kind: the values that it can have.
        meaning: one line of Markdown for `docs/rules.md`.
        attribute: its name in items and in the API.
        is_required: the API refuses an option without it.
        description: for the OpenAPI document; None if there is none.
        row: for the console; None if its control is written by hand.
        spelling: for derived keys; None if it has no word there.
        name: of the dataclass's field.
        default: the value where items do not have it; None if it has no default.
    """

    kind: Kind
    meaning: str
    attribute: str
    is_required: bool
    description: str | None
    row: ConsoleRow | None
    spelling: Spelling | None
    name: str = ""
    default: Any = None


def option(  # noqa: PLR0913 - one argument for each thing that is made of a field
    kind: Kind,
    meaning: str = "",
    *,
    attribute: str = "",
    is_required: bool = False,
    description: str | None = None,
    row: ConsoleRow | None = None,
    spelling: Spelling | None = None,
) -> Mapping[str, OptionField]:
    """The metadata of a dataclass's field; see `OptionField`. Without an `attribute`, the field's own name is used."""
    return {_METADATA: OptionField(kind, meaning, attribute, is_required, description, row, spelling)}


@cache
def option_fields(option: type) -> tuple[OptionField, ...]:
    """The fields of an option's dataclass, in their order."""
    return tuple(_completed(each) for each in fields(option))


def read_fields(option: type[_Option], item: Attributes) -> _Option:
    """Read an option from a map of attributes. Unknown attributes are ignored.

    Raises:
        ValueError: what is wrong with the first attribute that is wrong, in the order of the fields.
    """
    # The cache takes what is hashable, and mypy does not know that a type variable's types are.
    dataclass_type: type = option
    described = option_fields(dataclass_type)
    return option(**{one.name: one.kind.read(item, one.attribute, one.default) for one in described})


def _completed(each: Field[Any]) -> OptionField:
    known: OptionField = each.metadata[_METADATA]
    default = None if each.default is MISSING else each.default
    if each.default_factory is not MISSING:
        default = each.default_factory()
    return replace(known, name=each.name, attribute=known.attribute or each.name, default=default)
