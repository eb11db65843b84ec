"""Originals that are resized and cut while they are decoded: libvips has a few rows at a time in memory."""

from PIL import Image as PillowImage

from imagestack.errors import DamagedImageError
from imagestack.formats import JPEG
from imagestack.geometry import Box, Size
from imagestack.plan.work import Work
from imagestack.transform.libvips import Image, LibvipsError
from imagestack.transform.steps import REDUCING_GAP

LOADERS = {JPEG: Image.open_jpeg}
_MODES = {1: "L", 3: "RGB", 4: "CMYK"}


def stream(body: bytes, work: Work) -> PillowImage.Image:
    """Decode what `work` needs of an original.

    Returns:
        The picture, scaled by Lanczos and cut, in the orientation of the file.

    Raises:
        DamagedImageError: a strict decode fails.
    """
    try:
        image = LOADERS[work.facts.format](body, work.reduction)
        if work.area:
            image = _cut(image, work.area, work)
        if work.resized:
            image = _resized(image, work.resized.scaled, work)
        if work.cut:
            image = _cut(image, work.cut, work)
        pixels = image.pixels()
    except LibvipsError as error:
        raise DamagedImageError(str(error)) from error
    mode = _MODES[pixels.bands]
    return PillowImage.frombuffer(mode, (pixels.width, pixels.height), pixels.memory, "raw", mode, 0, 1)


def _cut(image: Image, upright: Box, work: Work) -> Image:
    box = upright.stored(work.orientation, Size(image.width, image.height))
    return image.cropped(box.left, box.top, box.size.width, box.size.height)


def _resized(image: Image, upright: Size, work: Work) -> Image:
    scaled, original = (size.swapped if work.swaps_axes else size for size in (upright, work.entering_size))
    # The decoder rounds sides up, so that a reduced picture may show a little more than the original. The scale is that
    # of the original; the excess is less than half a pixel.
    across = scaled.width * work.reduction / original.width
    down = scaled.height * work.reduction / original.height
    return image.resized(across, down, REDUCING_GAP)
