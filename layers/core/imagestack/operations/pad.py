"""`fit=pad`: docs/specification.md#section-10-pad."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from imagestack.geometry import Box, Size
from imagestack.operations.framing import Framing
from imagestack.operations.operation import Operation, Settled
from imagestack.operations.resize import Fit, Resize


@dataclass(frozen=True)
class Padded:
    """A settled pad, which puts the picture on a canvas.

    Attributes:
        size: size of the canvas.
        picture: where the picture lies on it.
    """

    name: ClassVar[str] = "pad"
    size: Size
    picture: Box


@dataclass(frozen=True)
class Pad(Operation):
    """The second half of a resize with `fit=pad`, after the crop. Its parameters are those of the resize."""

    parameters: ClassVar[tuple[str, ...]] = ()
    resize: Resize

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self | None:
        """The pad of a resize with `fit=pad`; None if there is no such resize."""
        resize = Resize.from_values(values) if values.get("fit") is Fit.PAD else None
        return cls(resize) if resize else None

    def values(self) -> Mapping[str, object]:
        """Nothing, since the resize has the values."""
        return {}

    def settle(self, framing: Framing) -> Settled:
        """The canvas and the place of the picture; nothing if the resize was skipped, which has a reason then."""
        canvas = framing.canvas
        if canvas is None or canvas == framing.size:
            return Settled(framing)
        left, top = framing.corner(self.resize.gravity, canvas)
        picture = framing.size.box.moved(-left, -top)
        return Settled(Framing.of(canvas), Padded(canvas, picture))
