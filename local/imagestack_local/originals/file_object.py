"""Originals as moto's S3 sees them: objects whose bytes are read from a file at each request."""

import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Self

from moto.s3.models import FakeBucket, FakeKey
from moto.s3.utils import _VersionedKeyStore
from moto.utilities.utils import LowercaseDict
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from imagestack_local.originals.folder import STAMP_FIELDS, File, Stamp, stamp

logger = logging.getLogger(__name__)

_SIZE = 2
_SLOW_DOWN = "<Error><Code>SlowDown</Code><Message>The file is being written. Please try again.</Message></Error>"


class BusyError(ServiceUnavailable):
    """S3's answer to a request that should be sent again: the file is being written or cannot be read."""

    def __init__(self) -> None:
        super().__init__(response=Response(_SLOW_DOWN, HTTPStatus.SERVICE_UNAVAILABLE, mimetype="application/xml"))


class FileObject(FakeKey):
    """An object of S3 that is a file.

    It is one version of the file: once the stamp of the file has changed, its bytes can no longer be read.
    moto's own constructor, which makes a temporary file for the bytes, is not called.

    Args:
        file: The file.
        bucket: Its bucket, as moto keeps it.
        headers: Headers to answer with, by name in lower case.
        again: Which take-over of the same stamp this is, from 0; each has an ETag of its own.
    """

    # Attributes that moto reads from every object, with the values that its constructor sets for a plain object.
    acl = website_redirect_location = checksum_algorithm = checksum_value = checksum_type = checksum_parts = None
    multipart = kms_key_id = bucket_key_enabled = lock_mode = lock_legal_status = lock_until = None
    _storage_class = "STANDARD"
    _version_id = "null"
    _expiry = _status = None
    _is_versioned = disposed = False
    partition = "aws"

    def __new__(cls, *_: object, **__: object) -> Self:
        """Make one that moto does not keep a list of, since it would grow with each change."""
        return object.__new__(cls)

    def __init__(self, file: File, bucket: FakeBucket, headers: Mapping[str, str], again: int = 0) -> None:
        self.name = file.key
        self.account_id = bucket.account_id
        self.bucket_name = bucket.name
        self.encryption = _default_encryption(bucket)
        self.file = file
        self.again = again
        self._headers = headers
        self.last_modified = datetime.now(UTC)

    @property
    def stamp(self) -> Stamp:
        """The stamp of the file and its headers file."""
        return self.file.stamp

    @property
    def size(self) -> int:
        """The number of bytes."""
        return self.file.stamp[_SIZE]

    @property
    def etag(self) -> str:
        """A tag of the file's stamp: the bytes are not read for it.

        It has the form of a tag of a multipart upload, which no client takes for an MD5 of the bytes.
        """
        text = repr((self.file.stamp[:STAMP_FIELDS], self.again))
        return f'"{hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()}-1"'

    @property
    def metadata(self) -> LowercaseDict:
        """The headers, as a copy."""
        return LowercaseDict(self._headers)

    @property
    def value(self) -> bytes:
        """The bytes.

        Raises:
            BusyError: They have changed since this version was taken over, or cannot be read.
        """
        try:
            with open(self.file.path, "rb") as opened:  # noqa: PTH123 - a path in text
                before = stamp(os.fstat(opened.fileno()))
                body = opened.read()
                after = stamp(os.fstat(opened.fileno()))
        except OSError as error:
            logger.warning("%r cannot be read: %s", self.file.path, error.strerror)
            raise BusyError from error
        if not before == after == self.file.stamp[:STAMP_FIELDS]:
            raise BusyError
        return body

    def advance(self) -> None:
        """Nothing: no original is restored from an archive."""

    def dispose(self, garbage: bool = False) -> None:  # noqa: FBT001, FBT002 - moto's signature
        """Nothing: there is no temporary file."""


class FolderKeys(_VersionedKeyStore):
    """The objects of the originals bucket, as moto keeps them.

    Args:
        look_up: Called with each key before it is searched here.
        listed: Set once all files are here; listings wait for it.
    """

    def __init__(self, look_up: Callable[[str], None], listed: threading.Event) -> None:
        super().__init__()
        self._look_up = look_up
        self._listed = listed

    def __contains__(self, key: object) -> bool:
        self._look_up(str(key))
        return super().__contains__(key)

    # In place of moto's, which looks up each key again and fails if one was removed meanwhile.
    def items(self) -> Iterator[tuple[str, Any]]:  # type: ignore[override] # as moto's
        """Keys with the newest version of each."""
        self._listed.wait()
        return ((key, versions[-1]) for key, versions in list(dict.items(self)))


def _default_encryption(bucket: FakeBucket) -> str | None:
    """The encryption that S3 names for objects of a bucket."""
    default = bucket.encryption
    return default["Rule"]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] if default else None
