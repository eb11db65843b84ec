"""The table of image formats: how each is recognised, what it can do and what it costs.

Every other module asks a row for a capability and never compares formats. A new original needs a row here and a header
reader in `imagestack.transform.readers`. A new result needs a row and an encoder in `imagestack.transform.encoders`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from imagestack import chunks
from imagestack.effort import Effort, Speed


@dataclass(frozen=True)
class Signature:
    """The magic bytes of a format, and a further condition on the body.

    Attributes:
        parts: pairs of an offset and the bytes at that offset. All of them must match.
        condition: what else must hold of the body.
    """

    parts: tuple[tuple[int, bytes], ...]
    condition: Callable[[bytes], bool] | None = None

    def matches(self, body: bytes) -> bool:
        """Whether a body begins with these bytes and meets the condition."""
        found = all(body.startswith(magic, offset) for offset, magic in self.parts)
        return found and (self.condition is None or self.condition(body))


def _magic(*parts: bytes) -> tuple[Signature, ...]:
    """Signatures at the start of a file, one for each argument."""
    return tuple(Signature(((0, part),)) for part in parts)


def _brands(*brands: bytes) -> tuple[Signature, ...]:
    """Signatures of files whose first box names one of these brands (ISO/IEC 14496-12, section 4.3)."""
    return tuple(Signature(((4, b"ftyp" + brand),)) for brand in brands)


@dataclass(frozen=True, eq=False)
class Format:
    """A row of the table. A format that is only recognised has no capabilities.

    Attributes:
        name: as in `fmt=` and as the extension of derived keys.
        content_type: as in Content-Type and Accept.
        extensions: of file names, with the dot.
        signatures: magic bytes. One of them must match.
        codec: Pillow's name for it.
        is_original: originals of this format are transformed; `transform.readers` has a reader for it.
        negotiation_rank: its rank among formats that the client accepts with equal weights, 1 for the best; None if
            no client has to prove it by Accept.
        universal: every client decodes it, so that `fmt=` gives it without proof by Accept.
        lossless: keeps every pixel exactly.
        lossless_mode: can keep every pixel exactly, but does not by default.
        alpha: can be transparent.
        palette: is encoded with the palette of the picture, if there is one.
        streams: originals are resized and cut while they are decoded, so that they are never whole in memory;
            `transform.stream` has a loader for it.
        max_side: the longest side in pixels that it can hold.
        encode_bytes: peak memory of an encode for each pixel (`bench/encoders.py`).
        speeds: of its encoder, from the slowest to the fastest. The fastest suits results of any size. Empty if results
            never have this format.
    """

    name: str
    content_type: str
    extensions: tuple[str, ...]
    signatures: tuple[Signature, ...]
    codec: str = ""
    is_original: bool = False
    negotiation_rank: int | None = None
    universal: bool = False
    lossless: bool = False
    lossless_mode: bool = False
    alpha: bool = False
    palette: bool = False
    streams: bool = False
    max_side: int = 0
    encode_bytes: int = 0
    speeds: tuple[Speed, ...] = ()

    def __reduce__(self) -> tuple[Callable[[str], "Format"], tuple[str]]:
        """Pickle by name: each process has one object for each format, compared by identity."""
        return _named, (self.name,)

    def matches(self, body: bytes) -> bool:
        """Whether a body begins with the magic bytes of this format."""
        return any(signature.matches(body) for signature in self.signatures)

    @property
    def can_be_lossless(self) -> bool:
        """Whether a result can keep every pixel exactly."""
        return self.lossless or self.lossless_mode

    @property
    def efforts(self) -> tuple[Effort, ...]:
        """The efforts that a waiting viewer may get, the best first."""
        return (Effort.FIRST, Effort.HASTY) if len(self.speeds) > 1 else (Effort.FIRST,)

    def speed(self, effort: Effort, pixels: int) -> Speed:
        """The speed of its encoder for a result of `pixels` pixels: the fastest unless the effort is `FIRST`.

        Raises:
            IndexError: results never have this format.
        """
        slower = self.speeds[:-1] if effort is Effort.FIRST else ()
        return next((one for one in slower if pixels <= (one.most_pixels or 0)), self.speeds[-1])


JPEG = Format(
    "jpeg",
    "image/jpeg",
    (".jpg", ".jpeg", ".jfif"),
    _magic(b"\xff\xd8\xff"),
    codec="JPEG",
    is_original=True,
    universal=True,
    streams=True,
    max_side=65_500,
    encode_bytes=8,
    speeds=(Speed(80),),
)
APNG = Format("apng", "image/apng", (".apng",), (Signature(((0, chunks.SIGNATURE),), chunks.is_animated),))
PNG = Format(
    "png",
    "image/png",
    (".png",),
    _magic(chunks.SIGNATURE),
    codec="PNG",
    is_original=True,
    universal=True,
    lossless=True,
    alpha=True,
    palette=True,
    max_side=2**31 - 1,
    encode_bytes=5,
    speeds=(Speed(400),),
)
GIF = Format("gif", "image/gif", (".gif",), _magic(b"GIF87a", b"GIF89a"))
WEBP = Format(
    "webp",
    "image/webp",
    (".webp",),
    (Signature(((0, b"RIFF"), (8, b"WEBP"))),),
    codec="WEBP",
    negotiation_rank=2,
    lossless_mode=True,
    alpha=True,
    max_side=16_383,
    encode_bytes=46,
    speeds=(Speed(1_000),),
)
AVIF = Format(
    "avif",
    "image/avif",
    (".avif",),
    _brands(b"avif", b"avis"),
    codec="AVIF",
    negotiation_rank=1,
    alpha=True,
    max_side=65_536,
    encode_bytes=40,
    # The numbers are those of aom. A slower speed makes fewer bytes. A result gets the slowest speed that takes about a
    # quarter of a second, and a whole second at worst.
    speeds=(Speed(2_600, 7, most_pixels=350_000), Speed(1_400, 8, most_pixels=800_000), Speed(560, 9)),
)
HEIC = Format("heic", "image/heic", (".heic",), _brands(b"heic", b"heix"))
HEIF = Format("heif", "image/heif", (".heif",), _brands(b"mif1", b"msf1"))
JPEG_XL = Format("jxl", "image/jxl", (".jxl",), _magic(b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n"))
JPEG_2000 = Format("jp2", "image/jp2", (), _magic(b"\x00\x00\x00\x0cjP  \r\n\x87\n"))
TIFF = Format("tiff", "image/tiff", (".tif", ".tiff"), _magic(b"II*\x00", b"MM\x00*"))
BMP = Format("bmp", "image/bmp", (".bmp",), (Signature(((0, b"BM"), (6, b"\x00\x00\x00\x00"))),))
PHOTOSHOP = Format("psd", "image/vnd.adobe.photoshop", (), _magic(b"8BPS"))

TABLE = (JPEG, APNG, PNG, GIF, WEBP, AVIF, HEIC, HEIF, JPEG_XL, JPEG_2000, TIFF, BMP, PHOTOSHOP)
"""All rows. The first one whose magic bytes match decides, so that animated PNG comes before PNG."""

FORMATS = {fmt.name: fmt for fmt in TABLE if fmt.speeds}
"""The formats of results, by name."""
ORIGINALS = {fmt.content_type: fmt for fmt in TABLE if fmt.is_original}
"""The formats of originals that are transformed, by content type."""
NEGOTIABLE = tuple(
    sorted((fmt for fmt in TABLE if fmt.negotiation_rank is not None), key=lambda fmt: fmt.negotiation_rank or 0)
)
"""The formats that a client may prove by Accept, the best first."""
CONVERSIONS = tuple(fmt.name for fmt in TABLE if fmt in NEGOTIABLE or fmt.universal)
"""The names of formats that `fmt=` may ask for."""

DEFAULT_TYPE = "application/octet-stream"
_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", re.IGNORECASE)
_BY_NAME = {fmt.name: fmt for fmt in TABLE}


def _named(name: str) -> Format:
    return _BY_NAME[name]


def detect(body: bytes) -> str | None:
    """The content type of an image by its magic bytes; None if no row of the table matches.

    Args:
        body: the image, or at least what comes before its pixels. Nothing behind that is read.
    """
    return next((fmt.content_type for fmt in TABLE if fmt.matches(body)), None)


def media_type(content_type: str | None) -> str:
    """The media type of a stored Content-Type without parameters, `DEFAULT_TYPE` if there is none."""
    kind = (content_type or "").partition(";")[0].strip()
    return kind.lower() if _MEDIA_TYPE.fullmatch(kind) else DEFAULT_TYPE
