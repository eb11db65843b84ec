"""`area` (docs/specification.md#section-10-area). Originals have 400x300 pixels."""

import pytest

from imagestack.geometry import Box, Size
from tests.support.decided import CROP_TOO_LARGE, LARGE, WOULD_ENLARGE, skip, work


@pytest.mark.parametrize(
    ("value", "box"),
    [
        ("200,100", (100, 100, 300, 200)),
        ("4:5", (80, 0, 320, 300)),
        ("200,100,x10,y20", (10, 20, 210, 120)),
        ("200,100,x10p,y20p", (40, 60, 240, 160)),
        ("100,100,offset-x50,offset-y81", (150, 162, 250, 262)),
        ("100,100,offset-x50,offset-y50", (150, 100, 250, 200)),
    ],
)
def test_boxes(value: str, box: tuple[int, int, int, int]) -> None:
    """The area is the box that a crop with the same value has."""
    found = work(f"area={value}&gravity=north&dpr=2")
    assert found.operations == ("area",)
    assert found.area == Box(*box)
    assert found.size == Box(*box).size


def test_after_turns_and_before_the_resize() -> None:
    """The area refers to the turned picture, the resize to the area, the crop to the result."""
    found = work("rotate=90&area=1:1&width=150&crop=50,100")
    assert found.operations == ("rotate", "area", "resize", "crop")
    assert found.area == Box(0, 50, 300, 350)
    assert found.resized
    assert found.resized.scaled == Size(150, 150)
    assert found.crop == Box(50, 25, 100, 125)


def test_a_resize_does_not_enlarge_it() -> None:
    """What the area holds bounds the resize."""
    found = work("area=200,100&width=300")
    assert (found.operations, found.size, found.reasons) == (("area",), Size(200, 100), (WOULD_ENLARGE,))
    assert work("area=200,100&width=150&dpr=2").operations == ("area",)
    assert work("area=200,100&width=50&dpr=2").size == Size(100, 50)


def test_the_decoder_reduces_nothing() -> None:
    """The edges of an area would lie between the pixels of a reduced picture."""
    assert work("width=100", LARGE).reduction == 4
    assert work("area=2000,1000&width=100", LARGE).reduction == 1
    assert work("area=2000,1000&width=100", LARGE).streams


def test_reasons() -> None:
    """An area that does not lie within the picture has the reason of a crop, and the rest is performed."""
    found = work("area=401,10&width=200")
    assert (found.operations, found.size, found.reasons) == (("resize",), Size(200, 150), (CROP_TOO_LARGE,))
    assert skip("area=100,100,x301,y0").reasons == (
        "cropping: output x/y pixel value cannot be more than the original image pixels",
    )


@pytest.mark.parametrize("value", ["400,300", "4:3", "400,300,x0,y0"])
def test_whole(value: str) -> None:
    """An area of the whole picture is no operation."""
    assert skip(f"area={value}").reasons == ()
