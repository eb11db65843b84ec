"""Skip reasons, in the exact words of docs/specification.md#section-6."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagestack import skips
from imagestack.skips import SkipReason

WORDS = {
    skips.bad_parameter("compression", "quality"): "compression: bad quality parameter",
    skips.BAD_FORMAT: "compression: unsupported format of the fmt query parameter",
    skips.FORMAT_NOT_ACCEPTED: "compression: webp/avif format is not supported by the client",
    skips.not_lossless("avif"): "compression: lossless conversion to avif is not supported",
    skips.RATE_LIMIT: "compression: rate limit is exceeded",
    skips.bad_parameter("resizing", "width"): "resizing: bad width parameter",
    skips.bad_parameter("resizing", "height"): "resizing: bad height parameter",
    skips.bad_parameter("resizing", "fit"): "resizing: bad fit parameter",
    skips.WOULD_ENLARGE: ("resizing: destination image width or height parameter is more than the original image size"),
    skips.CROP_BAD_RATIO: "cropping: bad width-ratio or height-ratio parameter",
    skips.CROP_BAD_RATIO_WIDTH: "cropping: bad width ratio parameter",
    skips.CROP_BAD_RATIO_HEIGHT: "cropping: bad height ratio parameter",
    skips.CROP_BAD_WIDTH: "cropping: bad width parameter",
    skips.CROP_BAD_HEIGHT: "cropping: bad height parameter",
    skips.CROP_NO_POSITION: "cropping: x or y parameter is not specified",
    skips.CROP_BAD_PIXELS: "cropping: bad x/y pixels parameter",
    skips.CROP_BAD_PERCENT: "cropping: bad x/y percentage parameter",
    skips.CROP_BAD_OFFSET: "cropping: bad offset-x/y parameter",
    skips.CROP_MIXED: "cropping: x/y pixel and percentage values cannot be specified simultaneously",
    skips.CROP_PERCENT_OVER_100: "cropping: x/y percentage parameter cannot be more than 100",
    skips.CROP_OFFSET_OVER_100: "cropping: offset-x/y parameter cannot be more than 100",
    skips.CROP_TOO_LARGE: "cropping: output height and width cannot be bigger than the original image size",
    skips.CROP_PIXELS_OUTSIDE: "cropping: output x/y pixel value cannot be more than the original image pixels",
    skips.CROP_PERCENT_OUTSIDE: ("cropping: output x/y percentage value cannot be more than the original image size"),
    skips.BIGGER_THAN_ORIGIN: "convert: converted image bigger than origin",
    skips.QUALITY_ALONE: "quality: cannot be performed without another operation",
    skips.TOO_LARGE: "original image is too large",
    skips.DAMAGED: "original image is damaged",
    skips.unsupported_type("image/apng"): "detected content type image/apng is not supported",
    skips.unsupported_encoding("gzip"): "detected content encoding gzip is not supported",
    skips.conversion_failed("image/webp"): "compression: image/webp conversion internal error",
    skips.conversion_failed("image/avif"): "compression: image/avif conversion internal error",
    skips.quality_above_origin(85, 90): "convert: converted image bigger than origin: OriginQ: 85, DesiredQ: 90",
    skips.crop_conflict(1, 2, 3, 4): (
        "cropping: width=1,height=2 and width-ratio=3:height-ratio=4 values cannot be specified simultaneously"
    ),
}


@pytest.mark.parametrize(("reason", "words"), WORDS.items())
def test_words(reason: str, words: str) -> None:
    """Websites and clients depend on the exact words."""
    assert reason == words


def test_every_constant_is_in_the_table() -> None:
    """No reason is left without its exact words."""
    constants = {value for name, value in vars(skips).items() if name.isupper() and not name.startswith("_")}
    assert constants <= set(WORDS)


def test_order() -> None:
    """Reasons stand in the order of docs/specification.md#section-6; those of the whole image are last."""
    reasons = [
        skips.TOO_LARGE,
        skips.QUALITY_ALONE,
        skips.quality_above_origin(1, 2),
        skips.CROP_BAD_WIDTH,
        skips.bad_parameter("resizing", "width"),
        skips.bad_parameter("rotation", "flip"),
        skips.bad_parameter("compression", "quality"),
    ]
    assert skips.join(reasons) == (
        "compression: bad quality parameter; rotation: bad flip parameter; resizing: bad width parameter; "
        "cropping: bad width parameter; "
        "convert: converted image bigger than origin: OriginQ: 1, DesiredQ: 2; "
        "quality: cannot be performed without another operation; original image is too large"
    )


@pytest.mark.parametrize(
    ("reasons", "joined"),
    [
        ((), ""),
        ((skips.bad_parameter("resizing", "width"),), "resizing: bad width parameter"),
        (
            (skips.bad_parameter("resizing", "width"), skips.bad_parameter("resizing", "width")),
            "resizing: bad width parameter",
        ),
        (
            (skips.BAD_FORMAT, skips.bad_parameter("compression", "quality")),
            "compression: unsupported format of the fmt query parameter; compression: bad quality parameter",
        ),
    ],
    ids=["none", "one", "twice", "of-one-kind"],
)
def test_join(reasons: tuple[SkipReason, ...], joined: str) -> None:
    """A repeated reason is joined once; reasons of one kind keep their order."""
    assert skips.join(reasons) == joined


@given(st.lists(st.sampled_from(list(WORDS))))
def test_split(reasons: list[SkipReason]) -> None:
    """What was joined is found again, and joined again it is the same."""
    joined = skips.join(reasons)
    assert set(skips.split(joined)) == set(reasons)
    assert skips.join(skips.split(joined)) == joined
