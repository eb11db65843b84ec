"""Sizes and boxes (spec section 3)."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from imagestack.geometry import Box, Resized, Size, crop, resize, round_half_up
from imagestack.operations import Crop, Fit, Ratio, Resize
from tests.support.strategies import asked, crops, resizes, single_resizes, sizes

WOULD_ENLARGE = "resizing: destination image width or height parameter is more than the original image size"
TOO_LARGE = "cropping: output height and width cannot be bigger than the original image size"
PIXELS_OUTSIDE = "cropping: output x/y pixel value cannot be more than the original image pixels"
PERCENT_OUTSIDE = "cropping: output x/y percentage value cannot be more than the original image size"
LARGEST = 9_999_999_999


def resize_of(query: str) -> Resize:
    found = asked(query).resize
    assert isinstance(found, Resize)
    return found


def crop_of(value: str) -> Crop:
    found = asked(f"crop={value}").crop
    assert isinstance(found, Crop)
    return found


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(0, 2, 0), (1, 2, 1), (33, 2, 17), (2, 5, 0), (5, 10, 1), (149, 100, 1), (150, 100, 2), (7, 1, 7)],
)
def test_round_half_up(numerator: int, denominator: int, rounded: int) -> None:
    """Halves go upwards, always: 0.5 is 1 and 2.5 is 3."""
    assert round_half_up(numerator, denominator) == rounded


# original, query, size.
SIZES = [
    # One number: the other follows.
    ((400, 300), "width=200", (200, 150)),
    ((400, 300), "height=150", (200, 150)),
    ((10, 2), "width=2", (2, 1)),
    ((2, 10), "height=2", (1, 2)),
    ((400, 301), "width=200", (200, 151)),
    ((301, 400), "height=200", (151, 200)),
    ((1000, 1), "width=1", (1, 1)),
    ((1, 1000), "height=1", (1, 1)),
    ((400, 300), "width=1", (1, 1)),
    # fit: exactly both numbers.
    ((499, 333), "width=200&height=100", (200, 100)),
    ((400, 300), "width=100&height=200", (100, 200)),
    ((400, 300), "width=399&height=300", (399, 300)),
    ((400, 300), "width=1&height=300", (1, 300)),
    # bounds: by the greater of the two requested numbers.
    ((500, 333), "width=200&height=100&fit=bounds", (200, 133)),
    ((1000, 500), "width=500&height=300&fit=bounds", (500, 250)),
    ((400, 300), "width=100&height=200&fit=bounds", (267, 200)),
    ((400, 300), "width=100&height=100&fit=bounds", (100, 75)),
    # cover: by the smaller.
    ((500, 333), "width=200&height=100&fit=cover", (150, 100)),
    ((1000, 500), "width=500&height=300&fit=cover", (600, 300)),
    ((400, 300), "width=100&height=200&fit=cover", (100, 75)),
    ((400, 300), "width=100&height=100&fit=cover", (133, 100)),
    # A requested number beyond the original is no matter if it does not decide.
    ((400, 300), "width=401&height=100&fit=cover", (133, 100)),
    # force: both numbers, whatever the ratio.
    ((400, 300), "width=300&height=10&fit=force", (300, 10)),
    ((400, 300), "width=400&height=1&fit=force", (400, 1)),
]


@pytest.mark.parametrize(("original", "query", "size"), SIZES, ids=[f"{row[0]}-{row[1]}" for row in SIZES])
def test_resize_sizes(original: tuple[int, int], query: str, size: tuple[int, int]) -> None:
    """A resize gives the documented size."""
    resized = resize(resize_of(query), Size(*original))
    assert isinstance(resized, Resized)
    assert resized.size == Size(*size)


def test_fit_cuts_evenly() -> None:
    """The documented picture: 499x333 with 200x100 gives the scaled 200x133 cut at y=17."""
    assert resize(Resize(200, 100), Size(499, 333)) == Resized(Size(200, 133), Box(0, 17, 200, 117))


def test_fit_cuts_the_sides() -> None:
    """An upright target of a wide picture is scaled by the height, 400x300 to 267x200, and cut left and right."""
    assert resize(Resize(100, 200), Size(400, 300)) == Resized(Size(267, 200), Box(84, 0, 184, 200))


@pytest.mark.parametrize("query", ["width=200", "width=200&height=100&fit=force", "width=200&height=100&fit=bounds"])
def test_only_fit_cuts(query: str) -> None:
    """Every other resize keeps all that it scales."""
    resized = resize(resize_of(query), Size(400, 300))
    assert isinstance(resized, Resized)
    assert resized.kept == Box(0, 0, resized.scaled.width, resized.scaled.height)


@pytest.mark.parametrize(
    "query",
    [
        "width=401",
        "height=301",
        "width=401&height=100",
        "width=100&height=301",
        "width=401&height=300&fit=force",
        "width=1&height=301&fit=force",
        "width=401&height=10&fit=bounds",
        # The greater number is the height, and one pixel more than there is.
        "width=10&height=301&fit=bounds",
        "width=401&height=401&fit=cover",
        f"width={LARGEST}",
        f"width={LARGEST}&height={LARGEST}&fit=force",
        f"height={LARGEST}",
    ],
)
def test_never_enlarge(query: str) -> None:
    """A resize whose result would be wider or taller than the original is skipped."""
    assert resize(resize_of(query), Size(400, 300)) == WOULD_ENLARGE


def test_enlarging_is_judged_on_the_result() -> None:
    """With bounds a width within the original can still ask for too much height."""
    assert resize(Resize(250, 251, Fit.BOUNDS), Size(100, 300)) == Resized(Size(84, 251), Box(0, 0, 84, 251))
    assert resize(Resize(300, 100, Fit.BOUNDS), Size(200, 300)) == WOULD_ENLARGE


@pytest.mark.parametrize("fit", Fit)
@pytest.mark.parametrize(("width", "height"), [(400, 300), (400, None), (None, 300)])
def test_same_size(width: int | None, height: int | None, fit: Fit) -> None:
    """A resize to the size that the image has is no operation."""
    assert resize(Resize(width, height, fit), Size(400, 300)) is None


@given(resizes, sizes)
def test_resize_never_enlarges(asked_for: Resize, original: Size) -> None:
    """A result is never wider or taller than the original, never below one pixel, and changes the size."""
    resized = resize(asked_for, original)
    if isinstance(resized, Resized):
        assert 1 <= resized.size.width <= original.width
        assert 1 <= resized.size.height <= original.height
        assert resized.size != original
        assert resized.scaled.width <= original.width
        assert resized.scaled.height <= original.height
        assert_inside(resized.kept, resized.scaled)


@given(sizes, st.data())
def test_fit_is_exact(original: Size, data: st.DataObject) -> None:
    """With fit the result has both requested numbers, and what is cut is shared within a pixel between both sides."""
    width = data.draw(st.integers(1, original.width))
    height = data.draw(st.integers(1, original.height))
    resized = resize(Resize(width, height), original)
    if (width, height) == (original.width, original.height):
        assert resized is None
        return
    assert isinstance(resized, Resized)
    assert resized.size == Size(width, height)
    # Scaled to cover and no further: one side fits at once.
    assert resized.scaled.width == width or resized.scaled.height == height
    assert resized.kept.left - (resized.scaled.width - resized.kept.right) in (0, 1)
    assert resized.kept.top - (resized.scaled.height - resized.kept.bottom) in (0, 1)


@given(single_resizes, sizes)
def test_aspect_ratio(asked_for: Resize, original: Size) -> None:
    """Resized by one number, the other side is the exact one, rounded to the nearest pixel, or one pixel."""
    resized = resize(asked_for, original)
    assume(isinstance(resized, Resized))
    assert isinstance(resized, Resized)
    width, height = resized.size.width, resized.size.height
    if asked_for.width is not None:
        assert width == asked_for.width
        assert abs(2 * (height * original.width - width * original.height)) <= original.width or height == 1
    else:
        assert height == asked_for.height
        assert abs(2 * (width * original.height - height * original.width)) <= original.height or width == 1


@given(st.integers(1, 4000), st.integers(1, 4000), sizes)
def test_bounds_and_cover(width: int, height: int, original: Size) -> None:
    """Bounds resizes by the greater number alone, cover by the smaller; ties: bounds the width, cover the height."""
    by_width, by_height = Resize(width, None), Resize(None, height)
    bounds = resize(Resize(width, height, Fit.BOUNDS), original)
    cover = resize(Resize(width, height, Fit.COVER), original)
    assert bounds == resize(by_width if width >= height else by_height, original)
    assert cover == resize(by_width if width < height else by_height, original)


def test_a_resize_needs_a_number() -> None:
    """A resize without any number is a mistake of the caller."""
    with pytest.raises(ValueError, match="needs a width or a height"):
        resize(Resize(None, None), Size(400, 300))


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
    box = crop(Crop(ratio), image)
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


def test_box_moved() -> None:
    """A moved box keeps its size."""
    assert Box(1, 2, 11, 22).moved(100, 200) == Box(101, 202, 111, 222)
    assert Box(1, 2, 11, 22).size == Size(10, 20)


def test_size() -> None:
    """A size knows its area, and itself lying on its side."""
    assert Size(400, 300).pixels == 120_000
    assert Size(400, 300).swapped == Size(300, 400)


def assert_inside(box: Box, image: Size) -> None:
    assert 0 <= box.left < box.right <= image.width
    assert 0 <= box.top < box.bottom <= image.height
