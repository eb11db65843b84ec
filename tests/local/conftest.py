"""One running local stack that tests share, and an S3 for the parts of the stack."""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config

from tests.support.images import jpeg, png
from tests.support.serving import Serving, originals, serving

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the local stack has logged."""
    return [record.getMessage() for record in caplog.records if record.name.startswith("imagestack_local")]


ODD = {
    "100%.jpg": "100%25.jpg",
    "50%25.jpg": "50%2525.jpg",
    "what?.jpg": "what%3F.jpg",
    "hash#tag.jpg": "hash%23tag.jpg",
    "a b.jpg": "a%20b.jpg",
    "plus+plus.jpg": "plus+plus.jpg",
    "é/ü&=.jpg": "%C3%A9/%C3%BC&=.jpg",
    "日本.jpg": "%E6%97%A5%E6%9C%AC.jpg",
    "quote'\".jpg": "quote'%22.jpg",
    "a:b;c,d@e.jpg": "a:b;c,d@e.jpg",
    "[x]~!.jpg": "[x]~!.jpg",
    "no-extension": "no-extension",
}
"""Keys that are easily got wrong, and how a viewer asks for them."""


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One stack for all tests that change nothing that others look at."""
    files = {"photo.jpg": jpeg(), "flat.png": png(), "notes.txt": b"words", **dict.fromkeys(ODD, jpeg(64, 48))}
    folder = originals(tmp_path_factory.mktemp("originals"), files)
    (folder / "photo.jpg.headers.json").write_text('{"Cache-Control": "max-age=7", "X-Amz-Meta-Credit": "NASA"}')
    with serving("--originals", str(folder)) as stack:
        yield stack


@pytest.fixture
def bucket(aws: str) -> Iterator[tuple["S3Client", str]]:
    """A bucket of this test's own, and a client that sends no request twice."""
    s3 = boto3.client("s3", endpoint_url=aws, config=Config(retries={"total_max_attempts": 1}))
    name = f"local-{uuid.uuid4()}"
    s3.create_bucket(Bucket=name)
    yield s3, name
    s3.close()
