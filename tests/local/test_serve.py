"""The local stack as a whole, as an operator starts it and a viewer asks it."""

import re
import socket
import threading
import time
from typing import Any

import httpx
import pytest

from imagestack_local import template
from imagestack_local.aws import settings
from tests.local.conftest import ODD
from tests.support.images import jpeg
from tests.support.plain import PLAIN
from tests.support.serving import Serving, size, until

pytestmark = pytest.mark.xdist_group("served")

BOTH = "image/avif,image/webp,*/*"


def test_it_says_when_it_is_ready(served: Serving) -> None:
    """The last line names the URL that answers; before it come the AWS endpoint and a command to try."""
    assert re.fullmatch(r"ready http://127\.0\.0\.1:\d+", served.lines[-1])
    assert served.lines.count(served.lines[-1]) == 1
    assert any(" aws dynamodb " in line and served.endpoint in line for line in served.lines)
    assert any(line.endswith(f"{served.url}/") for line in served.lines)
    assert served.get("/").status_code == 200


def test_an_image_is_transformed(served: Serving) -> None:
    """A request with parameters gets the original transformed by the real function."""
    response = served.get("/photo.jpg?width=200&crop=1:1", accept="image/webp")
    assert response.status_code == 200
    assert response.headers["content-type"] == "image/webp"
    assert response.headers["x-img-operations"] == "resize crop convert"
    assert size(response) == (150, 150)


def test_stored_headers_come_along(served: Serving) -> None:
    """What the headers file sets is stored with the original and comes with every answer."""
    for path in ("/photo.jpg", served.object("/_original/photo.jpg")):
        headers = served.get(path).headers
        assert headers["cache-control"] == "max-age=7"
        assert headers["x-amz-meta-credit"] == "NASA"


def test_head_is_get_without_body(served: Serving) -> None:
    """HEAD has the headers that GET would send, the length too."""
    get = served.get("/photo.jpg?width=80", accept="image/webp")
    head = served.request("HEAD", "/photo.jpg?width=80", accept="image/webp")
    assert head.content == b""
    assert head.headers["content-length"] == str(len(get.content))
    assert head.headers["etag"] == get.headers["etag"]


@pytest.mark.parametrize(("key", "path"), ODD.items())
def test_odd_keys(served: Serving, key: str, path: str) -> None:
    """A key with any characters is reached by its percent-encoded path, as an image and as an object."""
    assert served.get(served.object(f"/_original/{key}")).content == jpeg(64, 48)
    assert served.get(f"/_local/original/{path}").content == jpeg(64, 48)
    # The first rule is for names of images only.
    assert size(served.get(f"/{path}?width=32")) == ((32, 24) if key.endswith(".jpg") else (64, 48))


def test_derived_objects_are_served(served: Serving) -> None:
    """A derived object can be read under `/_derived/` at an address that the function has signed."""
    s3 = served.s3()
    image = served.get("/flat.png?width=50", accept="image/webp")
    until(lambda: "Contents" in s3.list_objects_v2(Bucket="derived"))
    keys = [entry["Key"] for entry in s3.list_objects_v2(Bucket="derived")["Contents"]]
    key = next(key for key in keys if "flat.png" in key and "width=50" in key)
    found = served.get(served.object(f"/_derived/{key}"))
    assert found.content == image.content
    assert found.headers["content-type"] == "image/webp"


def test_many_at_once(served: Serving) -> None:
    """Several viewers are answered at the same time, each with its own image."""
    found: dict[int, tuple[int, int]] = {}

    def ask(width: int) -> None:
        found[width] = size(served.get(f"/photo.jpg?width={width}", accept=BOTH))

    threads = [threading.Thread(target=ask, args=(width,)) for width in range(40, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {width: (width, (width * 3 + 2) // 4) for width in range(40, 60)}


def test_connections_are_kept(served: Serving) -> None:
    """All kinds of answers leave the connection open for the next request."""
    host, port = served.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=60) as connection:
        reader = connection.makefile("rb")
        for path in ("/", "/photo.jpg", "/none.jpg", "/_original/photo.jpg", "/_original/none", "/_local/page.css"):
            connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            assert reader.readline().startswith(b"HTTP/1.1 ")
            length = 0
            while (line := reader.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            assert length > 0
            assert len(reader.read(length)) == length
        reader.close()


def test_small_answers_come_at_once(served: Serving) -> None:
    """On a connection that is kept, no answer waits for the network to acknowledge its headers (40 ms)."""
    times = []
    with httpx.Client(base_url=served.url, verify=PLAIN) as client:
        for _ in range(20):
            began = time.perf_counter()
            client.get("/_local/page.css")
            times.append(time.perf_counter() - began)
    assert min(times[1:]) < 0.03


def test_settings_are_the_template_s(served: Serving) -> None:
    """The table and the buckets have the keys, stream, lifecycle and locks that the deployment has."""
    deployed = template.read()
    rules = deployed.properties("RulesTable", "AWS::DynamoDB::Table")
    description = served.rules().meta.client.describe_table(TableName="rules")["Table"]
    assert description["KeySchema"] == rules["KeySchema"]
    assert description["BillingModeSummary"]["BillingMode"] == rules["BillingMode"] == "PAY_PER_REQUEST"
    assert description["StreamSpecification"]["StreamViewType"] == rules["StreamSpecification"]["StreamViewType"]
    leases = deployed.properties("LeasesTable", "AWS::DynamoDB::Table")
    assert served.rules().meta.client.describe_table(TableName="leases")["Table"]["KeySchema"] == leases["KeySchema"]
    ttl = served.rules().meta.client.describe_time_to_live(TableName="leases")["TimeToLiveDescription"]
    assert ttl["AttributeName"] == leases["TimeToLiveSpecification"]["AttributeName"]
    s3 = served.s3()
    for bucket, logical_id in (("originals", "OriginalsBucket"), ("derived", "DerivedBucket")):
        calls = settings.bucket(deployed.properties(logical_id, "AWS::S3::Bucket"))
        expected: Any = calls["put_bucket_lifecycle_configuration"]["LifecycleConfiguration"]["Rules"]
        found: Any = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
        assert [rule["ID"] for rule in found] == [rule["ID"] for rule in expected]
        assert [rule.get("Expiration") for rule in found] == [rule.get("Expiration") for rule in expected]
        locks = s3.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
        assert set(locks.values()) == {True}
