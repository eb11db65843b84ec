"""Files that are still being written are no originals yet, whenever they are requested."""

import os
import threading
import time
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from imagestack_local.aws import stack
from imagestack_local.originals import folder, settled
from imagestack_local.originals.originals import Changes, Originals
from tests.support.images import jpeg, png
from tests.support.serving import originals

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

OLD, NEW = jpeg(320, 240), jpeg(640, 480)


class Kept:
    """A folder that is kept as a bucket."""

    def __init__(self, s3: "S3Client", bucket: str, root: Path) -> None:
        self._s3 = s3
        self._bucket = bucket
        self.root = root
        self.originals = Originals(stack.bucket(bucket), root)

    def get(self, key: str) -> bytes | int:
        """The bytes of an original, or the status of S3's answer."""
        try:
            return self._s3.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._s3.exceptions.ClientError as error:
            answer: Any = error.response
            return int(answer["ResponseMetadata"]["HTTPStatusCode"])

    def etag(self, key: str) -> str:
        return self._s3.head_object(Bucket=self._bucket, Key=key)["ETag"]


@pytest.fixture
def kept(bucket: tuple["S3Client", str], tmp_path: Path) -> Kept:
    return Kept(*bucket, tmp_path)


def age(path: Path, seconds: float) -> None:
    """Let a file be written so long ago."""
    written = time.time() - seconds
    os.utime(path, (written, written))


def saved(form: str) -> bytes:
    body = BytesIO()
    Image.new("RGB", (64, 48), "red").save(body, form)
    return body.getvalue()


def test_a_new_file_waits_until_it_is_quiet(kept: Kept) -> None:
    """A file that was written to a moment ago is not there; soon after it is."""
    originals(kept.root, {"a.jpg": OLD})
    assert kept.originals.take_over() == Changes()
    assert kept.get("a.jpg") == 404
    age(kept.root / "a.jpg", settled.QUIET_SECONDS)
    assert kept.originals.take_over_touched(()) == Changes(put=("a.jpg",))
    assert kept.get("a.jpg") == OLD


def test_half_a_jpeg_is_never_an_original(kept: Kept) -> None:
    """A picture without its end waits, however slowly it is written, until its end is there."""
    originals(kept.root, {"a.jpg": NEW[:5_000]})
    age(kept.root / "a.jpg", settled.UNFINISHED_SECONDS - 5)
    assert kept.originals.take_over() == Changes()
    assert kept.get("a.jpg") == 404
    originals(kept.root, {"a.jpg": NEW})
    age(kept.root / "a.jpg", settled.QUIET_SECONDS)
    assert kept.get("a.jpg") == NEW


def test_a_broken_file_is_an_original_in_the_end(kept: Kept) -> None:
    """A picture that will never have an end is taken over as it is, once nobody has written to it for long."""
    originals(kept.root, {"a.jpg": NEW[:5_000]})
    age(kept.root / "a.jpg", settled.UNFINISHED_SECONDS)
    assert kept.originals.take_over() == Changes(put=("a.jpg",))
    assert kept.get("a.jpg") == NEW[:5_000]


def test_an_original_that_is_overwritten_in_place(kept: Kept) -> None:
    """While it is written requests wait and are then refused for a moment; what comes is the old or the new one."""
    path = kept.root / "a.jpg"
    originals(kept.root, {"a.jpg": OLD})
    age(path, 60)
    kept.originals.take_over()
    seen: set[bytes | int] = set()
    is_over = threading.Event()

    def ask() -> None:
        while not is_over.is_set():
            seen.add(kept.get("a.jpg"))

    asking = threading.Thread(target=ask)
    asking.start()
    with path.open("wb") as file:
        for beginning in range(0, len(NEW), len(NEW) // 5):
            file.write(NEW[beginning : beginning + len(NEW) // 5])
            file.flush()
            time.sleep(0.6)
    while NEW not in seen:
        time.sleep(0.05)
    is_over.set()
    asking.join()
    assert seen <= {OLD, NEW, 503}


def test_a_file_that_is_moved_into_place(kept: Kept) -> None:
    """The new picture is there at once, under another tag, even if it is older than the one before."""
    originals(kept.root, {"a.jpg": OLD, "b.tmp": NEW})
    age(kept.root / "a.jpg", 60)
    age(kept.root / "b.tmp", 3_600)
    kept.originals.take_over()
    before = kept.etag("a.jpg")
    (kept.root / "b.tmp").rename(kept.root / "a.jpg")
    assert kept.get("a.jpg") == NEW
    assert kept.etag("a.jpg") != before
    assert kept.get("b.tmp") == 404


def test_what_is_asked_for_before_the_folder_was_listed(kept: Kept) -> None:
    """An original is looked up on the disk; one that has another spelling there is none."""
    originals(kept.root, {"a/b.jpg": OLD, "c.jpg.headers.json": b"{}"})
    age(kept.root / "a/b.jpg", 60)
    (kept.root / "link").symlink_to(kept.root / "a")
    assert kept.get("a/b.jpg") == OLD
    wrong = ("a//b.jpg", "a/./b.jpg", "a/../a/b.jpg", "a", "a/", "link/b.jpg", "c.jpg.headers.json", "none.jpg")
    assert [folder.find(kept.root, key) for key in wrong] == [None] * len(wrong)
    assert kept.originals.take_over() == Changes()
    assert len(kept.originals) == 1


def test_a_file_of_another_clock(kept: Kept) -> None:
    """A time in the future says nothing of when the file was written, and does not keep it away."""
    originals(kept.root, {"a.jpg": OLD})
    age(kept.root / "a.jpg", -3_600)
    assert kept.get("a.jpg") == OLD


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
def test_images_tell_their_end(form: str) -> None:
    """A whole file is whole; a beginning of it, of any length, is not."""
    body = saved(form)
    assert settled.is_whole(body)
    assert not any(settled.is_whole(body[:length]) for length in (0, 20, len(body) // 2, len(body) - 1))


def test_more_after_the_end_is_no_matter() -> None:
    """Phones append a film to a JPEG; a thumbnail's end before the picture is not its own."""
    assert settled.is_whole(jpeg() + b"film" * 100)
    thumbnail = b"\xff\xe1" + (len(OLD) + 2).to_bytes(2, "big") + OLD
    assert settled.is_whole(NEW[:2] + thumbnail + NEW[2:])
    assert not settled.is_whole(NEW[:2] + thumbnail + NEW[2:5_000])


def test_what_tells_no_end_is_whole() -> None:
    """Of other files nothing is known but that they are empty before they are written."""
    assert settled.is_whole(b"<svg/>")
    assert settled.is_whole(b"words")
    assert not settled.is_whole(b"")
    assert settled.is_whole(png())
