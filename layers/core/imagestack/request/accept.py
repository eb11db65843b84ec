"""Which formats a client has proved that it can decode (spec section 5)."""

import re

from imagestack.formats import NEGOTIABLE

# RFC 9110 section 12.4.2: a weight is 0 to 1 with at most three decimals. Anything else proves nothing.
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


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
    # Best first. The sort is stable, so that this order decides between equal weights.
    proved = [fmt for fmt in NEGOTIABLE if weights.get(fmt.content_type, 0) > 0]
    proved.sort(key=lambda fmt: -weights[fmt.content_type])
    return tuple(fmt.name for fmt in proved)


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.rstrip(" \t") == "q":
            value = value.strip(" \t")
            return float(value) if _WEIGHT.fullmatch(value) else 0
    return 1
