"""What all operations have in common."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import Field, fields
from typing import Any, ClassVar, Protocol, Self

from imagestack.geometry import Size
from imagestack.skips import SkipReason


class Step(Protocol):
    """A settled operation: what is done to one picture."""

    @property
    def name(self) -> str:
        """The operation, as `X-Img-Operations` names it."""

    @property
    def size(self) -> Size:
        """The size of the picture after the step."""


class Operation(ABC):
    """A requested operation: a frozen dataclass.

    Attributes:
        parameters: names of the query's parameters, in the order of the dataclass's fields.
    """

    # Every operation is a dataclass. This line is for type checkers.
    __dataclass_fields__: ClassVar[dict[str, Field[Any]]]
    parameters: ClassVar[tuple[str, ...]]

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """The operation with these values, by the names of their parameters."""
        return cls(*(values.get(name, field.default) for name, field in zip(cls.parameters, fields(cls), strict=True)))

    def values(self) -> Mapping[str, object]:
        """The values of the parameters; None for one that is not given."""
        return {name: getattr(self, field.name) for name, field in zip(self.parameters, fields(self), strict=True)}

    @abstractmethod
    def settle(self, size: Size) -> Step | SkipReason | None:
        """Settle the operation for one picture.

        Args:
            size: size of the upright picture that enters the operation.

        Returns:
            The step; None if the picture stays as it is; or the reason why the operation is skipped.
        """
