"""Objects by HTTP, as the front serves them from a bucket."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

import anyio
import boto3
import httpx
import pytest
from botocore.config import Config
from starlette.routing import Route, Router

from imagestack_local.front.objects import Objects
from tests.local.conftest import ODD

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Bucket = tuple["S3Client", str]


class Client:
    """A viewer of a bucket's objects."""

    def __init__(self, s3: "S3Client", name: str, prefix: str = "/_original/") -> None:
        objects = Objects(s3, name, prefix)
        app = Router([Route(prefix + "{key:path}", objects.respond, methods=["GET", "HEAD"])], redirect_slashes=False)
        self._transport = httpx.ASGITransport(app)

    def request(self, method: str, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        async def ask() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://front") as client:
                return await client.request(method, path, headers=headers)

        return anyio.run(ask)

    def get(self, path: str, headers: dict[str, str] | None = None) -> httpx.Response:
        return self.request("GET", path, headers)


@pytest.fixture
def client(bucket: Bucket) -> Client:
    return Client(*bucket)


def put(bucket: Bucket, key: str, body: bytes = b"0123456789") -> str:
    return bucket[0].put_object(Bucket=bucket[1], Key=key, Body=body, ContentType="image/jpeg")["ETag"]


def test_everything_that_is_stored_is_told(client: Client, bucket: Bucket) -> None:
    """The response has the object's bytes and all headers that it is stored with."""
    s3, name = bucket
    s3.put_object(
        Bucket=name,
        Key="a.jpg",
        Body=b"12345",
        ContentType="image/jpeg",
        ContentEncoding="gzip-not",
        CacheControl="max-age=5",
        ContentDisposition="inline",
        ContentLanguage="de",
        Expires=datetime(2026, 10, 21, 7, 28, tzinfo=UTC),
        Metadata={"credit": "NASA"},
    )
    response = client.get("/_original/a.jpg")
    assert response.status_code == 200
    assert response.content == b"12345"
    expected = {
        "content-type": "image/jpeg",
        "content-length": "5",
        "content-encoding": "gzip-not",
        "cache-control": "max-age=5",
        "content-disposition": "inline",
        "content-language": "de",
        "expires": "Wed, 21 Oct 2026 07:28:00 GMT",
        "x-amz-meta-credit": "NASA",
        "x-content-type-options": "nosniff",
        "accept-ranges": "bytes",
    }
    assert response.headers.items() >= expected.items()
    assert response.headers["etag"].startswith('"')
    assert response.headers["last-modified"].endswith(" GMT")
    assert not {"x-amz-request-id", "server"} & response.headers.keys()


def test_head_has_the_same_headers(client: Client, bucket: Bucket) -> None:
    """HEAD is GET without the body."""
    put(bucket, "a.jpg")
    get, head = client.get("/_original/a.jpg"), client.request("HEAD", "/_original/a.jpg")
    assert head.status_code == 200
    assert head.content == b""
    assert head.headers == get.headers


@pytest.mark.parametrize(("key", "path"), [*ODD.items(), ("plus+plus.jpg", "plus%2Bplus.jpg")])
def test_odd_keys(client: Client, bucket: Bucket, key: str, path: str) -> None:
    """The key is the path after the prefix, percent-decoded once; a plus is a plus."""
    put(bucket, key, key.encode())
    assert client.get(f"/_original/{path}").content == key.encode()
    # As an origin behind the front it gets the key alone.
    assert Client(*bucket, "/").get(f"/{path}").content == key.encode()


@pytest.mark.parametrize(
    ("ranges", "status", "body", "content_range"),
    [
        ("bytes=2-4", 206, b"234", "bytes 2-4/10"),
        ("bytes=7-", 206, b"789", "bytes 7-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
    ],
)
def test_ranges(client: Client, bucket: Bucket, ranges: str, status: int, body: bytes, content_range: str) -> None:
    """A range of the object comes alone, with 206."""
    put(bucket, "a.jpg")
    response = client.get("/_original/a.jpg", headers={"Range": ranges})
    assert (response.status_code, response.content) == (status, body)
    assert response.headers["content-range"] == content_range


def test_a_range_beyond_the_object(client: Client, bucket: Bucket) -> None:
    """If the object does not have the range, the response is 416."""
    put(bucket, "a.jpg")
    assert client.get("/_original/a.jpg", headers={"Range": "bytes=10-"}).status_code == 416


def test_if_range_gets_the_whole(client: Client, bucket: Bucket) -> None:
    """With If-Range the whole object comes, which is right whatever the condition says."""
    etag = put(bucket, "a.jpg")
    response = client.get("/_original/a.jpg", headers={"Range": "bytes=0-1", "If-Range": etag})
    assert (response.status_code, response.content) == (200, b"0123456789")


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_known_object_is_304(client: Client, bucket: Bucket, form: str, method: str) -> None:
    """An object that the viewer has is not sent again."""
    etag = put(bucket, "a.jpg")
    response = client.request(method, "/_original/a.jpg", headers={"If-None-Match": form.format(etag)})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["etag"] == etag


def test_another_object_is_200(client: Client, bucket: Bucket) -> None:
    """An object that the viewer has in another version is sent."""
    put(bucket, "a.jpg")
    assert client.get("/_original/a.jpg", headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("path", ["none.jpg", "", "%ff.jpg", "../a.jpg", "a.jpg/", quote("x" * 2_000)])
def test_what_is_not_there_is_404(client: Client, bucket: Bucket, path: str) -> None:
    """If no object has the key, or none can have it, the response is 404."""
    put(bucket, "a.jpg")
    assert client.get(f"/_original/{path}").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_405(client: Client, bucket: Bucket, method: str) -> None:
    """Objects can be read through the front and nothing else."""
    put(bucket, "a.jpg")
    response = client.request(method, "/_original/a.jpg")
    assert response.status_code == 405
    assert set(response.headers["allow"].split(", ")) == {"GET", "HEAD"}


def test_s3_that_fails_is_502(bucket: Bucket) -> None:
    """When S3 does not do as it should, the viewer gets 502 and the server lives on."""
    client = Client(bucket[0], "no-such-bucket")
    assert client.get("/_original/a.jpg").status_code == 404
    broken = Client(
        boto3.client("s3", endpoint_url="http://127.0.0.1:9", config=Config(retries={"total_max_attempts": 1})), "b"
    )
    assert broken.get("/_original/a.jpg").status_code == 502
