"""Content types by name and by first bytes."""

import pytest

from imagestack_local.originals.content_types import content_type, is_image, looks_like_image


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jpg", "image/jpeg"),
        ("a.JPEG", "image/jpeg"),
        ("deep/er/a.png", "image/png"),
        ("a.avif", "image/avif"),
        ("a.webp", "image/webp"),
        ("a.heic", "image/heic"),
        ("a.jxl", "image/jxl"),
        ("a.svg", "image/svg+xml"),
        ("a.gif", "image/gif"),
        ("a.tiff", "image/tiff"),
        ("a.txt", "text/plain"),
        ("a.b c#d?.jpg", "image/jpeg"),
        ("data:image/png,a.jpg", "image/jpeg"),
        ("no-extension", "application/octet-stream"),
        ("a.unheard-of", "application/octet-stream"),
        ("folder.jpg/no-extension", "application/octet-stream"),
        ("a.jpg.gz", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_a_name_tells_the_content_type(name: str, expected: str) -> None:
    """A file's extension decides its content type, whatever types the machine has; other names are `octet-stream`."""
    assert content_type(name) == expected
    assert is_image(name) == expected.startswith("image/")


@pytest.mark.parametrize(
    "first",
    [
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR",
        b"GIF89a",
        b"RIFF\x10\x00\x00\x00WEBPVP8 ",
        b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
        b"II*\x00\x08\x00\x00\x00",
        b"\xff\x0a\xfa\x1f",
    ],
)
def test_first_bytes_tell_an_image(first: bytes) -> None:
    """A file without an extension is known as an image by its first bytes."""
    assert looks_like_image(first)


@pytest.mark.parametrize("first", [b"", b"\x00", b"RIFF\x10\x00\x00\x00WAVEfmt ", b"\x00\x00\x00\x20ftypmp42", b"<svg"])
def test_other_first_bytes_tell_none(first: bytes) -> None:
    """Other files are not taken for images."""
    assert not looks_like_image(first)
