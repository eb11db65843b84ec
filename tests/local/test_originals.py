"""A folder and the originals bucket, kept the same."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imagestack_local.aws import stack
from imagestack_local.originals.originals import Changes, Originals
from tests.local.conftest import told
from tests.support.serving import originals

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Bucket = tuple["S3Client", str]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files count as written to their end at once; tests/local/test_being_written.py is about the others."""
    monkeypatch.setattr("imagestack_local.originals.settled.QUIET_SECONDS", 0)
    monkeypatch.setattr("imagestack_local.originals.settled.UNFINISHED_SECONDS", 0)


def of(bucket: Bucket, folder: Path, names: frozenset[str] | None = None) -> Originals:
    return Originals(stack.bucket(bucket[1]), folder, names)


def keys(bucket: Bucket) -> list[str]:
    return [entry["Key"] for entry in bucket[0].list_objects_v2(Bucket=bucket[1]).get("Contents", ())]


def stored(bucket: Bucket, key: str) -> Any:
    return bucket[0].get_object(Bucket=bucket[1], Key=key)


def test_files_become_objects(bucket: Bucket, tmp_path: Path) -> None:
    """An original is stored byte for byte, under its path, with the content type of its name."""
    originals(tmp_path, {"a.jpg": b"jpeg", "d/é +%.png": b"png", "plain": b"bytes"})
    kept = of(bucket, tmp_path)
    assert kept.take_over() == Changes(put=("a.jpg", "plain", "d/é +%.png"))
    assert len(kept) == 3
    assert stored(bucket, "a.jpg")["ContentType"] == "image/jpeg"
    assert stored(bucket, "d/é +%.png")["Body"].read() == b"png"
    assert stored(bucket, "plain")["ContentType"] == "application/octet-stream"


def test_nothing_changed_puts_nothing(bucket: Bucket, tmp_path: Path) -> None:
    """A file that did not change is not stored again, so that its Last-Modified stays."""
    kept = of(bucket, originals(tmp_path, {"a.jpg": b"1"}))
    kept.take_over()
    assert kept.take_over() == Changes()


def test_changes_are_taken_over(bucket: Bucket, tmp_path: Path) -> None:
    """Added and changed files are put, removed files are deleted, and the others are not changed."""
    kept = of(bucket, originals(tmp_path, {"same.jpg": b"1", "other.jpg": b"1", "gone.jpg": b"1"}))
    kept.take_over()
    (tmp_path / "gone.jpg").unlink()
    originals(tmp_path, {"other.jpg": b"12", "new/new.jpg": b"1"})
    assert kept.take_over() == Changes(put=("other.jpg", "new/new.jpg"), removed=("gone.jpg",))
    assert keys(bucket) == ["new/new.jpg", "other.jpg", "same.jpg"]
    assert stored(bucket, "other.jpg")["Body"].read() == b"12"


def test_headers_files_count(bucket: Bucket, tmp_path: Path) -> None:
    """A headers file sets the stored headers when it appears, and takes them back when it goes."""
    kept = of(bucket, originals(tmp_path, {"a.jpg": b"1"}))
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
    """With a broken headers file the original is stored nevertheless, and one line names the mistake."""
    originals(tmp_path, {"a.jpg": b"1", "a.jpg.headers.json": b"{"})
    of(bucket, tmp_path).take_over()
    assert stored(bucket, "a.jpg")["ContentType"] == "image/jpeg"
    assert len(told(caplog)) == 1
    assert "a.jpg.headers.json is not JSON" in told(caplog)[0]


def test_a_touched_file_is_read_again(bucket: Bucket, tmp_path: Path) -> None:
    """A file known to have been written is read again even if its size and time are what they were."""
    kept = of(bucket, originals(tmp_path, {"a.jpg": b"1"}))
    kept.take_over()
    assert kept.take_over(touched={tmp_path / "a.jpg"}) == Changes(put=("a.jpg",))


def test_what_cannot_be_read_is_tried_again(
    bucket: Bucket, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that may not be read is reported once. The original is there after a later look."""
    kept = of(bucket, originals(tmp_path, {"a.jpg": b"1"}))
    with monkeypatch.context() as patch:
        patch.setattr("os.access", lambda _path, _mode: False)
        assert kept.take_over() == Changes()
        assert kept.take_over() == Changes()
    assert len(told(caplog)) == 1
    assert "a.jpg' is left out: it cannot be read" in told(caplog)[0]
    assert keys(bucket) == []
    assert kept.take_over() == Changes(put=("a.jpg",))
    assert stored(bucket, "a.jpg")["Body"].read() == b"1"


def test_a_file_that_changes_while_it_is_read_is_read_again(
    bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bytes of a file that was written while it was read are sent to nobody; then they are read again."""
    kept = of(bucket, originals(tmp_path, {"a.jpg": b"1"}))
    assert kept.take_over() == Changes(put=("a.jpg",))
    times = iter(range(100))
    with monkeypatch.context() as patch:
        patch.setattr("imagestack_local.originals.file_object.stamp", lambda _result: (next(times),))
        with pytest.raises(bucket[0].exceptions.ClientError) as refused:
            stored(bucket, "a.jpg")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503
    assert refused.value.response["Error"]["Code"] == "SlowDown"
    assert stored(bucket, "a.jpg")["Body"].read() == b"1"
    assert kept.take_over() == Changes()


def test_what_is_left_out_is_told_once(bucket: Bucket, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file that cannot be an original is reported once, not at every look."""
    originals(tmp_path, {"a.jpg": b"1"})
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "nothing")
    kept = of(bucket, tmp_path)
    kept.take_over()
    kept.take_over()
    assert len(told(caplog)) == 1
    assert "gone.jpg' is left out: it is a symbolic link to nothing" in told(caplog)[0]


def test_only_the_named_files(bucket: Bucket, tmp_path: Path) -> None:
    """Samples are some files of a folder that holds other things, too; those that are missing are not missed."""
    originals(tmp_path, {"a.jpg": b"1", "b.jpg": b"1", "c/a.jpg": b"1"})
    of(bucket, tmp_path, frozenset({"a.jpg", "z.jpg"})).take_over()
    assert keys(bucket) == ["a.jpg"]


def test_only_touched_files_are_looked_at(bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that comes, changes or goes, or its headers file, needs no look at the whole folder."""
    kept = of(bucket, originals(tmp_path, {"a.jpg": b"1", "b.jpg": b"1"}))
    kept.take_over()
    monkeypatch.setattr(kept, "take_over", None)
    originals(tmp_path, {"a.jpg": b"12", "c.jpg": b"1"})
    (tmp_path / "b.jpg").unlink()
    touched = {tmp_path / name for name in ("a.jpg", "b.jpg", "c.jpg", "gone.tmp")}
    assert kept.take_over_touched(touched) == Changes(put=("a.jpg", "c.jpg"), removed=("b.jpg",))
    originals(tmp_path, {"a.jpg.headers.json": b"{}"})
    assert kept.take_over_touched({tmp_path / "a.jpg.headers.json"}) == Changes(put=("a.jpg",))


def test_touched_folders(bucket: Bucket, tmp_path: Path) -> None:
    """A folder that comes or goes brings or takes all files below it."""
    kept = of(bucket, originals(tmp_path, {"a.jpg": b"1", "old/b.jpg": b"1", "old/c/d.jpg": b"1"}))
    kept.take_over()
    (tmp_path / "old").rename(tmp_path / "new")
    changes = kept.take_over_touched({tmp_path / "old", tmp_path / "new"})
    assert changes.put == ("new/b.jpg", "new/c/d.jpg")
    assert set(changes.removed) == {"old/b.jpg", "old/c/d.jpg"}
    assert keys(bucket) == ["a.jpg", "new/b.jpg", "new/c/d.jpg"]


def test_changes_are_events(bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """S3 sends an event for each change, and none for the files that were there at the start."""
    sent: list[tuple[str, str]] = []
    monkeypatch.setattr(
        "imagestack_local.originals.originals.send_event",
        lambda _account, event, _bucket, found: sent.append((event.value, found.name)),
    )
    originals(tmp_path, {"a.jpg": b"1", "b.jpg": b"1"})
    for name in ("a.jpg", "b.jpg"):
        os.utime(tmp_path / name, (1, 1))
    kept = of(bucket, tmp_path)
    stored(bucket, "a.jpg")
    kept.take_over()
    assert sent == []
    originals(tmp_path, {"a.jpg": b"12", "c.jpg": b"1"})
    (tmp_path / "b.jpg").unlink()
    assert stored(bucket, "a.jpg")["Body"].read() == b"12"
    kept.take_over()
    created, removed = "s3:ObjectCreated:Put", "s3:ObjectRemoved:Delete"
    assert sent == [(created, "a.jpg"), (removed, "b.jpg"), (created, "c.jpg")]


def test_an_object_of_the_api_stays(bucket: Bucket, tmp_path: Path) -> None:
    """What is put or deleted by S3's API stays so until the file changes."""
    s3, name = bucket
    kept = of(bucket, originals(tmp_path, {"a.jpg": b"1", "b.jpg": b"1"}))
    kept.take_over()
    s3.put_object(Bucket=name, Key="a.jpg", Body=b"other")
    s3.delete_object(Bucket=name, Key="b.jpg")
    assert kept.take_over() == Changes()
    assert stored(bucket, "a.jpg")["Body"].read() == b"other"
    assert keys(bucket) == ["a.jpg"]
    originals(tmp_path, {"a.jpg": b"12", "b.jpg": b"12"})
    assert stored(bucket, "a.jpg")["Body"].read() == b"other"
    assert kept.take_over() == Changes(put=("a.jpg", "b.jpg"))
    assert stored(bucket, "a.jpg")["Body"].read() == stored(bucket, "b.jpg")["Body"].read() == b"12"


def test_an_object_like_those_of_s3(bucket: Bucket, tmp_path: Path) -> None:
    """An original can be listed, copied and read in parts, and its tag is the same wherever it is shown."""
    s3, name = bucket
    of(bucket, originals(tmp_path, {"d/a.jpg": b"0123456789"})).take_over()
    (entry,) = s3.list_objects_v2(Bucket=name, Prefix="d/")["Contents"]
    head = s3.head_object(Bucket=name, Key="d/a.jpg")
    assert (entry["Size"], head["ContentLength"]) == (10, 10)
    assert entry["ETag"] == head["ETag"] == stored(bucket, "d/a.jpg")["ETag"]
    assert s3.get_object(Bucket=name, Key="d/a.jpg", Range="bytes=2-4")["Body"].read() == b"234"
    s3.copy_object(Bucket=name, Key="copy.jpg", CopySource={"Bucket": name, "Key": "d/a.jpg"})
    assert stored(bucket, "copy.jpg")["Body"].read() == b"0123456789"
    assert stored(bucket, "copy.jpg")["ContentType"] == "image/jpeg"
