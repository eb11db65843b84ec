"""Which formats a client has proved that it can decode (spec section 5)."""

import re

from imagestack.formats import AVIF, WEBP

# RFC 9110 section 12.4.2: a weight is 0 to 1 with at most three decimals. Anything else proves nothing.
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
BROWSERS = {
    "avif": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "webp": "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
    "none": "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
}
"""What browsers send for an image, by the best format that they decode: Chrome, Safari 14, and one that is older."""

# Best first; the order decides between equal weights.
_NEGOTIABLE = (AVIF, WEBP)


def accepted_formats(accept: str) -> tuple[str, ...]:
    """The formats that `accept` (an Accept header's value, empty if there is none) proves, best first.

    One of five answers: `()`, `("webp",)`, `("avif",)`, `("avif", "webp")`, `("webp", "avif")`.
    """
    weights: dict[str, float] = {}
    for media_range in accept.split(","):
        name, *parameters = (part.strip(" \t").lower() for part in media_range.split(";"))
        weight = _weight(parameters)
        # A format that is named twice keeps the lower weight: q=0 forbids wherever it stands.
        weights[name] = min(weight, weights.get(name, weight))
    proved = [fmt for fmt in _NEGOTIABLE if weights.get(fmt.content_type, 0) > 0]
    proved.sort(key=lambda fmt: -weights[fmt.content_type])
    return tuple(fmt.name for fmt in proved)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.rstrip(" \t") == "q":
            value = value.strip(" \t")
            return float(value) if _WEIGHT.fullmatch(value) else 0
    return 1
