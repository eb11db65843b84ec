"""Readers stay within their limits on hostile headers, which no decoder sees."""

from collections.abc import Callable
from io import BytesIO
from struct import pack

import pytest
from PIL import Image, JpegImagePlugin

from imagestack.errors import DamagedImageError
from imagestack.formats import APNG, JPEG, ORIGINALS, PNG, detect
from imagestack.geometry import Size
from imagestack.plan.work import Work
from imagestack.transform.decode import decode, read_facts
from imagestack.transform.readers import READERS
from imagestack.transform.readers.exif import orientation
from imagestack.transform.readers.jpeg import read_jpeg
from imagestack.transform.readers.png import read_png
from tests.support import bombs
from tests.support.images import encoded, jpeg, photograph, png
from tests.support.raw_png import chunk

PROFILE = 65_000


def test_every_original_has_a_reader() -> None:
    """The table of formats and the readers name the same originals."""
    assert READERS.keys() == set(ORIGINALS.values())


@pytest.mark.parametrize(
    ("make", "most"),
    [
        # A JPEG of Pillow has nine segments of its own, up to the first scan, and a PNG as many chunks as it has.
        (lambda count: bombs.with_segments(bombs.segment(0xFE) * count), 1_000 - 9),
        (lambda count: bombs.with_segments(*bombs.profile(count, PROFILE - 14)), 4 * 2**20 // PROFILE),
        (lambda count: bombs.with_segments(b"\xff" * count), 65_536 - 2),
        (lambda count: bombs.grey_jpeg(16, 16, count), 100),
    ],
    ids=["segments", "profile", "junk", "scans"],
)
def test_limits_of_jpeg(make: Callable[[int], bytes], most: int) -> None:
    """A limit is the last value that is allowed."""
    assert read_facts(make(most), JPEG).format is JPEG
    with pytest.raises(DamagedImageError):
        read_facts(make(most + 1), JPEG)


def test_limits_of_png() -> None:
    """A thousand chunks may come before the pixels, and 65,536 may have them."""
    # Pillow writes one chunk of a header before, and one of pixels.
    assert read_facts(bombs.with_chunks(chunk(b"tEXt") * 999), PNG).size == Size(400, 300)
    with pytest.raises(DamagedImageError):
        read_facts(bombs.with_chunks(chunk(b"tEXt") * 1_000), PNG)
    pieces = bombs.pixels_in_pieces(0).count(b"IDAT")
    for count, fits in ((65_536 - pieces, True), (65_537 - pieces, False)):
        body = bombs.pixels_in_pieces(count)
        if fits:
            assert read_png(body).strip_metadata(body).count(b"IDAT") == 65_536
        else:
            with pytest.raises(DamagedImageError):
                read_png(body).strip_metadata(body)


def test_frames_behind_a_thousand_chunks() -> None:
    """The search for frames ends after a thousand chunks; such a PNG is damaged anyway."""
    animation = chunk(b"acTL", pack(">II", 2, 0))
    assert detect(bombs.with_chunks(animation)) == APNG.content_type
    assert detect(bombs.with_chunks(chunk(b"tEXt") * 1_000 + animation)) == PNG.content_type


def test_scans_of_another_picture() -> None:
    """Bytes that look like scans, behind the end or in metadata, do not count."""
    body = encoded(photograph().resize((40, 30)), progressive=True)
    scan = b"\xff\xda\x00\x02" * 200
    assert read_facts(body + scan, JPEG).progressive
    second = body.index(b"\xff\xda", body.index(b"\xff\xda") + 2)
    assert read_facts(body[:second] + bombs.segment(0xFE, scan) + body[second:], JPEG).progressive
    with pytest.raises(DamagedImageError):
        read_facts(body[:-2] + scan + body[-2:], JPEG)


def not_interleaved() -> bytes:
    """A baseline JPEG whose first scan has one of its three components."""
    body = bytearray(encoded(photograph().resize((40, 30))))
    body[body.index(b"\xff\xda") + 4] = 1
    return bytes(body)


def test_what_a_decoder_holds() -> None:
    """Several scans need all coefficients in memory, progressive or not. The header counts the components."""
    assert not read_facts(jpeg(40, 30), JPEG).progressive
    assert read_facts(not_interleaved(), JPEG).progressive
    for mode, components in (("L", 1), ("RGB", 3), ("CMYK", 4)):
        assert read_facts(encoded(Image.new(mode, (9, 9))), JPEG).components == components


@pytest.mark.parametrize("subsampling", [0, 1, 2])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_subsampling(mode: str, subsampling: int) -> None:
    """Subsampling of three components is that of Pillow; other numbers of components have none."""
    body = encoded(Image.new(mode, (40, 30)), subsampling=subsampling)
    with Image.open(BytesIO(body)) as image:
        assert read_jpeg(body).subsampling == JpegImagePlugin.get_sampling(image)
    assert read_jpeg(body).subsampling == (subsampling if mode == "RGB" else -1)


def test_stripped_jpeg() -> None:
    """A decoder sees pixels and profile, and no metadata in front of the first scan."""
    plain = encoded(photograph().resize((40, 30)), icc_profile=b"profile", dpi=(72, 72))
    body = encoded(
        photograph().resize((40, 30)),
        icc_profile=b"profile",
        dpi=(72, 72),
        xmp=b"x",
        comment=b"comment",
        exif=b"Exif\0\0",
    )
    assert len(body) > len(plain)
    assert read_jpeg(body).strip_metadata(body) == plain
    assert read_jpeg(plain).strip_metadata(plain) == plain


def test_stripped_png() -> None:
    """A decoder sees pixels and the chunks that they depend on. Chunks behind the pixels are stripped too."""
    body = png(40, 30)
    extra = b"".join(chunk(kind, b"t\x00t") for kind in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"prIv"))
    start, end = body.index(b"IDAT") - 4, body.rindex(b"IEND") - 4
    fat = body[:start] + extra + body[start:end] + extra + body[end:]
    lean = read_png(fat).strip_metadata(fat)
    assert lean == read_png(body).strip_metadata(body)
    assert lean in body
    work = Work(read_facts(fat, PNG), (), PNG, 80)
    with Image.open(BytesIO(body)) as expected:
        assert decode(fat, work).image.tobytes() == expected.tobytes()


def tiff(order: str, *entries: tuple[int, int, int, int]) -> bytes:
    """EXIF with one directory of entries: tag, type, count, and the four bytes of the value."""
    mark = b"MM\x00*" if order == ">" else b"II*\x00"
    packed = b"".join(pack(f"{order}HHII", *entry) for entry in entries)
    # The next directory is the same one.
    return mark + pack(f"{order}IH", 8, len(entries)) + packed + pack(f"{order}I", 8)


@pytest.mark.parametrize(
    ("exif", "expected"),
    [
        (tiff(">", (0x0112, 3, 1, 6 << 16)), 6),
        (tiff("<", (0x0112, 3, 1, 6)), 6),
        (b"Exif\x00\x00" + tiff("<", (0x0112, 3, 1, 8)), 8),
        (tiff("<", (0x8769, 4, 1, 8), (0x0112, 3, 1, 3)), 3),
        (tiff("<", (0x0112, 3, 1, 3), (0x0112, 3, 1, 5)), 3),
        (tiff("<", (0x0112, 3, 1, 9)), 1),
        (tiff("<", (0x0112, 3, 2, 6)), 1),
        (tiff("<", (0x0112, 7, 1, 6)), 1),
        (tiff("<", (0x0112, 3, 1, 6))[:20], 1),
        (b"II*\x00" + pack("<I", 2**32 - 1), 1),
        (b"II*\x00" + pack("<IH", 8, 65_535), 1),
        (b"", 1),
    ],
)
def test_orientation(exif: bytes, expected: int) -> None:
    """The orientation is one 16-bit number of the first directory. Anything else is ignored."""
    assert orientation(exif) == expected


def test_exif_that_goes_in_circles() -> None:
    """A loop of offsets in EXIF has no effect on its orientation."""
    assert read_facts(bombs.with_segments(bombs.turned_exif()), JPEG).orientation == 6
