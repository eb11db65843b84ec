"""Origins as text: a bucket or its S3 host name, with or without a prefix."""

import re

_HOST = re.compile(r"\.s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\\]")
_LONGEST = 512


def read_origin(text: str, buckets: tuple[str, ...]) -> tuple[str, str]:
    """Parse an origin.

    Args:
        text: `bucket` or `bucket/prefix`, with the bucket's name or its host name at S3.
        buckets: The allowed buckets.

    Returns:
        The bucket, and the prefix without slashes at its ends.

    Raises:
        ValueError: The origin is invalid; the message says why.
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
    """The shortest text of an origin."""
    return f"{bucket}/{prefix}" if prefix else bucket
