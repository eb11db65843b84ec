"""The quality of a JPEG, estimated from its quantization tables (docs/specification.md#section-4)."""

from collections.abc import Iterable

from imagestack.errors import DamagedImageError

_TABLE_ENTRIES = 64
# ITU-T T.81, table K.1.
_LUMINANCE = (
    16, 11, 10, 16, 24, 40, 51, 61,
    12, 12, 14, 19, 26, 58, 60, 55,
    14, 13, 16, 24, 40, 57, 69, 56,
    14, 17, 22, 29, 51, 87, 80, 62,
    18, 22, 37, 56, 68, 109, 103, 77,
    24, 35, 55, 64, 81, 104, 113, 92,
    49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
)  # fmt: skip


def _luminance_sum(quality: int) -> int:
    """The sum of the luminance table that the IJG encoder writes for a quality of 1 to 100."""
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality  # noqa: PLR2004 - as in IJG's jcparam.c
    return sum(min(max((entry * scale + 50) // 100, 1), 255) for entry in _LUMINANCE)


_LUMINANCE_SUMS = {quality: _luminance_sum(quality) for quality in range(100, 0, -1)}


def estimated_quality(segments: Iterable[bytes]) -> int | None:
    """The quality, 1 to 100, whose table has the sum nearest to that of the last table 0. Ties take the higher quality.

    Args:
        segments: data of the DQT segments (ITU-T T.81, section B.2.4.1).

    Returns:
        None if there is no table 0.

    Raises:
        DamagedImageError: a table is cut off.
    """
    found = None
    for data in segments:
        at = 0
        while at < len(data):
            entry_bytes, number = 2 if data[at] >> 4 else 1, data[at] & 15
            entries = data[at + 1 : at + 1 + _TABLE_ENTRIES * entry_bytes]
            if len(entries) < _TABLE_ENTRIES * entry_bytes:
                raise DamagedImageError("a quantization table is cut off")
            if number == 0:
                found = sum(entries) if entry_bytes == 1 else sum(entries[1::2]) + 256 * sum(entries[::2])
            at += 1 + len(entries)
    if found is None:
        return None
    # The best quality stands first, and `min` keeps the first of equals.
    return min(_LUMINANCE_SUMS, key=lambda quality: abs(_LUMINANCE_SUMS[quality] - found))
