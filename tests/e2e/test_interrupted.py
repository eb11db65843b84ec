"""Work that is interrupted half-way: the stored objects afterwards, and the answer to the next request."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from time import monotonic, time
from typing import Any

import boto3
import pytest
from botocore.config import Config
from PIL import Image

from bench.deployment import DERIVED, ORIGINALS
from bench.emulated import LEASES, Built
from imagestack.serving.single_flight import MAX_WAIT_SECONDS
from tests.conftest import BOTH, Reply, reply_of
from tests.e2e.pool import Pool, pool
from tests.e2e.relay import Relay
from tests.e2e.site import Site, asked, put
from tests.support.dynamodb_local import NotThereError
from tests.support.images import BLUE, RED, encoded, jpeg, near
from tests.support.seaweedfs import seaweedfs

LOOKED_UP, FETCHED, WRITTEN = b"HEAD /originals/a.jpg", b"GET /originals/a.jpg", b"PUT /derived/"
QUERY = "width=400"
# Seconds that a slow machine adds to the wait for the lease of another function.
SLACK_SECONDS = 10
LEASE_SECONDS = 30


@dataclass(frozen=True)
class Held:
    """A store of objects behind a relay, and the environment that leads a function there."""

    s3: Any
    relay: Relay
    environment: dict[str, str]


@pytest.fixture(scope="module", params=["moto", "seaweedfs"])
def store(request: pytest.FixtureRequest, s3: Any) -> Iterator[tuple[Any, dict[str, str]]]:
    """A client of a store, and the environment that leads there."""
    if request.param == "moto":
        yield s3, {"AWS_ENDPOINT_URL": os.environ["AWS_ENDPOINT_URL"]}
        return
    try:
        with seaweedfs() as served:
            environment = served.environment()
            client = boto3.client(
                "s3",
                endpoint_url=served.address,
                aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
                aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
                config=Config(s3={"addressing_style": "path"}),
            )
            for bucket in (ORIGINALS, DERIVED):
                client.create_bucket(Bucket=bucket)
            yield client, environment
    except NotThereError as error:
        pytest.skip(str(error))


@pytest.fixture(scope="module")
def behind(store: tuple[Any, dict[str, str]]) -> Iterator[Held]:
    """The store, behind a relay."""
    s3, environment = store
    with Relay.before(environment["AWS_ENDPOINT_URL"]) as relay:
        there = {name: value for name, value in environment.items() if name != "AWS_ENDPOINT_URL"}
        yield Held(s3, relay, {**there, "AWS_ENDPOINT_URL_S3": relay.url})


@pytest.fixture(scope="module")
def two(built: Built, behind: Held, memory: int) -> Iterator[Pool]:
    """Two functions that have started."""
    with pool(built, 2, memory, **behind.environment) as found, ThreadPoolExecutor(2) as threads:
        for _, answer in threads.map(found.send, [asked("none.jpg")] * 2):
            assert reply_of(answer).status == 404
        yield found


@pytest.fixture
def held(behind: Held) -> Held:
    """The store with no objects and no leases."""
    for bucket in (ORIGINALS, DERIVED):
        for item in behind.s3.list_objects_v2(Bucket=bucket).get("Contents", ()):
            behind.s3.delete_object(Bucket=bucket, Key=item["Key"])
    for lease in leases():
        boto3.resource("dynamodb").Table(LEASES).delete_item(Key={"pk": lease["pk"]})
    return behind


def leases() -> list[dict[str, Any]]:
    """All leases."""
    found: list[dict[str, Any]] = boto3.resource("dynamodb").Table(LEASES).scan()["Items"]
    return found


def plain(colour: tuple[int, int, int]) -> bytes:
    """A picture of one colour."""
    return encoded(Image.new("RGB", (800, 600), colour))


def shows(body: bytes, colour: tuple[int, int, int]) -> bool:
    """Whether a picture has this colour."""
    return near(Image.open(BytesIO(body)).convert("RGB").getpixel((9, 9)), colour)


def test_function_killed_while_it_writes(held: Held, two: Pool, figures: list[str]) -> None:
    """No object is half-written. The next viewers wait for the dead function until its lease ends."""
    put(held.s3, "a.jpg", jpeg(800, 600))
    site = Site(two, held.s3)
    writing = held.relay.hold(WRITTEN)
    first = two.all[0].function
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(first.send, asked("a.jpg", QUERY, BOTH))
        writing.wait()
        os.kill(first.pid, signal.SIGKILL)
        writing.release(lost=True)
        _, told = running.result()
    assert "statusCode" not in told
    assert site.derived() == []
    began = monotonic()
    meanwhile = site.get("a.jpg", QUERY, BOTH)
    waited = monotonic() - began
    figures.append(f"The next request waits for the lease of a function that was killed: {waited:.1f} s")
    assert waited < MAX_WAIT_SECONDS + SLACK_SECONDS
    assert (meanwhile.image.format, meanwhile.image.size) == ("JPEG", (400, 300))
    assert meanwhile.reason == "compression: rate limit is exceeded"
    assert meanwhile.headers["Cache-Control"].startswith("public, max-age=")
    assert site.derived() == []
    [lease] = leases()
    assert "done" not in lease
    assert time() < float(lease["expires"]) < time() + LEASE_SECONDS
    # Half a minute later.
    boto3.resource("dynamodb").Table(LEASES).put_item(Item=lease | {"expires": 0})
    made = site.get("a.jpg", QUERY, BOTH)
    assert (made.image.format, made.image.size) == ("AVIF", (400, 300))
    [name] = site.derived()
    assert held.s3.get_object(Bucket=DERIVED, Key=name)["Body"].read() == made.body
    assert [item["done"] for item in leases()] == [True]


@pytest.mark.parametrize("first", ["older", "newer"])
def test_two_versions_at_once(held: Held, two: Pool, first: str) -> None:
    """Two functions write one derived object from two versions: in either order, no later answer has the old one."""
    put(held.s3, "a.jpg", plain(RED))
    site = Site(two, held.s3)
    with ThreadPoolExecutor(2) as threads:
        older = held.relay.hold(WRITTEN)
        of_older = threads.submit(site.get, "a.jpg", QUERY, BOTH)
        older.wait()
        put(held.s3, "a.jpg", plain(BLUE))
        newer = held.relay.hold(WRITTEN)
        of_newer = threads.submit(site.get, "a.jpg", QUERY, BOTH)
        newer.wait()
        order = [(older, of_older), (newer, of_newer)]
        for hold, running in order if first == "older" else reversed(order):
            hold.release()
            assert running.result().status == 200
    assert shows(of_older.result().body, RED)
    assert shows(of_newer.result().body, BLUE)
    assert shows(site.get("a.jpg", QUERY, BOTH).body, BLUE)
    check_kept(held, site, BLUE)


def check_kept(held: Held, site: Site, colour: tuple[int, int, int]) -> None:
    """Check that the one derived object has this colour, and names the current version of the original."""
    [name] = site.derived()
    kept = held.s3.get_object(Bucket=DERIVED, Key=name)
    original = held.s3.head_object(Bucket=ORIGINALS, Key="a.jpg")
    assert kept["Metadata"]["origin-etag"] == original["ETag"]
    assert shows(kept["Body"].read(), colour)


def interrupted(held: Held, site: Site, at: bytes, change: Any) -> Reply:
    """The answer to a request that is held at a call while something happens to the original."""
    with ThreadPoolExecutor(1) as threads:
        hold = held.relay.hold(at)
        running = threads.submit(site.get, "a.jpg", QUERY, BOTH)
        hold.wait()
        change()
        hold.release()
        return running.result()


@pytest.mark.parametrize(
    ("at", "colour"), [(LOOKED_UP, BLUE), (FETCHED, BLUE), (WRITTEN, RED)], ids=["looked up", "fetched", "written"]
)
def test_original_replaced(held: Held, two: Pool, at: bytes, colour: tuple[int, int, int]) -> None:
    """The answer and the derived object are those of the fetched version; the next request gets the new one."""
    put(held.s3, "a.jpg", plain(RED))
    site = Site(two, held.s3)
    version = held.s3.head_object(Bucket=ORIGINALS, Key="a.jpg")["ETag"]
    reply = interrupted(held, site, at, lambda: put(held.s3, "a.jpg", plain(BLUE)))
    assert (reply.status, shows(reply.body, colour)) == (200, True)
    [name] = site.derived()
    claimed = held.s3.head_object(Bucket=DERIVED, Key=name)["Metadata"]["origin-etag"]
    assert (claimed == version) == (colour == RED)
    for _ in range(2):
        assert shows(site.get("a.jpg", QUERY, BOTH).body, BLUE)
    check_kept(held, site, BLUE)


@pytest.mark.parametrize(
    ("at", "status"), [(LOOKED_UP, 404), (FETCHED, 404), (WRITTEN, 200)], ids=["looked up", "fetched", "written"]
)
def test_original_deleted(held: Held, two: Pool, at: bytes, status: int) -> None:
    """A function that has not fetched it answers 404, and so do all later requests."""
    put(held.s3, "a.jpg", plain(RED))
    site = Site(two, held.s3)
    reply = interrupted(held, site, at, lambda: held.s3.delete_object(Bucket=ORIGINALS, Key="a.jpg"))
    assert reply.status == status
    assert len(site.derived()) == (status == 200)
    assert site.get("a.jpg", QUERY, BOTH).status == 404
