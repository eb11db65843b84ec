"""Accept headers of real clients and unusual ones, and the formats that each of them proves, most wanted first.

The unit tests, the tests of the image function and those of the edge use the same table. An explicit media range with a
weight above 0 proves a format, a wildcard proves none (docs/specification.md#section-5).
"""

from collections.abc import Mapping

Proved = tuple[str, ...]
NONE: Proved = ()
WEBP: Proved = ("webp",)
AVIF: Proved = ("avif",)
AVIF_WEBP: Proved = ("avif", "webp")
WEBP_AVIF: Proved = ("webp", "avif")

CLIENTS: Mapping[str, tuple[str | None, Proved]] = {
    "Chrome 121": ("image/avif,image/webp,image/apng,image/*,*/*;q=0.8", AVIF_WEBP),
    "Chrome 121 with SVG": ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", AVIF_WEBP),
    "Chrome 59-84": ("image/webp,image/apng,image/*,*/*;q=0.8", WEBP),
    "Chrome 59-84, page": (
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,image/apng,*/*;q=0.8",
        WEBP,
    ),
    "Firefox 128": ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", AVIF_WEBP),
    "Firefox 128 without AVIF": ("image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", WEBP),
    "Firefox 65-91": ("image/webp,*/*", WEBP),
    "Firefox 72-91, page": ("text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8", WEBP),
    "Firefox 132, page": ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", NONE),
    "Firefox before 47": ("image/png,image/*;q=0.8,*/*;q=0.5", NONE),
    "Firefox, video": ("video/webm,video/ogg,video/*;q=0.9,application/ogg;q=0.7,audio/*;q=0.6,*/*;q=0.5", NONE),
    "Safari 14": ("image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", WEBP),
    "Safari 13": ("image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", NONE),
    "Safari favicon and scripts": ("*/*", NONE),
    "Internet Explorer 11": ("image/png, image/svg+xml, image/*;q=0.8, */*;q=0.5", NONE),
    "Edge 12-18, page": ("text/html, application/xhtml+xml, image/jxr, */*", NONE),
    "Netscape 4.6": ("image/gif, image/x-xbitmap, image/jpeg, image/pjpeg, image/png, */*", NONE),
    "Java 7": ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", NONE),
    "SDWebImage": ("image/*;q=0.8", NONE),
    "Node.js, no header": (None, NONE),
}

UNUSUAL: Mapping[str, tuple[str, Proved]] = {
    "empty": ("", NONE),
    "AVIF without WebP": ("image/avif,image/apng,image/*,*/*;q=0.8", AVIF),
    "AVIF forbidden": ("image/avif;q=0,image/webp;q=0.8", WEBP),
    "both forbidden": ("image/avif;q=0,image/webp;q=0,*/*", NONE),
    "forbidden beside a wildcard": ("image/avif;q=0,image/*;q=1", NONE),
    "WebP before all": ("image/webp,*/*;q=0.8", WEBP),
    "WebP preferred": ("image/avif;q=0.5,image/webp;q=0.9", WEBP_AVIF),
    "HEIC": ("image/heic", NONE),
    "upper case": ("IMAGE/AVIF,Image/WebP", AVIF_WEBP),
    "wildcard": ("image/*", NONE),
    "substrings": ("image/webpx,image/avifs,image/x-webp", NONE),
    "sequence": ("image/avif-sequence", NONE),
    "malformed weight": ("image/webp;q=abc", NONE),
    "negative weight": ("image/avif;q=-1,image/webp", WEBP),
    "semicolons": (";;;q=1,image/webp;", WEBP),
    "very long": ("a/b," * 2048 + "image/webp", WEBP),
}

HEADERS: Mapping[str, tuple[str | None, Proved]] = {**CLIENTS, **UNUSUAL}
