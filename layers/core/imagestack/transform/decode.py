"""From the bytes of an original to facts of its header, and to pixels."""

from io import BytesIO

from PIL import Image

from imagestack.errors import DamagedImageError
from imagestack.formats import FORMATS, ORIGINALS, Format, detect
from imagestack.geometry import SWAPS_AXES, Size
from imagestack.plan.work import Facts, Work
from imagestack.transform.picture import Picture
from imagestack.transform.readers import READERS

# Pillow's own guard against decompression bombs warns or raises at a fixed number; `imagestack.limits` decides here.
Image.MAX_IMAGE_PIXELS = None


def read_facts(body: bytes, fmt: Format) -> Facts:
    """Read the header of an original. No pixel is decoded, and it takes milliseconds whatever the header holds.

    Args:
        body: the original, or at least its header.
        fmt: one of `imagestack.formats.ORIGINALS`.

    Raises:
        DamagedImageError: the header cannot be read.
    """
    header = READERS[fmt](body)
    size = header.size.swapped if header.orientation in SWAPS_AXES else header.size
    return Facts(fmt, size, header.orientation, header.quality, header.progressive, header.components)


def read_size(body: bytes) -> Size | None:
    """Width and height of the upright picture of an original or a result; None if its header cannot be read."""
    try:
        fmt = ORIGINALS.get(detect(body) or "")
        if fmt:
            return read_facts(body, fmt).size
        image = Image.open(BytesIO(body), formats=[fmt.codec for fmt in FORMATS.values() if not fmt.is_original])
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - decoders of hostile bytes raise many kinds
        return None
    return Size(image.width, image.height)


def decode(body: bytes, work: Work) -> Picture:
    """Decode an original, smaller where `work` allows it; resized and cut already where `work.streams`.

    Raises:
        DamagedImageError: a strict decode fails.
        MemoryError: there was not enough of it.
    """
    header = READERS[work.facts.format](body)
    lean = header.strip_metadata(body)
    image = _open(lean, work.facts.format)
    icc_profile = image.info.get("icc_profile")
    if work.streams:
        # The decoder never looks at rows below a cut, but a file that was cut off fails a strict decode.
        if not header.is_complete(body):
            raise DamagedImageError("the file ends early")
        from imagestack.transform.stream import stream  # noqa: PLC0415 - functions that serve only hits skip libvips

        image = stream(lean, work)
    else:
        _load(image)
    return Picture(image, icc_profile if isinstance(icc_profile, bytes) else None, header.subsampling, header.depth)


def _load(image: Image.Image) -> None:
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:  # decoders of hostile bytes raise many kinds
        raise DamagedImageError(str(error)) from error


def _open(body: bytes, fmt: Format) -> Image.Image:
    try:
        return Image.open(BytesIO(body), formats=[fmt.codec])
    except MemoryError:
        raise
    except Exception as error:  # decoders of hostile bytes raise many kinds
        raise DamagedImageError(str(error)) from error
