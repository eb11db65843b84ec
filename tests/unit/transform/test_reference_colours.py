"""Transparency and backgrounds of all kinds of files compared with an independent reference."""

import struct
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from imagestack.rules.options import ImageStack
from tests.support.images import encoded
from tests.support.raw_png import chunk, raw_png
from tests.support.reference.geometry import Pair, settle
from tests.support.reference.pixels import Pixels, colour, difference, draw, over
from tests.support.reference.queries import BACKGROUNDS, parsed
from tests.support.results import result

SIZE: Pair = (48, 36)
GREY, RGB, PALETTE, GREY_ALPHA, RGBA = 0, 2, 3, 4, 6
"""Colour types of PNG."""
EXACT = 1.0
# Pillow cuts off the last eight bits of a coloured sample of 16 bits and of its opacity.
CUT_OFF = 2.0
# It rounds between the passes of a resize, and clips there, which shows where opacity is all or nothing.
RESAMPLED, CLIPPED, CLIPPED_MEAN = 4.0, 35.0, 1.5
File = tuple[bytes, Pixels]
"""A file, and its colours as eight bits of red, green, blue and alpha, to half a step."""


def png(samples: NDArray[np.int64], bits: int, kind: int, extra: bytes = b"") -> bytes:
    """A PNG of samples: rows, columns and channels."""
    height, width = samples.shape[:2]
    each = samples[..., None] >> np.arange(bits)[::-1] & 1
    rows = np.packbits(each.astype(bool).reshape(height, -1), axis=1)
    return raw_png(width, height, bits, kind, b"".join(b"\0" + row.tobytes() for row in rows), extra)


def colours(samples: NDArray[np.int64], most: int, alpha: NDArray[np.int64] | None = None) -> Pixels:
    """Grey or coloured samples as red, green, blue and alpha."""
    values = samples if samples.shape[2] >= 3 else np.repeat(samples[..., :1], 3, axis=2)
    opacity = np.full(samples.shape[:2], most) if alpha is None else alpha
    return np.concatenate([values[..., :3], opacity[..., None]], axis=2) * 255 / most


def ramps(most: int, channels: int) -> NDArray[np.int64]:
    """Smooth samples that differ in each channel; none is repeated in a row of the first two."""
    x, y = np.meshgrid(np.linspace(0, 1, SIZE[0]), np.linspace(0, 1, SIZE[1]))
    each = (x * 0.9 + y * 0.1, y * 0.8 + x * 0.2, (x + y) / 2, 0.2 + 0.6 * (x - y + 1) / 2)
    return np.round(np.stack(each[:channels], axis=2) * most).astype(np.int64)


def plain(bits: int, kind: int, channels: int) -> File:
    """Without transparency, or with a channel of it."""
    most = 2**bits - 1
    has_alpha = kind in (GREY_ALPHA, RGBA)
    samples = ramps(most, 4) if channels == 4 else ramps(most, 3)[..., :channels]
    if kind == GREY_ALPHA:
        samples = ramps(most, 4)[..., [0, 3]]
    return png(samples, bits, kind), colours(samples, most, samples[..., -1] if has_alpha else None)


def keyed(bits: int, kind: int) -> File:
    """One value of grey, or one colour, is transparent. Of grey a neighbour differs in its last bit alone."""
    most, channels = 2**bits - 1, 1 if kind == GREY else 3
    samples = ramps(most, channels)
    samples[8:20, 10:30] = key = samples[12, 12]
    if kind == GREY:
        samples[9, 11:14] = key ^ 1
    extra = chunk(b"tRNS", struct.pack(f">{channels}H", *key.tolist()))
    is_clear = (samples == key).all(axis=2)
    return png(samples, bits, kind, extra), colours(samples, most, np.where(is_clear, 0, most))


def striped(bits: int, key: int) -> File:
    """Grey of few bits in stripes, of which one is transparent."""
    most = 2**bits - 1
    samples = np.indices(SIZE[::-1]).sum(axis=0)[..., None] // 14 % (most + 1)
    alpha = np.where(samples[..., 0] == key, 0, most)
    return png(samples, bits, GREY, chunk(b"tRNS", struct.pack(">H", key))), colours(samples, most, alpha)


def palette(bits: int) -> File:
    """A palette, of which the first two colours have an opacity."""
    table = np.random.default_rng(5).integers(0, 256, (2**bits, 4))
    table[:, 3] = 255
    table[:2, 3] = 0, 128
    indices = np.indices(SIZE[::-1]).sum(axis=0) // 3 % 2**bits
    extra = chunk(b"PLTE", table[:, :3].astype("u1").tobytes()) + chunk(b"tRNS", table[:2, 3].astype("u1").tobytes())
    return png(indices[..., None], bits, PALETTE, extra), table[indices].astype(float)


FILES: dict[str, Callable[[], File]] = {
    "grey": lambda: plain(8, GREY, 1),
    "grey of 16 bits": lambda: plain(16, GREY, 1),
    "colour": lambda: plain(8, RGB, 3),
    "colour of 16 bits": lambda: plain(16, RGB, 3),
    "grey with alpha": lambda: plain(8, GREY_ALPHA, 2),
    "grey of 16 bits with alpha": lambda: plain(16, GREY_ALPHA, 2),
    "colour with alpha": lambda: plain(8, RGBA, 4),
    "colour of 16 bits with alpha": lambda: plain(16, RGBA, 4),
    "grey with a key": lambda: keyed(8, GREY),
    "grey of 16 bits with a key": lambda: keyed(16, GREY),
    "colour with a key": lambda: keyed(8, RGB),
    "colour of 16 bits with a key": lambda: keyed(16, RGB),
    "grey of one bit with a key": lambda: striped(1, 0),
    "grey of two bits with a key": lambda: striped(2, 2),
    "grey of four bits with a key": lambda: striped(4, 3),
    "palette": lambda: palette(8),
    "palette of one bit": lambda: palette(1),
    "palette of four bits": lambda: palette(4),
}


@pytest.mark.parametrize("background", ["", *BACKGROUNDS])
@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("query", ["crop=31,20", "width=60&height=61&fit=pad&gravity=northeast", "rotate=90"])
def test_background(query: str, kind: str, background: str) -> None:
    """Each colour over a background is within one step of the exact mixture, on the picture and beside it."""
    body, picture = FILES[kind]()
    found = result(body, f"{query}&background={background}" if background else query)
    tolerance = CUT_OFF if "16 bits with alpha" in kind else EXACT
    assert difference(found.pixels, draw(picture, settle(parsed(query), SIZE), background)) <= tolerance


@pytest.mark.parametrize("background", ["", "ff8800", "3366cc80"])
@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize(
    ("query", "linear"),
    [
        ("width=24", False),
        ("width=24", True),
        ("width=100&enlarge=true", False),
        ("width=30&height=30&fit=pad&gravity=west", True),
    ],
)
def test_background_after_scaling(query: str, kind: str, background: str, *, linear: bool) -> None:
    """A scaled picture lies on its background, in and without linear light."""
    body, picture = FILES[kind]()
    option = ImageStack(enabled=True, linear=linear)
    found = result(body, f"{query}&background={background}" if background else query, option)
    expected = draw(picture, settle(parsed(query), SIZE), background, linear=linear)
    is_hard = "key" in kind or "palette" in kind
    assert difference(found.pixels, expected) <= (CLIPPED if is_hard else RESAMPLED)
    assert np.abs(found.pixels - expected)[..., 3].mean() <= CLIPPED_MEAN


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("query", ["background=ff8800", "background=00000080&gravity=north&dpr=2&enlarge=true"])
def test_modifiers_alone(query: str, kind: str) -> None:
    """Modifiers alone do nothing, even to a transparent picture."""
    found = result(FILES[kind]()[0], query)
    assert (found.operations, found.reasons) == ((), "")


@pytest.mark.parametrize("kind", ["grey with alpha", "colour with alpha", "colour of 16 bits with alpha", "palette"])
@pytest.mark.parametrize("background", ["", "ff8800", "3366cc80", "00000000"])
def test_jpeg_of_a_transparent_picture(kind: str, background: str) -> None:
    """A JPEG lies on the background, and under that on white, within the loss of its encoding."""
    body, picture = FILES[kind]()
    query = "width=60&height=61&fit=pad"
    said = f"{query}&fmt=jpeg&quality=100" + (f"&background={background}" if background else "")
    found = result(body, said)
    assert found.mode in {"L", "RGB"}
    expected = draw(picture, settle(parsed(query), SIZE), background, opaque=True)
    if kind == "palette":
        # Its neighbours have other hues, of which JPEG keeps little.
        is_canvas = np.ones(expected.shape[:2], dtype=bool)
        is_canvas[8:56] = False
        assert np.abs(found.pixels - expected)[is_canvas].max() <= 2
    else:
        assert np.abs(found.pixels - expected).mean() <= 1
        assert np.abs(found.pixels - expected).max() <= 16


@pytest.mark.parametrize("background", ["ff0000", "336699", "808080"])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_canvas_around_a_jpeg(mode: str, background: str) -> None:
    """The canvas around a grey, coloured or CMYK JPEG has exactly the colour of the background."""
    samples = ramps(255, 3).astype("u1")
    body = encoded(Image.fromarray(samples).convert(mode), quality=98)
    with Image.open(BytesIO(body)) as image:
        picture = np.asarray(image.convert("RGB").convert("RGBA"), dtype=float)
    query = "width=60&height=61&fit=pad&gravity=southwest"
    settled = settle(parsed(query), SIZE)
    found = result(body, f"{query}&background={background}&fmt=png")
    expected = draw(picture, settled, background)
    assert np.array_equal(found.pixels[: settled.corner[1]], expected[: settled.corner[1]])
    assert np.abs(found.pixels - expected).max() <= EXACT
    as_jpeg = result(body, f"{query}&background={background}&quality=98")
    assert np.abs(as_jpeg.pixels[0, :, :3] - colour(background)[:3]).max() <= 4


@pytest.mark.parametrize("query", ["crop=31,20", "width=24", "area=20,20&width=60&height=40&fit=pad&enlarge=true"])
def test_fmt_png_of_a_cmyk_jpeg(query: str) -> None:
    """White, black and pure inks of a CMYK JPEG stay where they are."""
    quarters = np.zeros((SIZE[1], SIZE[0], 4), dtype="u1")
    quarters[:18, :24], quarters[:18, 24:], quarters[18:, :24] = (0, 0, 0, 0), (0, 255, 255, 0), (255, 255, 0, 0)
    quarters[18:, 24:] = 0, 0, 0, 255
    upright = np.full((SIZE[1], SIZE[0], 4), 255.0)
    for rows, columns, ink in (
        (slice(0, 18), slice(24, 48), (255, 0, 0)),
        (slice(18, 36), slice(0, 24), (0, 0, 255)),
        (slice(18, 36), slice(24, 48), (0, 0, 0)),
    ):
        upright[rows, columns, :3] = ink
    body = encoded(Image.fromarray(quarters, "CMYK"), quality=100)
    found = result(body, f"{query}&fmt=png").pixels
    expected = draw(upright, settle(parsed(query), SIZE))
    assert found.shape == expected.shape
    assert np.median(np.abs(found - expected)) <= 2
    assert np.abs(found - expected)[found[..., 3] > 0].mean() <= 8


def test_over() -> None:
    """The reference mixes as Porter and Duff do: half of a colour over half of another covers three quarters."""
    half = np.array([[[255.0, 0, 0, 127.5]]])
    mixed = over(half, np.array([0.0, 0, 255, 127.5]))[0, 0]
    assert mixed == pytest.approx([170, 0, 85, 191.25])
