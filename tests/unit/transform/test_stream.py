"""JPEG that is resized and cut while it is decoded (docs/specification.md#section-3, #section-8)."""

from io import BytesIO

import pytest
from PIL import Image, ImageChops, ImageStat

from imagestack.errors import DamagedImageError
from imagestack.formats import JPEG, ORIGINALS
from imagestack.geometry import Box, Size
from imagestack.operations.region import Cut
from imagestack.operations.resize import Resized
from imagestack.plan.work import Work
from imagestack.transform import after_steps, read_facts
from imagestack.transform.decode import decode
from imagestack.transform.stream import LOADERS
from tests.support.images import encoded, jpeg, photograph

ORIENTATION = 0x0112
# Of 256 steps. Pillow places its filters more exactly; the difference cannot be seen.
MEAN, MOST = 0.5, 24
TURNS = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def stored(mode: str = "RGB", orientation: int = 1, name: str = "astronaut.png") -> bytes:
    """A stored photograph of 501 by 377 pixels, which are no multiples of the sides of blocks."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    picture = photograph(name).resize((501, 377)).convert(mode)
    return encoded(picture, quality=95, subsampling=0, exif=exif)


def work(body: bytes, resized: Resized | None, crop: Box | None = None) -> Work:
    return Work(read_facts(body, JPEG), tuple(step for step in (resized, crop and Cut(crop)) if step), JPEG, 80)


def result(body: bytes, wanted: Work) -> Image.Image:
    return after_steps(body, wanted, lambda picture, _: picture.image)


def upright(body: bytes, orientation: int) -> Image.Image:
    """All pixels by Pillow, upright."""
    whole, turn = Image.open(BytesIO(body)).convert("RGB"), TURNS[orientation]
    return whole if turn is None else whole.transpose(turn)


def scaled(size: Size, kept: Box | None = None) -> Resized:
    return Resized(size, kept or Box(0, 0, size.width, size.height))


def apart(one: Image.Image, other: Image.Image) -> tuple[float, int]:
    """By how much two pictures differ, on the average and at most."""
    assert (one.size, one.mode) == (other.size, other.mode)
    found = ImageStat.Stat(ImageChops.difference(one, other))
    return max(found.mean), max(high for _, high in found.extrema)


def test_every_streamed_original_has_a_loader() -> None:
    """The table of formats and the loaders name the same originals."""
    assert LOADERS.keys() == {fmt for fmt in ORIGINALS.values() if fmt.streams}


@pytest.mark.parametrize("orientation", TURNS)
def test_orientations(orientation: int) -> None:
    """In every orientation the pixels are those of a whole decode that is turned upright, scaled and cut."""
    body = stored(orientation=orientation)
    whole = upright(body, orientation)
    size = Size(whole.width * 3 // 5, whole.height * 3 // 5)
    kept = Box(10, 20, size.width - 30, size.height - 40)
    crop = Box(7, 11, 107, 91)
    found = result(body, work(body, scaled(size, kept), crop))
    mean, most = apart(
        found,
        whole.resize((size.width, size.height), Image.Resampling.LANCZOS).crop((17, 31, 117, 111)),
    )
    assert mean < MEAN
    assert most < MOST


@pytest.mark.parametrize("orientation", TURNS)
def test_only_cut(orientation: int) -> None:
    """A mere cut has exactly the pixels of the decoder."""
    body = stored(orientation=orientation)
    whole = upright(body, orientation)
    box = (13, 29, 213, 157)
    # Decoders may round differently by one step.
    assert apart(result(body, work(body, None, Box(*box))), whole.crop(box))[1] <= 1


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_modes(mode: str) -> None:
    """Grey stays grey, and CMYK has the values that Pillow decodes."""
    body = stored(mode)
    found = decode(body, work(body, scaled(Size(300, 226)))).image
    exact = Image.open(BytesIO(body)).resize((300, 226), Image.Resampling.LANCZOS)
    assert found.mode == mode
    mean, most = apart(found, exact)
    assert mean < MEAN
    assert most < MOST


@pytest.mark.parametrize("width", [352, 351, 300, 176, 175, 101, 40])
def test_reduced(width: int) -> None:
    """With a reduction in the decoder, the size is exact and nothing moves: 35 dB or better."""
    picture = photograph("retina.jpg").resize((1409, 1011))
    body = encoded(picture, quality=95)
    height = max(width * 1011 // 1409, 1)
    wanted = work(body, scaled(Size(width, height)))
    assert wanted.reduction > 1
    found = decode(body, wanted).image
    exact = Image.open(BytesIO(body)).resize((width, height), Image.Resampling.LANCZOS)
    assert found.size == (width, height)
    error = ImageStat.Stat(ImageChops.difference(found, exact)).rms
    assert max(error) < 255 / 10 ** (35 / 20)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize(
    "wanted",
    [(scaled(Size(200, 150)), None), (None, Box(0, 0, 400, 8)), (scaled(Size(200, 150)), Box(0, 0, 200, 8))],
    ids=["resized", "cut", "both"],
)
def test_cut_off(wanted: tuple[Resized | None, Box | None], progressive: bool) -> None:  # noqa: FBT001 - by pytest
    """A file that ends early is damaged, even if the wanted part is there."""
    body = encoded(photograph().resize((400, 300)), quality=90, progressive=progressive)
    body = body[: len(body) * 3 // 4]
    with pytest.raises(DamagedImageError):
        decode(body, work(body, *wanted))


def test_damaged_behind_its_header() -> None:
    """An original that libvips cannot decode is damaged."""
    body = jpeg()
    start = body.index(b"\xff\xda")
    broken = body[:start] + b"\xff\xda\x00\x02" + body[start:]
    with pytest.raises(DamagedImageError):
        decode(broken, work(body, scaled(Size(200, 150))))


def test_profile_is_kept() -> None:
    """The profile of the pixels is kept."""
    body = encoded(photograph(), icc_profile=b"a profile")
    assert decode(body, work(body, scaled(Size(100, 100)))).icc_profile == b"a profile"
