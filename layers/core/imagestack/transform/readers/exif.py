"""The orientation in EXIF data."""

UPRIGHT = 1
# More than a segment of a JPEG holds.
MOST_BYTES = 65_536
_PREFIX = b"Exif\x00\x00"
_ORDERS = {b"II*\x00": "little", b"MM\x00*": "big"}
_ORIENTATION, _SHORT = 0x0112, 3
_ENTRY_BYTES = 12


def orientation(exif: bytes) -> int:
    """The orientation in EXIF data: 1 to 8, upright if there is none.

    Follows the offset of the first directory only, so that a loop of offsets has no effect. As in browsers, the value
    must be one 16-bit number.
    """
    tiff = exif.removeprefix(_PREFIX)
    order = _ORDERS.get(tiff[:4])

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "little" if order == "little" else "big")

    if order is None:
        return UPRIGHT
    first = number(4, 4) + 2
    end = min(first + _ENTRY_BYTES * number(first - 2, 2), len(tiff) - _ENTRY_BYTES + 1)
    for at in range(first, end, _ENTRY_BYTES):
        if number(at, 2) == _ORIENTATION and number(at + 2, 2) == _SHORT and number(at + 4, 4) == 1:
            value = number(at + 8, 2)
            return value if value in range(1, 9) else UPRIGHT
    return UPRIGHT
