"""The step of `rotate` and `flip`: a turn of the whole picture, as EXIF counts them."""

from dataclasses import dataclass

from imagestack.geometry import SWAPS_AXES, Size


@dataclass(frozen=True)
class Turned:
    """A turn that is settled for one picture.

    Attributes:
        name: name of the operation.
        orientation: the EXIF orientation, 2 to 8, of a picture that this turn puts upright.
        entered: the size of the picture before the turn.
    """

    name: str
    orientation: int
    entered: Size

    @property
    def size(self) -> Size:
        """The size after the turn."""
        return self.entered.swapped if self.orientation in SWAPS_AXES else self.entered
