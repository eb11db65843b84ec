"""The settings of encoders, one module for each format of results.

An encoder takes a `Picture` without metadata and the `Work`, and returns the file. It raises whatever Pillow raises.
"""

from collections.abc import Callable

from imagestack.formats import AVIF, JPEG, PNG, WEBP, Format
from imagestack.plan.work import Work
from imagestack.transform.encoders.avif import encode_avif
from imagestack.transform.encoders.jpeg import encode_jpeg
from imagestack.transform.encoders.png import encode_png
from imagestack.transform.encoders.webp import encode_webp
from imagestack.transform.picture import Picture

ENCODERS: dict[Format, Callable[[Picture, Work], bytes]] = {
    JPEG: encode_jpeg,
    PNG: encode_png,
    WEBP: encode_webp,
    AVIF: encode_avif,
}
