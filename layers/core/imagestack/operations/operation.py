"""What all operations have in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, Self

from imagestack.geometry import Size
from imagestack.operations.framing import Framing
from imagestack.skips import SkipReason


class Step(Protocol):
    """A settled operation: what is done to one picture."""

    @property
    def name(self) -> str:
        """The operation, as `X-Img-Operations` names it."""

    @property
    def size(self) -> Size:
        """The size of the picture after the step."""


@dataclass(frozen=True)
class Settled:
    """What an operation comes to for one picture.

    Attributes:
        framing: the picture after the operation.
        step: None if the picture stays as it is.
        reason: why the operation is skipped; None if it is not.
    """

    framing: Framing
    step: Step | None = None
    reason: SkipReason | None = None


class Operation(ABC):
    """A requested operation: a frozen dataclass.

    Attributes:
        parameters: names of the query's parameters, in the order of the dataclass's fields. One bad value voids all.
        modifiers: names of the parameters for the remaining fields. Operations share them, and none asks for an
            operation by itself.
    """

    # Every operation is a dataclass, which has the names of its fields here.
    __match_args__: ClassVar[tuple[str, ...]]
    parameters: ClassVar[tuple[str, ...]]
    modifiers: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self | None:
        """The operation with these values, by the names of their parameters; None if none of them asks for it."""
        if values.keys().isdisjoint(cls.parameters):
            return None
        return cls(**{field: values[name] for name, field in cls._fields_by_name() if name in values})

    def values(self) -> Mapping[str, object]:
        """The values of the parameters and modifiers; None for one that is not given."""
        return {name: getattr(self, field) for name, field in self._fields_by_name()}

    @classmethod
    def _fields_by_name(cls) -> Iterator[tuple[str, str]]:
        """The names of parameters and modifiers, each with the name of its field."""
        return zip((*cls.parameters, *cls.modifiers), cls.__match_args__, strict=True)

    @abstractmethod
    def settle(self, framing: Framing) -> Settled:
        """Settle the operation for one picture.

        Args:
            framing: the upright picture that enters the operation.
        """
