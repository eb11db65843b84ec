"""The same pixels in fewer bytes, by optimisers that are too slow while a viewer waits."""

from collections.abc import Callable

import mozjpeg_lossless_optimization
import oxipng

from imagestack.formats import JPEG, PNG, Format

# Of oxipng's 0 to 6. Higher ones take three times as long for a thousandth.
_PNG_LEVEL = 4
# After so many seconds oxipng tries nothing more and returns the best file so far.
_PNG_SECONDS = 60


def optimise(body: bytes, fmt: Format) -> bytes:
    """A file of the same pixels, including those under transparency; `body` itself if `fmt` has no optimiser."""
    optimiser = _OPTIMISERS.get(fmt)
    return optimiser(body) if optimiser else body


def _other_scans(body: bytes) -> bytes:
    scanned: bytes = mozjpeg_lossless_optimization.optimize(body)
    return scanned


def _other_filters(body: bytes) -> bytes:
    # Colours of transparent pixels stay, since `optimize_alpha` is off.
    return oxipng.optimize_from_memory(body, level=_PNG_LEVEL, timeout=_PNG_SECONDS)


_OPTIMISERS: dict[Format, Callable[[bytes], bytes]] = {
    JPEG: _other_scans,
    PNG: _other_filters,
}
