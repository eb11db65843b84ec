from io import BytesIO

from PIL import Image, JpegImagePlugin

from imagestack.errors import DamagedImageError
from imagestack.formats import AVIF, JPEG, ORIGINALS, WEBP, Format, detect
from imagestack.geometry import SWAPS_AXES, Size
from imagestack.plan.work import Facts, Work
from imagestack.transform.picture import Picture
from imagestack.transform.readers.jpeg import JpegHeader, read_jpeg
from imagestack.transform.readers.png import PngHeader, read_png

# Pillow's own guard against decompression bombs warns or raises by a fixed number; `imagestack.limits` decides here.
Image.MAX_IMAGE_PIXELS = None

# ITU-T T.81, table B.1; within the data of a scan it cannot be.
_END_OF_IMAGE = b"\xff\xd9"


def read_facts(body: bytes, fmt: Format) -> Facts:
    """Read the header of an original; no pixel is decoded, and nothing takes long, whatever the header holds.

    Args:
        body: the original, or at least its header.
        fmt: JPEG or PNG.

    Raises:
        DamagedImageError: the header cannot be read.
    """
    header = _header(body, fmt)
    size = header.size.swapped if header.orientation in SWAPS_AXES else header.size
    if isinstance(header, PngHeader):
        return Facts(fmt, size, header.orientation)
    quality = None if header.table_sum is None else _estimated_quality(header.table_sum)
    return Facts(fmt, size, header.orientation, quality, header.buffered, header.components)


def read_size(body: bytes) -> Size | None:
    """Width and height of the upright picture of an image in any of our formats; None if its header cannot be read."""
    try:
        fmt = ORIGINALS.get(detect(body) or "")
        if fmt:
            return read_facts(body, fmt).size
        image = Image.open(BytesIO(body), formats=[converted.encoder for converted in (WEBP, AVIF)])
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
    body = _header(body, work.facts.format).strip_metadata(body)
    image = _open(body, work.facts.format)
    subsampling, scans = -1, 0
    if isinstance(image, JpegImagePlugin.JpegImageFile):
        subsampling = _subsampling(image)
        scans = image.fp.tell() if image.fp else 0
    icc_profile = image.info.get("icc_profile")
    if work.streams:
        # Rows below a cut are never looked at, but a file that was cut off is no strict JPEG: no end of image comes
        # after the header of its first scan, where Pillow has stopped reading.
        if body.find(_END_OF_IMAGE, scans) < 0:
            raise DamagedImageError("the file ends early")
        from imagestack.transform.stream import stream  # noqa: PLC0415 - what serves only hits does without libvips

        image = stream(body, work)
    else:
        _load(image)
    return Picture(image, icc_profile if isinstance(icc_profile, bytes) else None, subsampling)


def _subsampling(image: JpegImagePlugin.JpegImageFile) -> int:
    try:
        return JpegImagePlugin.get_sampling(image)
    except IndexError as error:
        raise DamagedImageError("the frame describes fewer components than it counts") from error


def _load(image: Image.Image) -> None:
    try:
        image.load()
    except MemoryError:
        raise
    except Exception as error:  # decoders of hostile bytes raise many kinds
        raise DamagedImageError(str(error)) from error


def _open(body: bytes, fmt: Format) -> Image.Image:
    try:
        return Image.open(BytesIO(body), formats=[fmt.encoder])
    except MemoryError:
        raise
    except Exception as error:  # likewise
        raise DamagedImageError(str(error)) from error


def _header(body: bytes, fmt: Format) -> JpegHeader | PngHeader:
    return read_jpeg(body) if fmt is JPEG else read_png(body)


# ITU-T T.81, table K.1.
_LUMINANCE = (
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip


def _table_sum(quality: int) -> int:
    """Sum of the luminance table that the IJG encoder writes for a quality of 1 to 100."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality  # noqa: PLR2004 - as in IJG's jcparam.c
    return sum(min(max((entry * scale + 50) // 100, 1), 255) for entry in _LUMINANCE)


_TABLE_SUMS = {quality: _table_sum(quality) for quality in range(100, 0, -1)}


def _estimated_quality(found: int) -> int:
    """The quality whose table's sum is nearest to that of table 0; ties take the higher (spec section 4)."""
    # The best quality stands first, and `min` keeps the first of equals.
    return min(_TABLE_SUMS, key=lambda quality: abs(_TABLE_SUMS[quality] - found))
