"""Sizes and boxes, in whole pixels. Everything here is exact integer arithmetic (spec section 3)."""

from dataclasses import dataclass

from imagestack.operations import Area, Crop, Fit, Position, Ratio, Resize, Unit
from imagestack.skips import (
    CROP_PERCENT_OUTSIDE,
    CROP_PIXELS_OUTSIDE,
    CROP_TOO_LARGE,
    WOULD_ENLARGE,
    SkipReason,
)

# EXIF orientations: pictures that are stored by columns, and what is reversed in the file.
SWAPS_AXES = (5, 6, 7, 8)
_LEFT_IS_RIGHT = (2, 3, 7, 8)
_TOP_IS_BOTTOM = (3, 4, 6, 7)


@dataclass(frozen=True)
class Size:
    """Width and height in pixels, each at least 1."""

    width: int
    height: int

    @property
    def pixels(self) -> int:
        """The area."""
        return self.width * self.height

    @property
    def swapped(self) -> "Size":
        """The size of the picture lying on its side."""
        return Size(self.height, self.width)


@dataclass(frozen=True)
class Box:
    """A part of an image; right and bottom are exclusive."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def size(self) -> Size:
        """Its width and height."""
        return Size(self.right - self.left, self.bottom - self.top)

    def moved(self, left: int, top: int) -> "Box":
        """The same box, seen from an origin that lies `left` and `top` further out."""
        return Box(self.left + left, self.top + top, self.right + left, self.bottom + top)

    def stored(self, orientation: int, size: Size) -> "Box":
        """The same part of a picture as it lies in a file.

        Args:
            orientation: EXIF's, 1 to 8: how the file's picture has to be turned to stand upright.
            size: of the file's picture.
        """
        left, top, right, bottom = self.left, self.top, self.right, self.bottom
        if orientation in SWAPS_AXES:
            left, top, right, bottom = top, left, bottom, right
        if orientation in _LEFT_IS_RIGHT:
            left, right = size.width - right, size.width - left
        if orientation in _TOP_IS_BOTTOM:
            top, bottom = size.height - bottom, size.height - top
        return Box(left, top, right, bottom)


@dataclass(frozen=True)
class Resized:
    """What a resize does: scale to `scaled`, then keep `kept` of it."""

    scaled: Size
    kept: Box

    @property
    def size(self) -> Size:
        """The size after the resize."""
        return self.kept.size


def round_half_up(numerator: int, denominator: int) -> int:
    """`numerator / denominator`, halves upwards; both not negative."""
    return (2 * numerator + denominator) // (2 * denominator)


def resize(asked: Resize, original: Size) -> Resized | SkipReason | None:
    """What `asked` means for an image of size `original`.

    Returns:
        None if the image has the wanted size already, or the reason if it would have to be enlarged.
    """
    scaled, kept = _scale(asked, original)
    if kept.width > original.width or kept.height > original.height:
        return WOULD_ENLARGE
    if kept == original:
        return None
    left = round_half_up(scaled.width - kept.width, 2)
    top = round_half_up(scaled.height - kept.height, 2)
    return Resized(scaled, Box(0, 0, kept.width, kept.height).moved(left, top))


def _scale(asked: Resize, original: Size) -> tuple[Size, Size]:
    """The size to scale to and the size to keep of it."""
    match asked:
        case Resize(width=int(width), height=int(height), fit=Fit.FORCE):
            return Size(width, height), Size(width, height)
        case Resize(width=int(width), height=int(height), fit=Fit.FIT):
            wide = width * original.height >= height * original.width
            scaled = _by_width(width, original) if wide else _by_height(height, original)
            return scaled, Size(width, height)
        case Resize(width=int(width), height=int(height), fit=fit):
            by_width = width >= height if fit is Fit.BOUNDS else width < height
            scaled = _by_width(width, original) if by_width else _by_height(height, original)
        case Resize(width=int(width)):
            scaled = _by_width(width, original)
        case Resize(height=int(height)):
            scaled = _by_height(height, original)
        case _:
            raise ValueError("a resize needs a width or a height")
    return scaled, scaled


def _by_width(width: int, original: Size) -> Size:
    return Size(width, max(1, round_half_up(width * original.height, original.width)))


def _by_height(height: int, original: Size) -> Size:
    return Size(max(1, round_half_up(height * original.width, original.height)), height)


def crop(asked: Crop, image: Size) -> Box | SkipReason | None:
    """The part that `asked` cuts out of an image of size `image`.

    Returns:
        None for the whole image, or the reason if the area does not lie within the image.
    """
    area = _largest(asked.size, image) if isinstance(asked.size, Ratio) else asked.size
    if area.width > image.width or area.height > image.height:
        return CROP_TOO_LARGE
    left = _corner(asked.x, area.width, image.width)
    top = _corner(asked.y, area.height, image.height)
    for position, outside in (
        (asked.x, left + area.width > image.width),
        (asked.y, top + area.height > image.height),
    ):
        if outside:
            return CROP_PIXELS_OUTSIDE if position.unit is Unit.PIXELS else CROP_PERCENT_OUTSIDE
    if (area.width, area.height) == (image.width, image.height):
        return None
    return Box(left, top, left + area.width, top + area.height)


def _largest(ratio: Ratio, image: Size) -> Area:
    if image.width * ratio.height <= image.height * ratio.width:
        return Area(image.width, max(1, round_half_up(image.width * ratio.height, ratio.width)))
    return Area(max(1, round_half_up(image.height * ratio.width, ratio.height)), image.height)


def _corner(position: Position, wanted: int, side: int) -> int:
    match position.unit:
        case Unit.PIXELS:
            return position.value
        case Unit.PERCENT:
            return round_half_up(position.value * side, 100)
        case Unit.OFFSET:
            return round_half_up(position.value * (side - wanted), 100)
