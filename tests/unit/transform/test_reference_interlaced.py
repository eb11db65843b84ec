"""Interlaced PNG files of every depth compared with an independent reference."""

import struct
import zlib
from functools import cache
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from imagestack.rules.options import ImageStack
from tests.support.raw_png import chunk, header
from tests.support.reference.geometry import Pair, settle
from tests.support.reference.pixels import Pixels, difference, draw
from tests.support.reference.queries import parsed
from tests.support.results import result

SIZE: Pair = (37, 29)
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
"""Colour types of PNG."""
CHANNELS = {GREY: 1, RGB: 3, PALETTE: 1, GREY_ALPHA: 2, RGBA: 4}
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), PALETTE: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGBA: (8, 16)}
EXACT = 1.0
# Pillow cuts off the last eight bits of a coloured sample of 16 bits and of its opacity.
CUT_OFF = 2.0
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
"""First column and row, and the steps across and down, of each pass (PNG specification, third edition, section 8.1)."""

Samples = NDArray[np.int64]


def packed(samples: Samples, bits: int) -> bytes:
    """Rows of samples, each with its filter byte; several samples share a byte below 8 bits."""
    digits = samples[..., None] >> np.arange(bits)[::-1] & 1
    rows = np.packbits(digits.astype(bool).reshape(len(samples), -1), axis=1)
    return b"".join(b"\0" + row.tobytes() for row in rows)


def png(samples: Samples, kind: int, bits: int, extra: bytes) -> bytes:
    """An interlaced PNG of samples in rows, columns and channels."""
    passes = [samples[top::down, left::across] for left, top, across, down in ADAM7]
    data = b"".join(packed(one, bits) for one in passes if one.size)
    return header(*SIZE, bits, kind, interlace=1) + extra + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND")


@cache
def file(kind: int, bits: int, transparency: str) -> tuple[bytes, Pixels]:
    """A PNG of random samples, and its pixels as eight bits, to half a step.

    Args:
        kind: colour type.
        bits: depth.
        transparency: `none`, `key` or `black key` for one transparent colour, `table` for opacities of palette entries.
    """
    random, most = np.random.default_rng(bits), 2**bits - 1
    samples = random.integers(0, most + 1, (SIZE[1], SIZE[0], CHANNELS[kind]))
    pixels = np.full((SIZE[1], SIZE[0], 4), 255.0)
    extra = b""
    if kind == PALETTE:
        table = random.integers(0, 256, (most + 1, 4))
        # The opacity of later entries is not stored.
        few = (most + 1) // 2 if transparency == "table" else 0
        table[few:, 3] = 255
        extra = chunk(b"PLTE", table[:, :3].astype("u1").tobytes())
        extra += chunk(b"tRNS", table[:few, 3].astype("u1").tobytes()) if few else b""
        pixels = table[samples[..., 0]].astype(float)
    else:
        has_alpha = kind in {GREY_ALPHA, RGBA}
        pixels[..., :3] = (samples[..., :-1] if has_alpha else samples) * 255 / most
        if has_alpha:
            pixels[..., 3] = samples[..., -1] * 255 / most
    if transparency in {"key", "black key"}:
        key = np.zeros_like(samples[12, 12]) if transparency == "black key" else np.maximum(samples[12, 12], 1)
        samples[10:20, 10:20] = key
        pixels[10:20, 10:20, :3] = key * 255 / most
        pixels[(samples == key).all(axis=2), 3] = 0
        extra = chunk(b"tRNS", struct.pack(f">{len(key)}H", *key.tolist()))
    return png(samples, kind, bits, extra), pixels


FILES = [
    *((kind, bits, "none") for kind, depths in DEPTHS.items() for bits in depths),
    *((kind, bits, "black key") for kind in (GREY, RGB) for bits in DEPTHS[kind]),
    *((kind, bits, "key") for kind in (GREY, RGB) for bits in DEPTHS[kind]),
    *((PALETTE, bits, "table") for bits in DEPTHS[PALETTE]),
]


@pytest.mark.parametrize(("kind", "bits", "transparency"), FILES)
def test_every_depth(kind: int, bits: int, transparency: str) -> None:
    """Cut, turned and padded pixels are exact, and a background lies behind each transparent one."""
    body, picture = file(kind, bits, transparency)
    queries = ("flip=h", "area=30,21,x3,y4&crop=9,8&gravity=southeast", "rotate=90", "width=60&height=50&fit=pad")
    tolerance = CUT_OFF if bits == 16 and kind in {GREY_ALPHA, RGBA} else EXACT
    for query, background in product(queries, ("", "ff8800", "3366cc80")):
        found = result(body, f"{query}&background={background}" if background else query)
        expected = draw(picture, settle(parsed(query), SIZE), background)
        assert difference(found.pixels, expected) <= tolerance, (query, background)


@pytest.mark.parametrize(("kind", "bits", "transparency"), FILES)
def test_jpeg_of_every_depth(kind: int, bits: int, transparency: str) -> None:
    """Where the picture is transparent, a JPEG has the background, else white; so has its canvas."""
    body, picture = file(kind, bits, transparency)
    query = "area=10,10,x10,y10&width=200&height=30&fit=pad"
    for background in ("", "3366cc"):
        found = result(body, f"{query}&fmt=jpeg&quality=100" + (f"&background={background}" if background else ""))
        assert found.mode in {"L", "RGB"}
        expected = draw(picture, settle(parsed(query), SIZE), background, opaque=True)
        assert np.abs(found.pixels - expected)[:, :80].max() <= 3
        if "key" in transparency:
            assert np.abs(found.pixels - expected).max() <= 3


def test_lossless_option_with_a_canvas() -> None:
    """Under `png_lossless` a picture of 16 bits is padded as exactly as without the option."""
    body, picture = file(RGB, 16, "none")
    query = "crop=20,11,x9,y3&width=37&height=70&fit=pad"
    found = result(body, f"{query}&background=123456", ImageStack(enabled=True, png_lossless=True))
    assert found.mode == "RGB"
    assert difference(found.pixels, draw(picture, settle(parsed(query), SIZE), "123456")) <= EXACT
