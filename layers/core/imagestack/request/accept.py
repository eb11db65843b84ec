"""The formats that a client accepts, from its Accept header (docs/specification.md#section-5)."""

import re

from imagestack.formats import NEGOTIABLE

# A weight is 0 to 1 with at most three decimals (RFC 9110 section 12.4.2). Any other value counts as 0.
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")
BROWSERS = {
    "avif": "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
    "webp": "image/webp,image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5",
    "none": "image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5",
}
"""What browsers send for an image, by the best format that they decode: Chrome, Safari 14, and one that is older."""


def accepted_formats(accept: str) -> tuple[str, ...]:
    """The names of the formats that an Accept header names, best first. Wildcards do not count.

    Args:
        accept: the value of the header; empty if there is none.
    """
    weights: dict[str, float] = {}
    for media_range in accept.split(","):
        name, *parameters = (part.strip(" \t").lower() for part in media_range.split(";"))
        weight = _weight(parameters)
        # Of a format that is named twice the lower weight counts, so q=0 always excludes it.
        weights[name] = min(weight, weights.get(name, weight))
    # Best first. The sort is stable, so that this order decides between equal weights.
    accepted = [fmt for fmt in NEGOTIABLE if weights.get(fmt.content_type, 0) > 0]
    accepted.sort(key=lambda fmt: -weights[fmt.content_type])
    return tuple(fmt.name for fmt in accepted)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.rstrip(" \t") == "q":
            value = value.strip(" \t")
            return float(value) if _WEIGHT.fullmatch(value) else 0
    return 1
