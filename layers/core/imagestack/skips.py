"""Skip reasons: what was not done and why, in the exact words of docs/specification.md#section-6."""

from collections.abc import Iterable
from typing import NewType

SkipReason = NewType("SkipReason", str)

BAD_FORMAT = SkipReason("compression: unsupported format of the fmt query parameter")
FORMAT_NOT_ACCEPTED = SkipReason("compression: webp/avif format is not supported by the client")
RATE_LIMIT = SkipReason("compression: rate limit is exceeded")

WOULD_ENLARGE = SkipReason("resizing: destination image width or height parameter is more than the original image size")

CROP_BAD_RATIO = SkipReason("cropping: bad width-ratio or height-ratio parameter")
CROP_BAD_RATIO_WIDTH = SkipReason("cropping: bad width ratio parameter")
CROP_BAD_RATIO_HEIGHT = SkipReason("cropping: bad height ratio parameter")
CROP_BAD_WIDTH = SkipReason("cropping: bad width parameter")
CROP_BAD_HEIGHT = SkipReason("cropping: bad height parameter")
CROP_NO_POSITION = SkipReason("cropping: x or y parameter is not specified")
CROP_BAD_PIXELS = SkipReason("cropping: bad x/y pixels parameter")
CROP_BAD_PERCENT = SkipReason("cropping: bad x/y percentage parameter")
CROP_BAD_OFFSET = SkipReason("cropping: bad offset-x/y parameter")
CROP_MIXED = SkipReason("cropping: x/y pixel and percentage values cannot be specified simultaneously")
CROP_PERCENT_OVER_100 = SkipReason("cropping: x/y percentage parameter cannot be more than 100")
CROP_OFFSET_OVER_100 = SkipReason("cropping: offset-x/y parameter cannot be more than 100")
CROP_TOO_LARGE = SkipReason("cropping: output height and width cannot be bigger than the original image size")
CROP_PIXELS_OUTSIDE = SkipReason("cropping: output x/y pixel value cannot be more than the original image pixels")
CROP_PERCENT_OUTSIDE = SkipReason("cropping: output x/y percentage value cannot be more than the original image size")

BIGGER_THAN_ORIGIN = SkipReason("convert: converted image bigger than origin")
QUALITY_ALONE = SkipReason("quality: cannot be performed without another operation")
TOO_LARGE = SkipReason("original image is too large")
DAMAGED = SkipReason("original image is damaged")

_ORDER = ("compression: ", "rotation: ", "resizing: ", "cropping: ", "convert: ", "quality: ")
_SEPARATOR = "; "


def bad_parameter(group: str, name: str) -> SkipReason:
    """A parameter has a bad value, where nothing more is known about it."""
    return SkipReason(f"{group}: bad {name} parameter")


def crop_conflict(width: int, height: int, ratio_width: int, ratio_height: int) -> SkipReason:
    """A crop has both an area and a ratio."""
    return SkipReason(
        f"cropping: width={width},height={height} and width-ratio={ratio_width}:height-ratio={ratio_height}"
        " values cannot be specified simultaneously"
    )


def not_lossless(format_name: str) -> SkipReason:
    """The rule allows only lossless conversions of this original, and the format has none."""
    return SkipReason(f"compression: lossless conversion to {format_name} is not supported")


def conversion_failed(content_type: str) -> SkipReason:
    """The encoder of `content_type` failed, or cannot hold an image of this size."""
    return SkipReason(f"compression: {content_type} conversion internal error")


def quality_above_origin(origin: int, desired: int) -> SkipReason:
    """The requested quality is higher than that of the original (docs/specification.md#section-4)."""
    return SkipReason(f"{BIGGER_THAN_ORIGIN}: OriginQ: {origin}, DesiredQ: {desired}")


def unsupported_type(content_type: str) -> SkipReason:
    """The type of the original is not one that is read."""
    return SkipReason(f"detected content type {content_type} is not supported")


def unsupported_encoding(content_encoding: str) -> SkipReason:
    """The original is stored with a Content-Encoding."""
    return SkipReason(f"detected content encoding {content_encoding} is not supported")


def join(reasons: Iterable[SkipReason]) -> str:
    """The value of `Img-Skip-Reason`; reasons for the whole image come last.

    The order is that of docs/specification.md#section-6.
    """

    def rank(reason: str) -> int:
        return next((i for i, prefix in enumerate(_ORDER) if reason.startswith(prefix)), len(_ORDER))

    return _SEPARATOR.join(sorted(dict.fromkeys(reasons), key=rank))


def split(joined: str) -> tuple[SkipReason, ...]:
    """The reasons of a value of `join`."""
    return tuple(SkipReason(text) for text in joined.split(_SEPARATOR) if text)
