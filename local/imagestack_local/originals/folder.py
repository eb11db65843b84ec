"""The files of a folder as they are now: which of them are originals, under which keys."""

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from imagestack_local.errors import StartError
from imagestack_local.originals import headers_file
from imagestack_local.originals.content_types import SNIFFED_BYTES, is_image, looks_like_image

KEY_BYTES = 1_024
"""The longest key that S3 takes."""

LARGEST_ORIGINAL_BYTES = 256 * 1024 * 1024
"""Larger files are left out: each is read into memory as a whole, so that no half of it is ever stored."""

Stamp = tuple[int, ...]
"""What differs when a file is another or has other bytes: device, inode, size, time of change."""


@dataclass(frozen=True)
class File:
    """A file that is an original."""

    key: str
    path: Path
    stamp: Stamp
    """Of the file itself and, after it, of its headers file if it has one."""

    @property
    def headers_path(self) -> Path:
        """Where its headers file is, or would be."""
        return headers_file.beside(self.path)


@dataclass(frozen=True)
class Listing:
    """What a folder holds: originals by key, and why other entries are none (a sentence by path)."""

    files: dict[str, File] = field(default_factory=dict)
    complaints: dict[str, str] = field(default_factory=dict)


def stamp(result: os.stat_result) -> Stamp:
    """The stamp of a file from its stat result."""
    return (result.st_dev, result.st_ino, result.st_size, result.st_mtime_ns)


def scan(root: Path, names: frozenset[str] | None = None) -> Listing:
    """List a folder and all folders below it.

    Symbolic links to files are followed; those to folders are not, since they may lead round in circles.
    Whatever else is no regular file is left out with a complaint, so that nothing is opened that would block.

    Args:
        root: The folder. One that does not exist (any more) is empty.
        names: If given, only these files of the folder itself, and nothing below it.
    """
    listing = Listing()
    for path in _walk(root, listing.complaints) if names is None else (root / name for name in sorted(names)):
        if path.name.endswith(headers_file.SUFFIX):
            continue
        try:
            result = path.stat()
            if not stat.S_ISREG(result.st_mode):
                raise ValueError("it is not a regular file")  # noqa: TRY301 - all complaints are made below
            if result.st_size > LARGEST_ORIGINAL_BYTES:
                raise ValueError(f"it is larger than {LARGEST_ORIGINAL_BYTES:,} bytes")  # noqa: TRY301 - likewise
            key = _key(path.relative_to(root))
        except FileNotFoundError:
            if path.is_symlink():
                listing.complaints[str(path)] = "it is a symbolic link to nothing"
            continue  # Else it was removed while we looked.
        except (OSError, ValueError) as error:
            listing.complaints[str(path)] = (error.strerror if isinstance(error, OSError) else None) or str(error)
            continue
        headers_stamp = _stamp_or_nothing(headers_file.beside(path))
        listing.files[key] = File(key, path, stamp(result) + headers_stamp)
    return listing


def require_images(root: Path) -> None:
    """Check that originals can be taken from a folder.

    Raises:
        StartError: It is missing, no folder, not readable or has no image in it.
    """
    try:
        is_folder = stat.S_ISDIR(root.stat().st_mode)
        if is_folder:
            os.scandir(root).close()
    except FileNotFoundError as error:
        raise StartError(f"the originals folder {str(root)!r} does not exist") from error
    except (OSError, ValueError) as error:
        raise StartError(f"the originals folder {str(root)!r} cannot be read: {error}") from error
    if not is_folder:
        raise StartError(f"{str(root)!r} is not a folder of originals but a file")
    files = scan(root).files.values()
    if not any(is_image(file.key) for file in files) and not any(_sniff(file.path) for file in files):
        raise StartError(f"the originals folder {str(root)!r} has no image in it")


def _walk(root: Path, complaints: dict[str, str]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            complaints[str(error.filename)] = f"the folder cannot be read: {error.strerror}"

    for folder, folders, names in os.walk(root, onerror=unreadable):
        folders.sort()
        for name in folders:
            if (path := Path(folder, name)).is_symlink():
                complaints[str(path)] = "it is a symbolic link to a folder"
        for name in sorted(names):
            yield Path(folder, name)


def _key(path: Path) -> str:
    key = path.as_posix()
    try:
        length = len(key.encode())
    except UnicodeEncodeError as error:
        raise ValueError("its name is not UTF-8") from error
    if length > KEY_BYTES:
        raise ValueError(f"its key would be longer than the {KEY_BYTES:,} bytes that S3 takes")
    return key


def _stamp_or_nothing(path: Path) -> Stamp:
    try:
        return stamp(path.stat())
    except OSError:
        return ()


def _sniff(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return looks_like_image(file.read(SNIFFED_BYTES))
    except OSError:
        return False
