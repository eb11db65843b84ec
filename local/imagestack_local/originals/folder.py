"""The files of a folder as they are now: which of them are originals, under which keys."""

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from imagestack_local.errors import StartError
from imagestack_local.originals import headers_file
from imagestack_local.originals.content_types import SNIFFED_BYTES, is_image, looks_like_image

KEY_BYTES = 1_024
"""The longest key that S3 takes."""

LARGEST_ORIGINAL_BYTES = 256 * 1024 * 1024
"""Larger files are left out, since an original is read into memory as a whole."""

LONGEST_SEARCH_SECONDS = 1.0
"""How long `require_images` looks for an image."""

Stamp = tuple[int, ...]
"""Differs when a file is another or has other bytes: device, inode, size, time of change in nanoseconds."""

STAMP_FIELDS = 4
"""How many numbers one file adds to a stamp."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that is an original."""

    key: str
    path: str
    stamp: Stamp
    """Of the file itself, followed by that of its headers file if it has one."""


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

    Symbolic links to files are followed. Links to folders are not, since they may form a circle.
    Every other entry that is not a regular file is left out with a complaint: opening it might block.

    Args:
        root: The folder. A folder that does not exist is empty.
        names: If given, only these files of the folder itself, and nothing below it.
    """
    listing = Listing()
    listing.files.update((file.key, file) for file in _files(str(root), names, listing.complaints))
    return listing


def find(root: Path, key: str, names: frozenset[str] | None = None) -> File | None:
    """The file of one key; None if `scan` would not list it.

    Args:
        root: The folder.
        key: The key, with any characters.
        names: As for `scan`.
    """
    path = os.path.join(root, key)  # noqa: PTH118 - a Path would lose the difference between a//b and a/b
    if key.endswith(headers_file.SUFFIX) or (names is not None and key not in names):
        return None
    try:
        result = os.stat(path)  # noqa: PTH116 - as above
        if not _is_spelled_so(str(root), key):
            return None
        return _file(key, path, result, has_headers=True)
    except (OSError, ValueError):
        return None


def again(file: File) -> File | None:
    """A file as it is now; None if it is no original any more."""
    try:
        return _file(file.key, file.path, os.stat(file.path), has_headers=True)  # noqa: PTH116 - a path in text
    except (OSError, ValueError):
        return None


def require_images(root: Path) -> None:
    """Check that originals can be taken from a folder.

    The search ends after a second. A folder in which no image is found by then is taken as it is.

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
    if not _has_image(root, time.monotonic() + LONGEST_SEARCH_SECONDS):
        raise StartError(f"the originals folder {str(root)!r} has no image in it")


def _has_image(root: Path, end: float) -> bool:
    """Whether there is an image; True too if the time ends before that is known."""
    unnamed = []
    for file in _files(str(root), None, {}):
        if is_image(file.key) or time.monotonic() > end:
            return True
        unnamed.append(file.path)
    return any(_sniff(path) or time.monotonic() > end for path in unnamed)


def _files(root: str, names: frozenset[str] | None, complaints: dict[str, str]) -> Iterator[File]:
    """The originals, those of a folder before those of the folders below it; complaints are added."""
    folders = [("", root)]
    while folders:
        beginning, folder = folders.pop()
        below = []
        entries = _entries(folder, complaints)
        for name in sorted(entries if names is None else entries.keys() & names):
            entry = entries[name]
            try:
                if entry.is_dir(follow_symlinks=False):
                    below.append((f"{beginning}{name}/", entry.path))
                elif entry.is_symlink() and entry.is_dir():
                    raise ValueError("it is a symbolic link to a folder")  # noqa: TRY301 - handled below
                elif not name.endswith(headers_file.SUFFIX):
                    has_headers = name + headers_file.SUFFIX in entries
                    yield _file(beginning + name, entry.path, entry.stat(), has_headers=has_headers)
            except FileNotFoundError:
                # A file that is gone since the folder was read is no complaint.
                if entry.is_symlink():
                    complaints[entry.path] = "it is a symbolic link to nothing"
            except (OSError, ValueError) as error:
                complaints[entry.path] = (error.strerror if isinstance(error, OSError) else None) or str(error)
        if names is None:
            folders += reversed(below)


def _entries(folder: str, complaints: dict[str, str]) -> dict[str, os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return {entry.name: entry for entry in entries}
    except FileNotFoundError:
        return {}
    except OSError as error:
        complaints[folder] = f"the folder cannot be read: {error.strerror}"
        return {}


def _file(key: str, path: str, result: os.stat_result, *, has_headers: bool) -> File:
    """The file of a key.

    Raises:
        ValueError: It cannot be an original; the message says why.
    """
    if not stat.S_ISREG(result.st_mode):
        raise ValueError("it is not a regular file")
    if result.st_size > LARGEST_ORIGINAL_BYTES:
        raise ValueError(f"it is larger than {LARGEST_ORIGINAL_BYTES:,} bytes")
    try:
        length = len(key.encode())
    except UnicodeEncodeError as error:
        raise ValueError("its name is not UTF-8") from error
    if length > KEY_BYTES:
        raise ValueError(f"its key would be longer than the {KEY_BYTES:,} bytes that S3 takes")
    if not os.access(path, os.R_OK):
        raise ValueError("it cannot be read: permission denied")
    return File(key, path, stamp(result) + (_stamp_or_nothing(path + headers_file.SUFFIX) if has_headers else ()))


def _is_spelled_so(root: str, key: str) -> bool:
    """Whether each part of a key is the exact name of an entry, and no folder among them is a symbolic link.

    A file system may find a file under other spellings too: in the other case, with `..` or with doubled slashes.
    """
    folder = root
    *folders, name = key.split("/")
    for part in folders:
        if part not in os.listdir(folder):  # noqa: PTH208 - names, not paths
            return False
        folder = f"{folder}/{part}"
        if os.path.islink(folder):  # noqa: PTH114 - a path in text
            return False
    return name in os.listdir(folder)  # noqa: PTH208 - names, not paths


def _stamp_or_nothing(path: str) -> Stamp:
    try:
        return stamp(os.stat(path))  # noqa: PTH116 - a path in text
    except OSError:
        return ()


def _sniff(path: str) -> bool:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a path in text
            return looks_like_image(file.read(SNIFFED_BYTES))
    except OSError:
        return False
