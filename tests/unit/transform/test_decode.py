"""Headers and pixels of originals (docs/specification.md#section-4, #section-6, #section-8)."""

from io import BytesIO

import pytest
from PIL import Image

from imagestack.errors import DamagedImageError
from imagestack.formats import JPEG, PNG, Format
from imagestack.geometry import Size
from imagestack.plan.work import Facts, Work
from imagestack.transform.decode import decode, read_facts
from tests.support.images import encoded, jpeg, photograph, png

ORIENTATION = 0x0112


def oriented(orientation: object, form: str = "JPEG") -> bytes:
    """A picture stored 40 wide and 30 high, with an EXIF orientation."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    return encoded(Image.new("RGB", (40, 30)), form, exif=exif)


def untouched(facts: Facts) -> Work:
    """Work that decodes a picture as it is."""
    return Work(facts, (), facts.format, 80)


@pytest.mark.parametrize("quality", range(1, 101))
def test_estimated_quality(quality: int) -> None:
    """The estimate for a JPEG of the IJG encoder is exactly the quality of its encode."""
    body = encoded(Image.new("L", (8, 8)), quality=quality)
    assert read_facts(body, JPEG).quality == quality


def with_table(table: list[int]) -> bytes:
    return encoded(Image.new("L", (8, 8)), qtables=[table])


# Sums of the IJG luminance table: 64 at quality 100, 86 at 99.
@pytest.mark.parametrize(
    ("table", "quality"),
    [
        ([1] * 64, 100),
        ([255] * 64, 1),
        # 74 is nearer to 64, 76 to 86.
        ([1] * 54 + [2] * 10, 100),
        ([1] * 52 + [2] * 12, 99),
        # 75 lies in the middle: ties take the higher.
        ([1] * 53 + [2] * 11, 100),
    ],
    ids=["lowest", "highest", "nearer-100", "nearer-99", "tie"],
)
def test_estimated_quality_of_other_tables(table: list[int], quality: int) -> None:
    """For other encoders the sum of table 0 decides: the nearest quality, the higher one of a tie."""
    assert read_facts(with_table(table), JPEG).quality == quality


def test_png_has_no_quality() -> None:
    """A PNG has no quality."""
    assert read_facts(png(40, 30), PNG).quality is None


@pytest.mark.parametrize(("form", "fmt"), [("JPEG", JPEG), ("PNG", PNG)])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(orientation: int, form: str, fmt: Format) -> None:
    """The size is that of the upright picture: orientations 5 to 8 swap width and height."""
    facts = read_facts(oriented(orientation, form), fmt)
    assert facts.orientation == orientation
    assert facts.size == (Size(40, 30) if orientation < 5 else Size(30, 40))


@pytest.mark.parametrize("orientation", [0, 9, 255])
def test_no_orientation(orientation: int) -> None:
    """An orientation outside 1 to 8 is ignored."""
    facts = read_facts(oriented(orientation), JPEG)
    assert (facts.orientation, facts.size) == (1, Size(40, 30))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
@pytest.mark.parametrize("exif", [b"", b"Exif\x00\x00", b"Exif\x00\x00II*\x00\xff\xff\xff\xff", b"rubbish"])
def test_broken_exif(exif: bytes) -> None:
    """EXIF that cannot be read is ignored, and does not make an image damaged."""
    body = encoded(Image.new("RGB", (40, 30)), exif=exif)
    assert read_facts(body, JPEG).orientation == 1


def test_orientation_of_xmp() -> None:
    """XMP does not turn a picture, as in browsers."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    body = encoded(Image.new("RGB", (40, 30)), xmp=xmp)
    assert read_facts(body, JPEG).orientation == 1


@pytest.mark.parametrize("progressive", [True, False])
def test_progressive(progressive: object) -> None:
    """A JPEG of several scans is progressive."""
    body = encoded(Image.new("RGB", (40, 30)), progressive=progressive)
    assert read_facts(body, JPEG).progressive is progressive


def test_facts_need_the_beginning_only() -> None:
    """The beginning of an original is enough for its facts."""
    body = jpeg(400, 300, 90)
    assert read_facts(body[:2000], JPEG) == read_facts(body, JPEG)


BROKEN_HEADERS = {
    "empty": b"",
    "signature alone": b"\xff\xd8\xff",
    "rubbish behind the signature": b"\xff\xd8\xff" + b"rubbish" * 10,
    "cut before the size": jpeg(40, 30, 90)[:100],
    "no jpeg": png(40, 30),
}


@pytest.mark.parametrize("body", BROKEN_HEADERS.values(), ids=BROKEN_HEADERS)
def test_broken_headers(body: bytes) -> None:
    """An original whose header cannot be read is damaged."""
    with pytest.raises(DamagedImageError):
        read_facts(body, JPEG)


def damaged_png() -> bytes:
    """A PNG with one flipped byte within its pixels."""
    body = bytearray(png(40, 30))
    body[len(body) // 2] ^= 0xFF
    return bytes(body)


DAMAGED = {
    "half a jpeg": (jpeg(400, 300, 90)[:10_000], JPEG),
    "half a png": (png()[: len(png()) * 3 // 4], PNG),
    "flipped byte in a png": (damaged_png(), PNG),
}


@pytest.mark.parametrize(("body", "fmt"), DAMAGED.values(), ids=DAMAGED)
def test_damaged(body: bytes, fmt: Format) -> None:
    """Decoding is strict: an incomplete or wrong original is damaged, and never half grey."""
    facts = read_facts(body, fmt)
    with pytest.raises(DamagedImageError):
        decode(body, untouched(facts))


@pytest.mark.parametrize(("body", "fmt"), [(jpeg(40, 30), JPEG), (png(40, 30), PNG)], ids=["jpeg", "png"])
def test_decode(body: bytes, fmt: Format) -> None:
    """A sound original is decoded whole."""
    image = decode(body, untouched(read_facts(body, fmt))).image
    with Image.open(BytesIO(body)) as expected:
        assert image.size == (40, 30)
        assert image.tobytes() == expected.tobytes()


def test_fewer_components_than_counted() -> None:
    """A frame that counts more components than it describes is damaged."""
    body = encoded(Image.new("RGB", (40, 30)))
    frame = body.index(b"\xff\xc0")
    length = int.from_bytes(body[frame + 2 : frame + 4])
    end = frame + 2 + length
    short = body[: frame + 2] + (length - 3).to_bytes(2) + body[frame + 4 : end - 3] + body[end:]
    with pytest.raises(DamagedImageError):
        decode(short, untouched(read_facts(short, JPEG)))


@pytest.mark.parametrize("subsampling", [0, 1, 2])
def test_subsampling(subsampling: int) -> None:
    """The subsampling of a JPEG is kept for the encoder."""
    body = encoded(photograph().resize((40, 30)), subsampling=subsampling)
    assert decode(body, untouched(read_facts(body, JPEG))).subsampling == subsampling


def test_profile() -> None:
    """An embedded profile is kept; an original without one has none."""
    body = encoded(Image.new("RGB", (4, 3)), icc_profile=b"a profile")
    assert decode(body, untouched(read_facts(body, JPEG))).icc_profile == b"a profile"
    assert decode(jpeg(40, 30), untouched(read_facts(jpeg(40, 30), JPEG))).icc_profile is None


@pytest.mark.parametrize("form", ["GIF", "WEBP", "TIFF", "BMP"])
def test_other_decoders_are_shut(form: str) -> None:
    """No decoder but those of JPEG and PNG ever sees a byte."""
    body = encoded(Image.new("RGB", (4, 3)), form)
    for fmt in (JPEG, PNG):
        with pytest.raises(DamagedImageError):
            read_facts(body, fmt)
