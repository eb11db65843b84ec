"""How an origin is written: a bucket, or its host name at S3, with or without a prefix."""

import re

_HOST = re.compile(r"\.s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_LONGEST = 512


def read_origin(text: str, buckets: tuple[str, ...]) -> tuple[str, str]:
    """The bucket and the prefix, without slashes at its ends.

    Args:
        text: `bucket`, `bucket/prefix`, or with the bucket's host name at S3 in its place.
        buckets: those that are allowed.

    Raises:
        ValueError: what is wrong with it.
    """
    name, _, rest = text.partition("/")
    bucket = _HOST.sub("", name)
    if bucket not in buckets:
        raise ValueError(f"is none of the allowed buckets: {', '.join(buckets)}")
    prefix = rest.strip("/")
    if len(prefix) > _LONGEST or _CONTROL.search(prefix):
        raise ValueError("the prefix is too long or has characters that it cannot have")
    if any(segment in ("", ".", "..") for segment in prefix.split("/")) and prefix:
        raise ValueError("the prefix has an empty segment, . or ..")
    return bucket, prefix


def origin_text(bucket: str, prefix: str) -> str:
    """The short way to write it."""
    return f"{bucket}/{prefix}" if prefix else bucket
