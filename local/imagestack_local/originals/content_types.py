"""Content types by file name and by first bytes, the same on every machine."""

import mimetypes

from imagestack.formats import DEFAULT_TYPE, TABLE, detect

UNKNOWN = DEFAULT_TYPE

SNIFFED_BYTES = 16
"""How many of the first bytes `looks_like_image` needs."""


def _table() -> mimetypes.MimeTypes:
    # Without files of the machine (/etc/mime.types): types do not depend on the machine.
    table = mimetypes.MimeTypes(filenames=())
    for fmt in TABLE:
        for extension in fmt.extensions:
            table.add_type(fmt.content_type, extension)
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
    """Whether a file begins like an image of a known format.

    Args:
        first: `SNIFFED_BYTES` of it, or all if it has fewer.
    """
    return detect(first) is not None
