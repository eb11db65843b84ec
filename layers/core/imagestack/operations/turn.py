"""The step of `rotate` and `flip`: a turn of the whole picture, as EXIF counts them."""

from dataclasses import dataclass

from imagestack.geometry import Size
from imagestack.operations.framing import Framing
from imagestack.operations.operation import Settled


@dataclass(frozen=True)
class Turned:
    """A turn that is settled for one picture.

    Attributes:
        name: name of the operation.
        orientation: the EXIF orientation, 2 to 8, of a picture that this turn puts upright.
        size: the size of the picture after the turn.
    """

    name: str
    orientation: int
    size: Size


def settle_turn(name: str, orientation: int, framing: Framing) -> Settled:
    """Settle a turn, which is always possible.

    Args:
        name: name of the operation.
        orientation: the EXIF orientation, 2 to 8, of a picture that this turn puts upright.
        framing: the picture before the turn.
    """
    turned = framing.turned(orientation)
    return Settled(turned, Turned(name, orientation, turned.size))
