"""What a crop comes to (docs/specification.md#section-3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack.geometry import Box, Size
from imagestack.operations.crop import Crop
from imagestack.operations.region import Cut, Ratio, Region
from tests.support.boxes import assert_inside
from tests.support.settling import settled
from tests.support.strategies import asked, crops, part, sizes

TOO_LARGE = "cropping: output height and width cannot be bigger than the original image size"
PIXELS_OUTSIDE = "cropping: output x/y pixel value cannot be more than the original image pixels"
PERCENT_OUTSIDE = "cropping: output x/y percentage value cannot be more than the original image size"
LARGEST = 9_999_999_999


def crop_of(value: str) -> Crop:
    found = part(asked(f"crop={value}"), Crop)
    assert isinstance(found, Crop)
    return found


def crop(asked_for: Crop, image: Size) -> Box | str | None:
    """The box that is cut out, or why none is."""
    found = settled(asked_for, image)
    assert found is None or isinstance(found, Cut | str)
    return found.box if isinstance(found, Cut) else found


# image, crop, (left, top, right, bottom).
BOXES = [
    # Ratios: the largest centred area.
    ((400, 300), "4:5", (80, 0, 320, 300)),
    ((400, 300), "1:1", (50, 0, 350, 300)),
    ((300, 400), "1:1", (0, 50, 300, 350)),
    ((400, 300), "16:9", (0, 38, 400, 263)),
    ((401, 300), "2:1", (0, 50, 401, 251)),
    ((400, 300), "1:1000", (200, 0, 201, 300)),
    ((400, 300), "1000:1", (0, 150, 400, 151)),
    ((400, 300), "8:10", (80, 0, 320, 300)),
    ((400, 300), f"{LARGEST}:1", (0, 150, 400, 151)),
    # Areas: centred, corners rounded half up.
    ((400, 300), "100,100", (150, 100, 250, 200)),
    ((499, 333), "200,100", (150, 117, 350, 217)),
    ((400, 300), "1,1", (200, 150, 201, 151)),
    ((400, 300), "400,299", (0, 1, 400, 300)),
    # From the upper left corner, in pixels.
    ((400, 300), "100,100,x0,y0", (0, 0, 100, 100)),
    ((400, 300), "100,100,x10,y20", (10, 20, 110, 120)),
    ((400, 300), "100,100,x300,y200", (300, 200, 400, 300)),
    # In percent of width and height.
    ((400, 300), "100,100,x10p,y20p", (40, 60, 140, 160)),
    ((400, 300), "100,100,x75p,y0p", (300, 0, 400, 100)),
    ((150, 50), "10,10,x1p,y1p", (2, 1, 12, 11)),
    # Percent of what is unwanted.
    ((400, 300), "100,100,offset-x0,offset-y0", (0, 0, 100, 100)),
    ((400, 300), "100,100,offset-x50,offset-y50", (150, 100, 250, 200)),
    ((400, 300), "100,100,offset-x100,offset-y100", (300, 200, 400, 300)),
    ((400, 300), "100,100,offset-x50,offset-y81", (150, 162, 250, 262)),
    # Mixed with an offset.
    ((400, 300), "100,100,x100,offset-y20", (100, 40, 200, 140)),
    ((400, 300), "100,100,offset-x10,y5", (30, 5, 130, 105)),
    ((400, 300), "100,100,x25p,offset-y40", (100, 80, 200, 180)),
    # A ratio with offsets.
    ((400, 300), "4:5,offset-x0,offset-y100", (0, 0, 240, 300)),
    ((400, 300), "4:5,offset-x100,offset-y0", (160, 0, 400, 300)),
    ((300, 400), "1:1,offset-x0,offset-y25", (0, 25, 300, 325)),
]


@pytest.mark.parametrize(("image", "value", "box"), BOXES, ids=[f"{row[0]}-{row[1]}" for row in BOXES])
def test_crop_boxes(image: tuple[int, int], value: str, box: tuple[int, int, int, int]) -> None:
    """A crop cuts out the documented box."""
    assert crop(crop_of(value), Size(*image)) == Box(*box)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("401,300", TOO_LARGE),
        ("400,301", TOO_LARGE),
        ("401,1", TOO_LARGE),
        (f"{LARGEST},{LARGEST}", TOO_LARGE),
        # The area before the position.
        ("401,100,x500,y0", TOO_LARGE),
        ("100,301,x0p,y100p", TOO_LARGE),
        # Over the edge by a single pixel, in either direction.
        ("100,100,x301,y0", PIXELS_OUTSIDE),
        ("100,100,x0,y201", PIXELS_OUTSIDE),
        (f"100,100,x{LARGEST},y0", PIXELS_OUTSIDE),
        ("100,100,x301,offset-y0", PIXELS_OUTSIDE),
        ("100,100,offset-x100,y201", PIXELS_OUTSIDE),
        ("400,300,x1,y0", PIXELS_OUTSIDE),
        ("100,100,x76p,y0p", PERCENT_OUTSIDE),
        ("100,100,x0p,y67p", PERCENT_OUTSIDE),
        ("100,100,x100p,y0p", PERCENT_OUTSIDE),
        ("100,100,x76p,offset-y0", PERCENT_OUTSIDE),
        ("100,100,offset-x100,y100p", PERCENT_OUTSIDE),
    ],
)
def test_crop_reasons(value: str, reason: str) -> None:
    """A crop that does not lie within the image is skipped for its reason."""
    assert crop(crop_of(value), Size(400, 300)) == reason


@pytest.mark.parametrize(
    "value", ["400,300", "4:3", "400:300", "400,300,x0,y0", "400,300,x0p,y0p", "4:3,offset-x9,offset-y9"]
)
def test_whole_crop(value: str) -> None:
    """A crop of the whole image is no operation."""
    assert crop(crop_of(value), Size(400, 300)) is None


@given(crops, sizes)
def test_crop_inside(asked_for: Crop, image: Size) -> None:
    """A box always lies inside the image, is never empty, and never all of it."""
    box = crop(asked_for, image)
    if isinstance(box, Box):
        assert_inside(box, image)
        assert box.size != image


@given(st.builds(Ratio, st.integers(1, 5000), st.integers(1, 5000)), sizes)
def test_ratio_crop(ratio: Ratio, image: Size) -> None:
    """A ratio takes one side whole, and of the other what is nearest to the ratio, centred."""
    box = crop(Crop(Region(ratio)), image)
    assert box is None or isinstance(box, Box)
    size = box.size if box else image
    height_fits = abs(2 * (size.height * ratio.width - size.width * ratio.height)) <= ratio.width or size.height == 1
    width_fits = abs(2 * (size.width * ratio.height - size.height * ratio.width)) <= ratio.height or size.width == 1
    assert (size.width == image.width and height_fits) or (size.height == image.height and width_fits)
    if box:
        assert box.left - (image.width - box.right) in (0, 1)
        assert box.top - (image.height - box.bottom) in (0, 1)


@given(sizes, st.sampled_from([0, 50, 100]) | st.integers(0, 100), st.data())
def test_offsets(image: Size, percent: int, data: st.DataObject) -> None:
    """Offset 0 leaves nothing in front, 100 nothing behind, 50 half; an offset never runs over the edge."""
    width, height = data.draw(st.integers(1, image.width)), data.draw(st.integers(1, image.height))
    box = crop(crop_of(f"{width},{height},offset-x{percent},offset-y{percent}"), image)
    if (width, height) == (image.width, image.height):
        assert box is None
        return
    assert isinstance(box, Box)
    assert abs(box.left * 100 - (image.width - width) * percent) <= 50
    assert abs(box.top * 100 - (image.height - height) * percent) <= 50
    if percent == 0:
        assert (box.left, box.top) == (0, 0)
    if percent == 100:
        assert (box.right, box.bottom) == (image.width, image.height)
    if percent == 50:
        assert box.left - (image.width - box.right) in (0, 1)
    assert_inside(box, image)


@given(sizes, st.data())
def test_pixels_are_exact(image: Size, data: st.DataObject) -> None:
    """A position in pixels is where the box starts, whenever the box fits there."""
    width, height = data.draw(st.integers(1, image.width)), data.draw(st.integers(1, image.height))
    left, top = data.draw(st.integers(0, image.width)), data.draw(st.integers(0, image.height))
    box = crop(crop_of(f"{width},{height},x{left},y{top}"), image)
    if left + width > image.width or top + height > image.height:
        assert box == PIXELS_OUTSIDE
    elif (width, height) == (image.width, image.height):
        assert box is None
    else:
        assert box == Box(left, top, left + width, top + height)
