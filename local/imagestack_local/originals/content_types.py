"""Content types by file name and by first bytes, the same on every machine."""

import mimetypes

UNKNOWN = "application/octet-stream"

_TYPES_PYTHON_MAY_LACK = {
    ".apng": "image/apng",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".jfif": "image/jpeg",
    ".jxl": "image/jxl",
    ".webp": "image/webp",
}

_FIRST_BYTES_OF_IMAGES = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"GIF8",
    b"BM",
    b"II*\x00",  # TIFF
    b"MM\x00*",
    b"\xff\x0a",  # JPEG XL
    b"\x00\x00\x00\x0cJXL ",
)
_RIFF_WEBP = (b"RIFF", b"WEBP")  # bytes 0-4 and 8-12
_ISO_BRANDS = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")

SNIFFED_BYTES = 16
"""How many of the first bytes `looks_like_image` needs."""


def _table() -> mimetypes.MimeTypes:
    # Without files of the machine (/etc/mime.types): types do not depend on the machine.
    table = mimetypes.MimeTypes(filenames=())
    for extension, content_type in _TYPES_PYTHON_MAY_LACK.items():
        table.add_type(content_type, extension)
    return table


_BY_NAME = _table()


def content_type(name: str) -> str:
    """The content type by a file's name; `application/octet-stream` if the name gives none."""
    # Only the last segment counts. "./" is added, since guess_type() reads "data:" and "a:b" as schemes of URLs.
    found, encoding = _BY_NAME.guess_type("./" + name.rpartition("/")[2])
    return found if found is not None and encoding is None else UNKNOWN


def is_image(name: str) -> bool:
    """Whether a file's name is that of an image."""
    return content_type(name).startswith("image/")


def looks_like_image(first: bytes) -> bool:
    """Whether a file's first bytes (`SNIFFED_BYTES` of them suffice) are those of a known image format."""
    if first.startswith(_FIRST_BYTES_OF_IMAGES):
        return True
    if (first[:4], first[8:12]) == _RIFF_WEBP:
        return True
    return first[4:8] == b"ftyp" and first[8:12] in _ISO_BRANDS
