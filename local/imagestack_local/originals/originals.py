"""Files of a folder as objects of the originals bucket, kept the same while both change."""

import logging
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from imagestack_local.originals import headers_file
from imagestack_local.originals.content_types import content_type
from imagestack_local.originals.folder import File, Stamp, scan, stamp

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Changes:
    """The keys that one look at the folder put into the bucket and removed from it."""

    put: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


class Originals:
    """The originals bucket as the image of a folder.

    Args:
        s3: A client for the bucket.
        bucket: The bucket's name.
        root: The folder.
        names: If given, only these files of the folder itself are originals.
    """

    def __init__(self, s3: "S3Client", bucket: str, root: Path, names: frozenset[str] | None = None) -> None:
        self._s3 = s3
        self._bucket = bucket
        self._root = root
        self._names = names
        self._stored: dict[str, Stamp] = {}
        self._complaints: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self._stored)

    def take_over(self, touched: Collection[Path] = ()) -> Changes:
        """Make the bucket hold what the folder holds.

        What S3 refuses or what changes while it is read is tried again by the next call. Files that cannot
        become originals are logged, each once.

        Args:
            touched: Files which are known to have changed even where their size and time do not show it: a
                write within the clock's tick after the last look.
        """
        listing = scan(self._root, self._names)
        removed = [key for key in self._stored.keys() - listing.files.keys() if self._remove(key)]
        put = []
        for key, file in listing.files.items():
            known = self._stored.get(key) == file.stamp
            if known and file.path not in touched and file.headers_path not in touched:
                continue
            if self._put(file, listing.complaints):
                put.append(key)
        self._complain(listing.complaints)
        return Changes(tuple(put), tuple(removed))

    def _put(self, file: File, complaints: dict[str, str]) -> bool:
        try:
            headers = headers_file.read(file.headers_path)
            with file.path.open("rb") as opened:
                before = os.fstat(opened.fileno())
                body = opened.read()
                settled = stamp(before) == stamp(os.fstat(opened.fileno()))
        except FileNotFoundError:
            return False
        except OSError as error:
            complaints[str(file.path)] = f"it cannot be read: {error.strerror}"
            if file.key in self._stored:
                self._remove(file.key)
            return False
        for complaint in headers.complaints:
            logger.warning("%s %s", file.headers_path, complaint)
        # The names and types of the parameters come from a table, which a type checker cannot follow.
        parameters: dict[str, Any] = {"ContentType": content_type(file.key), **headers.parameters}
        try:
            self._s3.put_object(Bucket=self._bucket, Key=file.key, Body=body, **parameters)
        except (BotoCoreError, ClientError) as error:
            complaints[str(file.path)] = f"S3 refused it: {error}"
            return False
        # Without a stamp it is known, so that it can be removed, and read again at the next look.
        self._stored[file.key] = file.stamp if settled else ()
        return True

    def _remove(self, key: str) -> bool:
        try:
            self._s3.delete_object(Bucket=self._bucket, Key=key)
        except (BotoCoreError, ClientError) as error:
            logger.warning("%s is still an original, since S3 did not remove it: %s", key, error)
            return False
        del self._stored[key]
        return True

    def _complain(self, complaints: dict[str, str]) -> None:
        for path, complaint in complaints.items():
            if self._complaints.get(path) != complaint:
                logger.warning("%r is left out: %s", path, complaint)
        self._complaints = complaints
