"""A folder of files as the originals bucket: objects appear, change and go as the files do, and none is copied."""

import logging
import threading
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from moto.s3.models import FakeBucket
from moto.s3.notifications import S3NotificationEvent, send_event

from imagestack_local.originals import folder, headers_file
from imagestack_local.originals.content_types import content_type
from imagestack_local.originals.file_object import BusyError, FileObject, FolderKeys
from imagestack_local.originals.folder import STAMP_FIELDS, File
from imagestack_local.originals.settled import is_settled

logger = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 2.0
"""How long a request for an original waits while its file is being written."""
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Changes:
    """The keys that one look at the folder put into the bucket and removed from it."""

    put: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Originals:
    """The originals bucket as the image of a folder.

    `take_over` lists the folder. An object that is requested before its file was listed, or after the file has
    changed, is looked up on the disk at once.

    Args:
        bucket: The bucket, as moto keeps it. It is empty.
        root: The folder.
        names: If given, only these files of the folder itself are originals.
    """

    def __init__(self, bucket: FakeBucket, root: Path, names: frozenset[str] | None = None) -> None:
        self.listed = threading.Event()
        """Set once the folder was listed for the first time."""
        self._root = root
        self._names = names
        self._began = time.time()
        self._known: dict[str, FileObject] = {}
        self._unsettled: set[str] = set()
        self._complaints: dict[str, str] = {}
        self._lock = threading.RLock()
        self._bucket = bucket
        self._objects = bucket.keys = FolderKeys(self._look_up, self.listed)

    def __len__(self) -> int:
        return len(self._known)

    def take_over(self, touched: Collection[Path] = ()) -> Changes:
        """Make the bucket hold what the folder holds.

        A file that is still being written is taken over by a later call. Files that cannot become originals are
        logged, each once.

        Args:
            touched: Files that are known to have changed, even if their size and time do not show it: a
                write within the clock's tick after the last look.
        """
        try:
            listing = folder.scan(self._root, self._names)
            forced = self._keys(touched)
            removed = [key for key in list(self._known) if key not in listing.files and self._drop(key)]
            changed = [key for key, file in listing.files.items() if key in forced or self._is_news(file)]
            changes = self._refresh_all(changed, forced, listing.files)
            self._complain(listing.complaints)
        finally:
            self.listed.set()
        return Changes(changes.put, (*removed, *changes.removed))

    def take_over_touched(self, touched: Collection[Path]) -> Changes:
        """The same for some files only, and for those that were being written at the last call.

        Args:
            touched: Paths of files that have changed, come or gone. If a folder is among them, all is listed.
        """
        with self._lock:
            unsettled = set(self._unsettled)
        forced = self._keys(touched)
        if any(map(self._was_or_is_folder, forced - self._known.keys())):
            return self.take_over(touched)
        return self._refresh_all(sorted(forced | unsettled), forced, {})

    def _was_or_is_folder(self, key: str) -> bool:
        path = self._root / key
        if path.exists():
            return path.is_dir()
        beginning = f"{key}/"
        return any(known.startswith(beginning) for known in list(self._known))

    def _keys(self, touched: Iterable[Path]) -> frozenset[str]:
        """The keys of touched files, where a headers file stands for the file beside it."""
        keys = (path.relative_to(self._root).as_posix() for path in touched if path.is_relative_to(self._root))
        return frozenset(key.removesuffix(headers_file.SUFFIX) for key in keys)

    def _is_news(self, file: File) -> bool:
        known = self._known.get(file.key)
        return known is None or known.stamp != file.stamp

    def _refresh_all(self, keys: Iterable[str], forced: Collection[str], listed: dict[str, File]) -> Changes:
        put, removed = [], []
        for key in keys:
            match self._refresh(key, listed.get(key), forced=key in forced):
                case True:
                    put.append(key)
                case False:
                    removed.append(key)
        return Changes(tuple(put), tuple(removed))

    def _refresh(self, key: str, listed: File | None = None, *, forced: bool = False) -> bool | None:
        """Let the bucket hold one file as it is now.

        Args:
            key: The file's key.
            listed: The file as it was listed a moment ago, if it was.
            forced: Whether it has changed even if its stamp is the same.

        Returns:
            True if it was put, False if it was removed, None if nothing was done.
        """
        with self._lock:
            known = self._known.get(key)
            file = folder.again(known.file) if known else listed or folder.find(self._root, key, self._names)
            self._unsettled.discard(key)
            if file is None:
                if known:
                    self._remove(known)
                return False if known else None
            if known and known.stamp == file.stamp and not forced:
                return None
            if not is_settled(file):
                self._unsettled.add(key)
                return None
            self._put(file, known)
            return True

    def _drop(self, key: str) -> bool:
        """Remove a file that was not listed, unless it has come back; tell whether it was removed."""
        with self._lock:
            known = self._known.get(key)
            if known is None or folder.find(self._root, key, self._names) is not None:
                return False
            self._remove(known)
            return True

    def _put(self, file: File, known: FileObject | None) -> None:
        stored = headers_file.read(Path(file.path + headers_file.SUFFIX)) if _has_headers(file) else headers_file.NONE
        for complaint in stored.complaints:
            logger.warning("%s %s", file.path + headers_file.SUFFIX, complaint)
        kind = _only_type(content_type(file.key))
        again = known.again + 1 if known and known.stamp == file.stamp else 0
        found = FileObject(file, self._bucket, {**kind, **stored.headers} if stored.headers else kind, again)
        self._known[file.key] = found
        self._objects.setlist(file.key, [found])
        # Nothing can have been made of a file that is as it was when the stack started.
        if known or self.listed.is_set() or _written(file) >= self._began:
            self._notify(S3NotificationEvent.OBJECT_CREATED_PUT_EVENT, found)

    def _remove(self, known: FileObject) -> None:
        del self._known[known.name]
        # By S3's API it may have been replaced, or removed already.
        stored = self._objects.get(known.name)
        if stored is not None:
            self._objects.pop(known.name)
            self._notify(S3NotificationEvent.OBJECT_REMOVED_DELETE_EVENT, stored)

    def _notify(self, event: S3NotificationEvent, found: FileObject) -> None:
        send_event(self._bucket.account_id, event, self._bucket, found)

    def _look_up(self, key: str) -> None:
        """Bring one object up to date before it is read.

        Raises:
            BusyError: Its file has changed and is still being written.
        """
        end = time.monotonic() + LONGEST_WAIT_SECONDS
        while True:
            with self._lock:
                known = self._known.get(key)
                if known is not None and self._objects.get(key) is not known:
                    return  # By S3's API it was replaced or removed: that stays until the file changes.
                self._refresh(key)
                if known is None or key not in self._unsettled:
                    return
            if time.monotonic() > end:
                raise BusyError
            time.sleep(_LOOK_SECONDS)

    def _complain(self, complaints: dict[str, str]) -> None:
        for path, complaint in complaints.items():
            if self._complaints.get(path) != complaint:
                logger.warning("%r is left out: %s", path, complaint)
        self._complaints = complaints


@cache
def _only_type(kind: str) -> MappingProxyType[str, str]:
    """The headers of an original without a headers file; all of one type share them."""
    return MappingProxyType({"content-type": kind})


def _has_headers(file: File) -> bool:
    return len(file.stamp) > STAMP_FIELDS


def _written(file: File) -> float:
    """When the file was last written, in seconds since the epoch."""
    return file.stamp[STAMP_FIELDS - 1] / 1e9
