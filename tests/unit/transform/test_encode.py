"""Encoders and their settings (docs/specification.md#section-3, #section-4, #section-8)."""

from io import BytesIO

import pytest
from PIL import Image, JpegImagePlugin

from imagestack.formats import AVIF, FORMATS, JPEG, PNG, WEBP, Format, detect
from imagestack.geometry import Box, Size
from imagestack.operations.region import Cut
from imagestack.plan.work import Facts, Work
from imagestack.rules.options import ImageStack
from imagestack.transform.decode import read_facts
from imagestack.transform.encode import encode
from imagestack.transform.encoders import ENCODERS
from imagestack.transform.picture import Picture
from tests.support.images import photograph

SIDE = 64
LOSSY = [JPEG, WEBP, AVIF]


def picture(mode: str = "RGB", subsampling: int = -1) -> Picture:
    return Picture(photograph().resize((SIDE, SIDE)).convert(mode), None, subsampling)


def work(fmt: Format, quality: int = 80, original: Format = JPEG, *, png_lossless: bool = False) -> Work:
    return Work(Facts(original, Size(SIDE, SIDE)), (), fmt, quality, ImageStack(png_lossless=png_lossless))


def decoded(body: bytes, mode: str = "RGB") -> Image.Image:
    with Image.open(BytesIO(body)) as image:
        return image.convert(mode)


def test_every_result_has_an_encoder() -> None:
    """The table of formats and the encoders name the same results."""
    assert ENCODERS.keys() == set(FORMATS.values())


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_formats(fmt: Format, mode: str) -> None:
    """Each encoder writes the content type of its row, in the size of the picture."""
    body = encode(picture(mode), work(fmt))
    assert detect(body) == fmt.content_type
    assert decoded(body).size == (SIDE, SIDE)


@pytest.mark.parametrize("fmt", [PNG, WEBP, AVIF], ids=lambda fmt: fmt.name)
def test_alpha(fmt: Format) -> None:
    """Formats that can hold transparency keep it."""
    image = picture().image.copy()
    image.putalpha(Image.linear_gradient("L").resize((SIDE, SIDE)))
    alpha = decoded(encode(Picture(image), work(fmt, original=PNG)), "RGBA").getchannel("A")
    pixels = set(alpha.tobytes())
    assert min(pixels) < 20
    assert max(pixels) > 235


@pytest.mark.parametrize("fmt", LOSSY, ids=lambda fmt: fmt.name)
def test_quality_counts(fmt: Format) -> None:
    """A higher quality costs more bytes, in every lossy format."""
    sizes = [len(encode(picture(), work(fmt, quality))) for quality in (0, 30, 60, 90, 100)]
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("quality", [1, 10, 49, 50, 65, 80, 89, 90, 95, 100])
def test_jpeg_quality(quality: int) -> None:
    """The number of a JPEG is the quality of the work: its tables show it."""
    assert read_facts(encode(picture(), work(JPEG, quality)), JPEG).quality == quality


def test_lowest_jpeg_quality() -> None:
    """Quality 0 is the lowest that JPEG has."""
    assert read_facts(encode(picture(), work(JPEG, 0)), JPEG).quality == 1


FULL, SIDEWAYS, HALVED = 0, 1, 2


@pytest.mark.parametrize(
    ("quality", "original", "written"),
    [
        (95, FULL, FULL),
        (95, SIDEWAYS, FULL),
        (95, -1, FULL),
        (95, HALVED, HALVED),
        (80, FULL, HALVED),
        (80, HALVED, HALVED),
    ],
)
def test_jpeg_colour(quality: int, original: int, written: int) -> None:
    """High quality keeps colour at full resolution, unless the original had less already."""
    body = encode(picture(subsampling=original), work(JPEG, quality))
    with Image.open(BytesIO(body)) as image:
        assert JpegImagePlugin.get_sampling(image) == written


def test_jpeg_is_progressive() -> None:
    """JPEGs are progressive, so that they are smaller and appear sooner."""
    with Image.open(BytesIO(encode(picture(), work(JPEG)))) as image:
        assert image.info.get("progressive")


def colours_under_alpha() -> Image.Image:
    """A picture with all degrees of transparency, and colours under all of them."""
    image = picture().image.copy()
    image.putalpha(Image.linear_gradient("L").resize((SIDE, SIDE)))
    return image


@pytest.mark.parametrize("image", [picture().image, colours_under_alpha()], ids=["opaque", "transparent"])
@pytest.mark.parametrize(
    "how",
    [
        work(PNG, 0, PNG),
        work(PNG, 100, PNG),
        work(WEBP, 0, PNG, png_lossless=True),
        work(WEBP, 95, PNG, png_lossless=True),
    ],
    ids=["png-0", "png-100", "webp-0", "webp-95"],
)
def test_lossless(how: Work, image: Image.Image) -> None:
    """PNG, and WebP under png_lossless, are exact, also under transparency. Quality does not matter."""
    body = encode(Picture(image.copy()), how)
    assert decoded(body, image.mode).tobytes() == image.tobytes()


def test_png_ignores_quality() -> None:
    """The quality of a PNG that stays PNG changes no byte."""
    assert encode(picture(), work(PNG, 1, PNG)) == encode(picture(), work(PNG, 100, PNG))


def test_lossless_is_of_png_only() -> None:
    """png_lossless has no effect on a JPEG original: its WebP stays lossy."""
    assert encode(picture(), work(WEBP, png_lossless=True)) == encode(picture(), work(WEBP))


METADATA = {
    "exif": b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00",
    "icc_profile": b"a profile",
    "xmp": b"<x:xmpmeta/>",
    "XML:com.adobe.xmp": "<x:xmpmeta/>",
    "comment": b"secret-comment",
    "Comment": "secret-comment",
    "dpi": (300, 300),
    "adobe": 100,
    "photoshop": {},
}


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_no_metadata(fmt: Format) -> None:
    """Results have no metadata of the original."""
    bare = encode(picture(), work(fmt, original=PNG))
    full = picture()
    full.image.info.update(METADATA)
    assert encode(full, work(fmt, original=PNG)) == bare


def test_palette_keeps_its_transparency() -> None:
    """A palette's transparent entry is part of the picture."""
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putpixel((1, 0), 1)
    image.info["transparency"] = 1
    assert decoded(encode(Picture(image), work(PNG, original=PNG)), "RGBA").getpixel((1, 0)) == (0, 0, 255, 0)
    assert decoded(encode(Picture(image), work(PNG, original=PNG)), "RGBA").getpixel((0, 0)) == (255, 0, 0, 255)


def test_large_avif_is_fast() -> None:
    """A large picture gets a faster encoder than a small one: the same pixels come out larger."""
    small = Work(Facts(JPEG, Size(SIDE, SIDE)), (), AVIF, 80)
    large = Work(Facts(JPEG, Size(4000, 3000)), (Cut(Box(0, 0, 4000, 3000)),), AVIF, 80)
    assert len(encode(picture(), small)) < len(encode(picture(), large))
