"""A folder and the originals bucket, kept the same."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imagestack_local.originals.originals import Changes, Originals
from tests.local.conftest import told
from tests.support.serving import originals

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Bucket = tuple["S3Client", str]


def keys(bucket: Bucket) -> list[str]:
    return [entry["Key"] for entry in bucket[0].list_objects_v2(Bucket=bucket[1]).get("Contents", ())]


def stored(bucket: Bucket, key: str) -> Any:
    return bucket[0].get_object(Bucket=bucket[1], Key=key)


def test_files_become_objects(bucket: Bucket, tmp_path: Path) -> None:
    """An original is stored byte for byte, under its path, with the content type of its name."""
    originals(tmp_path, {"a.jpg": b"jpeg", "d/é +%.png": b"png", "plain": b"bytes"})
    kept = Originals(*bucket, tmp_path)
    assert kept.take_over() == Changes(put=("a.jpg", "plain", "d/é +%.png"))
    assert len(kept) == 3
    assert stored(bucket, "a.jpg")["ContentType"] == "image/jpeg"
    assert stored(bucket, "d/é +%.png")["Body"].read() == b"png"
    assert stored(bucket, "plain")["ContentType"] == "application/octet-stream"


def test_nothing_changed_puts_nothing(bucket: Bucket, tmp_path: Path) -> None:
    """A file that did not change is not stored again, so that its Last-Modified stays."""
    kept = Originals(*bucket, originals(tmp_path, {"a.jpg": b"1"}))
    kept.take_over()
    assert kept.take_over() == Changes()


def test_changes_are_taken_over(bucket: Bucket, tmp_path: Path) -> None:
    """Files added, changed and removed are put and deleted; the others are left alone."""
    kept = Originals(*bucket, originals(tmp_path, {"same.jpg": b"1", "other.jpg": b"1", "gone.jpg": b"1"}))
    kept.take_over()
    (tmp_path / "gone.jpg").unlink()
    originals(tmp_path, {"other.jpg": b"12", "new/new.jpg": b"1"})
    assert kept.take_over() == Changes(put=("other.jpg", "new/new.jpg"), removed=("gone.jpg",))
    assert keys(bucket) == ["new/new.jpg", "other.jpg", "same.jpg"]
    assert stored(bucket, "other.jpg")["Body"].read() == b"12"


def test_headers_files_count(bucket: Bucket, tmp_path: Path) -> None:
    """A headers file sets the stored headers when it appears, and takes them back when it goes."""
    kept = Originals(*bucket, originals(tmp_path, {"a.jpg": b"1"}))
    kept.take_over()
    originals(tmp_path, {"a.jpg.headers.json": b'{"content-type": "image/png", "x-amz-meta-credit": "NASA"}'})
    assert kept.take_over() == Changes(put=("a.jpg",))
    assert stored(bucket, "a.jpg")["ContentType"] == "image/png"
    assert stored(bucket, "a.jpg")["Metadata"] == {"credit": "NASA"}
    (tmp_path / "a.jpg.headers.json").unlink()
    assert kept.take_over() == Changes(put=("a.jpg",))
    assert stored(bucket, "a.jpg")["ContentType"] == "image/jpeg"
    assert stored(bucket, "a.jpg")["Metadata"] == {}


def test_a_broken_headers_file_loses_no_original(
    bucket: Bucket, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """With a broken headers file the original is stored nevertheless, and one line tells what is wrong."""
    originals(tmp_path, {"a.jpg": b"1", "a.jpg.headers.json": b"{"})
    Originals(*bucket, tmp_path).take_over()
    assert stored(bucket, "a.jpg")["ContentType"] == "image/jpeg"
    assert len(told(caplog)) == 1
    assert "a.jpg.headers.json is not JSON" in told(caplog)[0]


def test_a_touched_file_is_read_again(bucket: Bucket, tmp_path: Path) -> None:
    """A file known to have been written is read again even if its size and time are what they were."""
    kept = Originals(*bucket, originals(tmp_path, {"a.jpg": b"1"}))
    kept.take_over()
    assert kept.take_over(touched={tmp_path / "a.jpg"}) == Changes(put=("a.jpg",))


def test_a_refused_put_is_tried_again(
    bucket: Bucket, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When S3 fails, it is told once, and the original is stored at a later look."""
    s3, name = bucket
    kept = Originals(s3, "no-such-bucket", originals(tmp_path, {"a.jpg": b"1"}))
    assert kept.take_over() == Changes()
    assert kept.take_over() == Changes()
    assert len(told(caplog)) == 1
    assert "NoSuchBucket" in told(caplog)[0]
    monkeypatch.setattr(kept, "_bucket", name)
    assert kept.take_over() == Changes(put=("a.jpg",))


def test_a_file_that_changes_while_it_is_read_is_read_again(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was being written while it was read counts as not yet seen."""
    kept = Originals(*bucket, originals(tmp_path, {"a.jpg": b"1"}))
    times = iter(range(100))
    with monkeypatch.context() as patch:
        patch.setattr("imagestack_local.originals.originals.stamp", lambda _result: (next(times),))
        kept.take_over()
    assert kept.take_over() == Changes(put=("a.jpg",))
    assert kept.take_over() == Changes()


def test_what_is_left_out_is_told_once(bucket: Bucket, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file that cannot be an original is told of once, not at every look."""
    originals(tmp_path, {"a.jpg": b"1"})
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nothing")
    kept = Originals(*bucket, tmp_path)
    kept.take_over()
    kept.take_over()
    assert len(told(caplog)) == 1
    assert "gone.jpg' is left out: it is a symbolic link to nothing" in told(caplog)[0]


def test_only_the_named_files(bucket: Bucket, tmp_path: Path) -> None:
    """Samples are some files of a folder that holds other things, too; those that are missing are not missed."""
    originals(tmp_path, {"a.jpg": b"1", "b.jpg": b"1", "c/a.jpg": b"1"})
    Originals(*bucket, tmp_path, names=frozenset({"a.jpg", "z.jpg"})).take_over()
    assert keys(bucket) == ["a.jpg"]
