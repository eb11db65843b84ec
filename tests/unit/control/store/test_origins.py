"""Origins as the API writes them."""

import pytest

from imagestack.control.store.origins import origin_text, read_origin

BUCKETS = ("my-bucket", "my.dotted.bucket")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("my-bucket", ("my-bucket", "")),
        ("my-bucket/", ("my-bucket", "")),
        ("my-bucket//a", ("my-bucket", "a")),
        ("my-bucket/a/b c/", ("my-bucket", "a/b c")),
        ("my.dotted.bucket/a", ("my.dotted.bucket", "a")),
        ("my-bucket.s3.amazonaws.com", ("my-bucket", "")),
        ("my-bucket.s3.eu-central-1.amazonaws.com/a", ("my-bucket", "a")),
        ("my-bucket.s3-eu-west-1.amazonaws.com", ("my-bucket", "")),
        ("my-bucket.s3.dualstack.us-east-2.amazonaws.com", ("my-bucket", "")),
        ("my-bucket.s3.cn-north-1.amazonaws.com.cn", ("my-bucket", "")),
        ("my.dotted.bucket.s3.eu-central-1.amazonaws.com", ("my.dotted.bucket", "")),
    ],
)
def test_read(text: str, found: tuple[str, str]) -> None:
    """A bucket is named by itself or by its S3 host name; the rest is the prefix."""
    assert read_origin(text, BUCKETS) == found


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "other",
        "my-bucket.evil.example",
        "my-bucket.s3.evil.example",
        "my-bucket.s3.amazonaws.com.evil.example",
        "s3://my-bucket",
        "https://my-bucket.s3.amazonaws.com",
        "my-bucket:443",
        "my-bucket/a//b",
        "my-bucket/../other",
        "my-bucket/./a",
        "my-bucket/a\x00",
        "my-bucket/a\\b",
        "my-bucket/" + "a" * 600,
    ],
)
def test_refused(text: str) -> None:
    """Any other origin is refused."""
    with pytest.raises(ValueError, match=r".+"):
        read_origin(text, BUCKETS)


@pytest.mark.parametrize("text", ["my-bucket", "my-bucket/a/b"])
def test_text(text: str) -> None:
    """The short form of an origin parses to the same origin."""
    assert origin_text(*read_origin(text, BUCKETS)) == text
