"""Files of the same pixels in fewer bytes: what an encoder leaves on the table when somebody waits."""

import mozjpeg_lossless_optimization
import oxipng

from imagestack.formats import JPEG, PNG, Format

# Of oxipng's 0 to 6. Higher ones take three times as long for a thousandth.
_PNG_LEVEL = 4
# After so many seconds oxipng tries nothing more and gives the best it has.
_PNG_SECONDS = 60


def optimise(body: bytes, fmt: Format) -> bytes:
    """The same pixels, to the last one under transparency: other scans of a JPEG, other filters of a PNG."""
    if fmt is JPEG:
        scanned: bytes = mozjpeg_lossless_optimization.optimize(body)
        return scanned
    if fmt is PNG:
        # Colours of transparent pixels stay, as long as nobody asks for `optimize_alpha`.
        return oxipng.optimize_from_memory(body, level=_PNG_LEVEL, timeout=_PNG_SECONDS)
    return body
