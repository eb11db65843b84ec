"""Which files of a folder are originals."""

import os
import socket
from pathlib import Path

import pytest

from imagestack_local.errors import StartError
from imagestack_local.originals.folder import LARGEST_ORIGINAL_BYTES, require_images, scan
from tests.support.serving import originals


def test_keys_are_relative_paths(tmp_path: Path) -> None:
    """Every file at any depth is an original under its path from the folder, hidden ones too."""
    originals(tmp_path, {"a.jpg": b"", "b/c d/é.png": b"", ".hidden/x": b"", "notes.txt": b""})
    assert sorted(scan(tmp_path).files) == [".hidden/x", "a.jpg", "b/c d/é.png", "notes.txt"]


def test_headers_files_are_no_originals(tmp_path: Path) -> None:
    """A headers file belongs to the original beside it, and is none even if there is no such file."""
    originals(tmp_path, {"a.jpg": b"", "a.jpg.headers.json": b"", "lonely.headers.json": b"", "plain.json": b""})
    assert sorted(scan(tmp_path).files) == ["a.jpg", "plain.json"]


def test_stamps_tell_changes(tmp_path: Path) -> None:
    """A file's stamp is another once the file or its headers file is another, and the same as long as neither is."""
    originals(tmp_path, {"a.jpg": b"1"})
    first = scan(tmp_path).files["a.jpg"].stamp
    assert scan(tmp_path).files["a.jpg"].stamp == first
    originals(tmp_path, {"a.jpg.headers.json": b"{}"})
    second = scan(tmp_path).files["a.jpg"].stamp
    originals(tmp_path, {"a.jpg": b"12"})
    third = scan(tmp_path).files["a.jpg"].stamp
    assert len({first, second, third}) == 3


def test_links_to_files_are_followed(tmp_path: Path) -> None:
    """A symbolic link to a file is an original; one to a folder or to nothing is left out with a complaint."""
    folder = originals(tmp_path / "folder", {"a.jpg": b"12"})
    originals(tmp_path / "other", {"b.jpg": b""})
    (folder / "link.jpg").symlink_to(folder / "a.jpg")
    (folder / "round").symlink_to(folder)
    (folder / "gone.jpg").symlink_to(folder / "nothing")
    listing = scan(folder)
    assert sorted(listing.files) == ["a.jpg", "link.jpg"]
    assert listing.complaints == {
        str(folder / "round"): "it is a symbolic link to a folder",
        str(folder / "gone.jpg"): "it is a symbolic link to nothing",
    }


def test_special_files_are_left_out(tmp_path: Path) -> None:
    """What is no regular file is never opened, since that might block for ever."""
    originals(tmp_path, {"a.jpg": b""})
    os.mkfifo(tmp_path / "pipe.jpg")
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(os.path.relpath(tmp_path / "socket.jpg"))
    listening.close()
    listing = scan(tmp_path)
    assert list(listing.files) == ["a.jpg"]
    assert set(listing.complaints.values()) == {"it is not a regular file"}
    assert len(listing.complaints) == 2


def test_names_that_s3_cannot_take_are_left_out(tmp_path: Path) -> None:
    """A name that is not UTF-8 or longer than a key may be is left out with a complaint."""
    deep = "/".join(["d" * 200] * 5)
    originals(tmp_path, {"a.jpg": b"", f"{deep}/{'x' * 20}.jpg": b""})
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jpg")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system has UTF-8 names only")
    listing = scan(tmp_path)
    assert list(listing.files) == ["a.jpg"]
    assert sorted(listing.complaints.values()) == [
        "its key would be longer than the 1,024 bytes that S3 takes",
        "its name is not UTF-8",
    ]


def test_enormous_files_are_left_out(tmp_path: Path) -> None:
    """A file over the limit, which would fill the memory, is left out with a complaint."""
    with (tmp_path / "film.mov").open("wb") as file:
        file.truncate(LARGEST_ORIGINAL_BYTES + 1)
    listing = scan(tmp_path)
    assert not listing.files
    assert listing.complaints == {str(tmp_path / "film.mov"): "it is larger than 268,435,456 bytes"}


def test_a_folder_that_is_gone_is_empty(tmp_path: Path) -> None:
    """A folder removed while it is followed has no originals any more."""
    assert scan(tmp_path / "none").files == {}


@pytest.mark.parametrize("files", [{"a.jpg": b""}, {"deep/er/a.webp": b""}, {"plain": b"\xff\xd8\xff\xe0"}])
def test_an_image_by_name_or_bytes_suffices(tmp_path: Path, files: dict[str, bytes]) -> None:
    """A folder has images if the name or the first bytes of a file are those of an image."""
    require_images(originals(tmp_path, files))


@pytest.mark.parametrize("files", [{}, {"notes.txt": b"words"}, {"a.jpg.headers.json": b"{}"}, {"empty/er/x": b""}])
def test_a_folder_without_images_is_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    """A folder without any image is a mistake of the operator's."""
    with pytest.raises(StartError, match="has no image in it"):
        require_images(originals(tmp_path, files))
