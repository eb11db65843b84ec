"""The table of formats, and how a format is detected by its first bytes."""

import ast
import pickle
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pillow_avif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from imagestack import formats
from imagestack.formats import AVIF, CONVERSIONS, FORMATS, JPEG, NEGOTIABLE, ORIGINALS, PNG, TABLE, WEBP, Format, detect
from tests.support.images import encoded
from tests.support.raw_png import SIGNATURE, chunk, header

HEADER = header(1, 1)
PIXELS = chunk(b"IDAT", zlib.compress(b"\0\1\2\3"))
END = chunk(b"IEND")


def frames(count: int) -> bytes:
    """The chunk that makes a PNG an animation of `count` frames."""
    return chunk(b"acTL", struct.pack(">II", count, 0))


# The first bytes as the formats' own specifications give them.
SIGNATURES = {
    "jpeg jfif": (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "image/jpeg"),
    "jpeg exif": (b"\xff\xd8\xff\xe1\x00\x10Exif\x00", "image/jpeg"),
    "jpeg raw": (b"\xff\xd8\xff\xdb\x00\x43\x00", "image/jpeg"),
    "png": (HEADER + PIXELS + END, "image/png"),
    "gif 87": (b"GIF87a\x01\x00\x01\x00", "image/gif"),
    "gif 89": (b"GIF89a\x01\x00\x01\x00", "image/gif"),
    "webp": (b"RIFF\x24\x00\x00\x00WEBPVP8 ", "image/webp"),
    "avif": (b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00", "image/avif"),
    "avif sequence": (b"\x00\x00\x00\x20ftypavis\x00\x00\x00\x00", "image/avif"),
    "heic": (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "image/heic"),
    "heic, ten bits": (b"\x00\x00\x00\x18ftypheix\x00\x00\x00\x00", "image/heic"),
    "heif sequence": (b"\x00\x00\x00\x18ftypmsf1\x00\x00\x00\x00", "image/heif"),
    "heif": (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00", "image/heif"),
    "jxl codestream": (b"\xff\x0a\xfa\x7f", "image/jxl"),
    "jxl container": (b"\x00\x00\x00\x0cJXL \r\n\x87\n", "image/jxl"),
    "jpeg 2000": (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "image/jp2"),
    "tiff little": (b"II*\x00\x08\x00\x00\x00", "image/tiff"),
    "tiff big": (b"MM\x00*\x00\x00\x00\x08", "image/tiff"),
    "bmp": (b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00", "image/bmp"),
    "photoshop": (b"8BPS\x00\x01", "image/vnd.adobe.photoshop"),
}


@pytest.mark.parametrize(("body", "content_type"), SIGNATURES.values(), ids=SIGNATURES)
def test_signatures(body: bytes, content_type: str) -> None:
    """Magic bytes decide about the format, not the name of the file."""
    assert detect(body) == content_type


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF", "TIFF", "BMP", "JPEG2000"])
def test_real_files(form: str) -> None:
    """Files of real encoders are detected."""
    assert pillow_avif.__version__
    types = {"JPEG2000": "image/jp2"}
    assert detect(encoded(Image.new("RGB", (2, 2)), form)) == types.get(form, f"image/{form.lower()}")


UNKNOWN = {
    "empty": b"",
    "one byte": b"\xff",
    "text": b"hello",
    "html": b"<!doctype html>",
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "pdf": b"%PDF-1.7",
    "zip": b"PK\x03\x04",
    "gzip": b"\x1f\x8b\x08",
    "jpeg behind a byte": b"\x00\xff\xd8\xff\xe0",
    "half a jpeg signature": b"\xff\xd8",
    "half a png signature": SIGNATURE[:7],
    "png with unix newlines": SIGNATURE.replace(b"\r\n", b"\n"),
    "wave": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "film": b"\x00\x00\x00\x20ftypisom\x00\x00\x00\x00",
    "text that begins like bmp": b"BM is a language",
    "zeros": bytes(100),
}


@pytest.mark.parametrize("body", UNKNOWN.values(), ids=UNKNOWN)
def test_unknown(body: bytes) -> None:
    """Bytes that are no magic bytes are unknown."""
    assert detect(body) is None


PNGS = {
    "still": (HEADER + PIXELS + END, "image/png"),
    "animation": (HEADER + frames(2) + PIXELS + END, "image/apng"),
    "animation behind other chunks": (HEADER + chunk(b"tEXt", b"a" * 5000) + frames(3) + PIXELS, "image/apng"),
    "one frame": (HEADER + frames(1) + PIXELS + END, "image/png"),
    "no frame": (HEADER + frames(0) + PIXELS + END, "image/png"),
    "many frames": (HEADER + frames(2**31 - 1) + PIXELS, "image/apng"),
    "said behind the pixels": (HEADER + PIXELS + frames(2) + END, "image/png"),
    "said in a text": (HEADER + chunk(b"tEXt", frames(2)) + PIXELS + END, "image/png"),
    "other case": (HEADER + chunk(b"actl", struct.pack(">II", 2, 0)) + PIXELS, "image/png"),
    "signature alone": (SIGNATURE, "image/png"),
    "cut in the header": (HEADER[:20], "image/png"),
    "cut in a chunk's head": (HEADER + b"\x00\x00", "image/png"),
    "cut in acTL": ((HEADER + frames(2))[:-10], "image/png"),
    "chunk of impossible length": (HEADER + b"\xff\xff\xff\xfftEXt" + frames(2), "image/png"),
}


@pytest.mark.parametrize(("body", "content_type"), PNGS.values(), ids=PNGS)
def test_animated_png(body: bytes, content_type: str) -> None:
    """A PNG with more than one frame is an animation; its acTL chunk counts only before the pixels."""
    assert detect(body) == content_type


def test_real_animated_png() -> None:
    """An animation of a real encoder is detected, and one of its frames alone is none."""
    images = [Image.new("RGB", (4, 4), colour) for colour in ("red", "green")]
    output = BytesIO()
    images[0].save(output, "PNG", save_all=True, append_images=images[1:])
    assert detect(output.getvalue()) == "image/apng"
    assert detect(encoded(images[0], "PNG")) == "image/png"


@given(st.binary(max_size=200), st.sampled_from([b"", SIGNATURE, HEADER, b"\x00\x00\x00\x20ftyp", b"RIFF"]))
def test_detect_takes_anything(body: bytes, start: bytes) -> None:
    """Any bytes have a type or none, and raise nothing."""
    found = detect(start + body)
    assert found is None or found.startswith("image/")


def test_empty_chunks() -> None:
    """A PNG of many empty chunks is a still image."""
    assert detect(HEADER + chunk(b"tEXt") * 10_000) == "image/png"


def test_tables() -> None:
    """WebP and AVIF are negotiated, JPEG and PNG need no proof; only JPEG and PNG are transformed."""
    assert set(CONVERSIONS) == {"webp", "avif", "jpeg", "png"}
    assert NEGOTIABLE == (AVIF, WEBP)
    assert {fmt for fmt in TABLE if fmt.universal} == {JPEG, PNG}
    assert ORIGINALS == {"image/jpeg": JPEG, "image/png": PNG}
    assert FORMATS == {"jpeg": JPEG, "png": PNG, "webp": WEBP, "avif": AVIF}
    assert WEBP.max_side == 16_383


@pytest.mark.parametrize("name", FORMATS)
def test_rows(name: str) -> None:
    """Each row has the content type of what its encoder writes."""
    row = FORMATS[name]
    assert row.content_type == f"image/{name}"
    assert detect(encoded(Image.new("RGB", (2, 2)), row.codec)) == row.content_type


def test_rows_are_unique() -> None:
    """No two rows share a name, a content type or an extension."""
    for facts in ([row.name for row in TABLE], [row.content_type for row in TABLE]):
        assert len(set(facts)) == len(TABLE)
    extensions = [extension for row in TABLE for extension in row.extensions]
    assert len(set(extensions)) == len(extensions)


def test_negotiation() -> None:
    """AVIF is better than WebP where a client accepts both equally."""
    assert NEGOTIABLE == (AVIF, WEBP)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_pickled(row: Format) -> None:
    """A format that comes from another process is the one of this process."""
    assert pickle.loads(pickle.dumps(row)) is row  # noqa: S301 - pickled a moment ago


CORE = Path(formats.__file__).parent
ROWS = {name for name, value in vars(formats).items() if isinstance(value, Format)}
NAMES = {name for row in TABLE for name in (row.name, row.content_type, row.codec)} - {""}


def comparisons(path: Path) -> Iterator[str]:
    """Comparisons with a row of the table, or with one of its names: `fmt is PNG`, `name == "webp"`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            for part in ast.walk(node):
                is_row = isinstance(part, ast.Name) and part.id in ROWS
                is_name = isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value in NAMES
                if is_row or is_name:
                    yield f"{path.relative_to(CORE)}: {ast.unparse(node)}"


def test_only_the_table_knows_formats() -> None:
    """No module compares formats: it asks the row for a capability."""
    assert [found for path in sorted(CORE.rglob("*.py")) for found in comparisons(path)] == []
