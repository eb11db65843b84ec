"""JPEG that is resized and cut while it is decoded: by libvips, which has a few rows at a time in memory."""

import pyvips
from PIL import Image

from imagestack.errors import DamagedImageError
from imagestack.geometry import Size
from imagestack.work import Work

# Every request has another original; results would only hold their bodies.
pyvips.cache_set_max(0)

# Beyond this reduction a box filter goes before Lanczos, as in `imagestack.transform.steps`.
_REDUCING_GAP = 3.0
_MODES = {1: "L", 3: "RGB", 4: "CMYK"}


def stream(body: bytes, work: Work) -> Image.Image:
    """Decode what `work` needs of a JPEG, as it lies in the file.

    Returns:
        The picture, scaled by Lanczos and cut, but not upright yet.

    Raises:
        DamagedImageError: a strict decode fails.
    """
    try:
        image = pyvips.Image.jpegload_buffer(body, shrink=work.reduction, access="sequential", fail_on="truncated")
        if work.resized:
            image = _resized(image, work.resized.scaled, work)
        if work.cut:
            box = work.cut.stored(work.facts.orientation, Size(image.width, image.height))
            image = image.crop(box.left, box.top, box.size.width, box.size.height)
        pixels = image.write_to_memory()
    except pyvips.Error as error:
        raise DamagedImageError(str(error)) from error
    return Image.frombuffer(_MODES[image.bands], (image.width, image.height), pixels, "raw", _MODES[image.bands], 0, 1)


def _resized(image: pyvips.Image, upright: Size, work: Work) -> pyvips.Image:
    facts = work.facts
    scaled, original = (upright.swapped, facts.size.swapped) if facts.lies else (upright, facts.size)
    # Rounded up by the decoder, a reduced picture may hold a little more than the original: the scale is that of the
    # original, and what is left over is less than half a pixel.
    across = scaled.width * work.reduction / original.width
    down = scaled.height * work.reduction / original.height
    return image.resize(across, vscale=down, kernel="lanczos3", gap=_REDUCING_GAP)
