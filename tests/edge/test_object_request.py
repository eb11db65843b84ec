"""Requests for objects in the buckets, which viewers are sent to for bodies too large for Lambda."""

import pytest

from tests.edge.events import Function, viewer_request


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("/_derived/a/@/b.avif", "/a/@/b.avif"),
        ("/_derived/a%20b.jpg/@/width=200,fmt=webp.webp", "/a%20b.jpg/@/width=200,fmt=webp.webp"),
        ("/_original/photo.jpg", "/photo.jpg"),
        ("/_original/deep/er/photo.jpg", "/deep/er/photo.jpg"),
        ("/_original/a%2Fb%3F.jpg", "/a%2Fb%3F.jpg"),
        ("/_original/caf%C3%A9.jpg", "/caf%C3%A9.jpg"),
        ("/_original/_original/photo.jpg", "/_original/photo.jpg"),
        ("/_original//photo.jpg", "//photo.jpg"),
        ("/_original/one+two%2B.jpg", "/one%2Btwo%2B.jpg"),
        ("/_original/", "/"),
    ],
)
def test_bucket_is_asked_for_the_key(object_request_function: Function, path: str, key: str) -> None:
    """The first segment is taken off, the rest stays encoded as it is, and a plus stays a plus for S3."""
    assert object_request_function(viewer_request(path))["uri"] == key


def test_rest_of_the_request_stays(object_request_function: Function) -> None:
    """Method, query and headers go on as they came."""
    event = viewer_request("/_derived/photo.jpg", "v=1", "HEAD", [("range", "bytes=0-1")])
    assert object_request_function(event) == event["request"] | {"uri": "/photo.jpg"}
