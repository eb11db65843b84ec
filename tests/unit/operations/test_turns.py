"""What a rotation and a flip come to (docs/specification.md#section-3-rotate)."""

from itertools import product

import pytest
from PIL import Image, ImageOps

from imagestack.geometry import Size, turned
from imagestack.operations.flip import Axes, Flip
from imagestack.operations.rotate import Rotate
from imagestack.operations.turn import Turned
from tests.support.settling import settled

ORIENTATION = 0x0112


@pytest.mark.parametrize(("degrees", "orientation", "size"), [(90, 6, (3, 4)), (180, 3, (4, 3)), (270, 8, (3, 4))])
def test_rotate(degrees: int, orientation: int, size: tuple[int, int]) -> None:
    """A quarter turn exchanges width and height."""
    assert settled(Rotate(degrees), Size(4, 3)) == Turned("rotate", orientation, Size(*size))


@pytest.mark.parametrize(("axes", "orientation"), [(Axes.HORIZONTAL, 2), (Axes.VERTICAL, 4), (Axes.BOTH, 3)])
def test_flip(axes: Axes, orientation: int) -> None:
    """A flip keeps the size."""
    assert settled(Flip(axes), Size(4, 3)) == Turned("flip", orientation, Size(4, 3))


def upright(picture: Image.Image, orientation: int) -> Image.Image:
    """Turn a picture as its EXIF orientation says, by Pillow."""
    turning = picture.copy()
    turning.getexif()[ORIENTATION] = orientation
    found = ImageOps.exif_transpose(turning)
    assert found is not None
    return found


@pytest.mark.parametrize(("orientation", "turn"), list(product(range(1, 9), repeat=2)))
def test_two_turns_are_one(orientation: int, turn: int) -> None:
    """An orientation and a turn behind it are one orientation."""
    picture = Image.frombytes("L", (3, 2), bytes(range(6)))
    both = upright(upright(picture, orientation), turn)
    at_once = upright(picture, turned(orientation, turn))
    assert (at_once.size, at_once.tobytes()) == (both.size, both.tobytes())
