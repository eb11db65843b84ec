"""Images of every kind, whole and damaged, and the requests for each of them."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image

from tests.conftest import BOTH
from tests.support.images import drawing, encoded, jpeg, photograph, png

_WEBP = "image/webp,*/*"
# Query and Accept.
QUERIES = (
    ("", BOTH),
    ("", _WEBP),
    ("", "*/*"),
    ("width=200", "*/*"),
    ("width=800&fmt=webp", BOTH),
    ("width=320&height=240&fmt=avif", BOTH),
    ("width=300&crop=1:1", _WEBP),
    ("crop=200,100,x10,y20", "*/*"),
    ("height=100&quality=50", _WEBP),
    ("width=64&height=64&fit=force", BOTH),
    ("width=400&quality=auto", BOTH),
    ("width=0&crop=9:0&quality=101&fmt=bmp", BOTH),
)


def images(folder: Path | None) -> Iterator[tuple[str, bytes]]:
    """Names and contents of the files in a folder; without a folder, of images made here."""
    if folder is None:
        yield from _made()
        return
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _made() -> Iterator[tuple[str, bytes]]:
    whole = {
        "photo.jpg": jpeg(1600, 1200),
        "photo.png": png(),
        "grey.jpg": encoded(photograph().convert("L")),
        "cmyk.jpg": encoded(photograph().convert("CMYK")),
        "progressive.jpg": encoded(photograph(), progressive=True, quality=60),
        "clear.png": encoded(drawing(clear=True), "PNG"),
        "palette.png": encoded(drawing().quantize(16), "PNG"),
        "deep.png": encoded(Image.new("I;16", (300, 200), 40_000), "PNG"),
        "bits.png": encoded(Image.new("1", (300, 200), 1), "PNG"),
        "dot.png": encoded(Image.new("RGB", (1, 1)), "PNG"),
        "long.png": encoded(Image.new("L", (20_000, 3)), "PNG"),
        "animated.png": _animated("PNG"),
        "animated.gif": _animated("GIF"),
        "photo.webp": encoded(photograph(), "WEBP"),
        "bomb.png": encoded(Image.new("1", (30_000, 30_000)), "PNG"),
    }
    yield from whole.items()
    yield "empty.jpg", b""
    yield "text.jpg", b"no image at all"
    yield "page.png", b"<html><script>alert(1)</script></html>"
    random = Random(0)  # noqa: S311 - the same damage each time
    for name in ("photo.jpg", "progressive.jpg", "photo.png", "clear.png", "cmyk.jpg"):
        body = whole[name]
        for part in (0.01, 0.3, 0.9):
            yield f"cut-{part}-{name}", body[: int(len(body) * part)]
        for at in range(4):
            spoiled = bytearray(body)
            for _ in range(1 + at * 10):
                spoiled[random.randrange(len(body))] = random.randrange(256)
            yield f"spoiled-{at}-{name}", bytes(spoiled)


def _animated(form: str) -> bytes:
    frames = [Image.new("RGB", (60, 40), colour) for colour in ("red", "lime", "blue")]
    output = BytesIO()
    frames[0].save(output, form, save_all=True, append_images=frames[1:], duration=100)
    return output.getvalue()
