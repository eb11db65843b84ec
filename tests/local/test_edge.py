"""The whole stack with its front, as a viewer meets it: the template's distribution and the real function."""

import itertools
import os
import random
import threading
import time
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from PIL import Image

from tests.local.scripted import x_cache
from tests.support.images import encoded, jpeg
from tests.support.plain import PLAIN
from tests.support.serving import Serving, originals, serving, until

pytestmark = pytest.mark.xdist_group("edge")

BOTH = "image/avif,image/webp,image/apng,image/*,*/*;q=0.8"
MEGABYTE = 1_000_000


def noise(width: int, height: int) -> Image.Image:
    return Image.frombytes("RGB", (width, height), random.Random(1).randbytes(width * height * 3))  # noqa: S311


@pytest.fixture(scope="module")
def edge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One stack, whose function logs each request that reaches it."""
    files = {
        "a.jpg": jpeg(),
        "b c+%é.jpg": jpeg(120, 90),
        "large.png": encoded(noise(1_600, 1_400), "PNG", compress_level=0),
        **{f"{size}.bin": random.Random(size).randbytes(size * MEGABYTE) for size in (1, 5, 20, 30)},  # noqa: S311
    }
    folder = originals(tmp_path_factory.mktemp("originals"), files)
    with serving("--originals", str(folder), "--log-level", "debug") as stack:
        yield stack


counts_calls = pytest.mark.skipif(
    "SERVED_BY" in os.environ, reason="through Lambda's runtime, where the function's lines are not those of the stack"
)


def calls(stack: Serving, text: str) -> int:
    """How many requests reached the function, by a text in their paths or keys."""
    return sum('"message":"request"' in line and text in line for line in stack.told().splitlines())


@counts_calls
def test_fifty_first_requests_are_one_call(edge: Serving) -> None:
    """Fifty viewers request an image for the first time: one call, one encode, fifty equal bodies."""
    ready = threading.Barrier(50)
    answers: list[httpx.Response] = []

    def ask(number: int) -> None:
        ready.wait()
        answers.append(edge.get(f"/a.jpg?junk={number}&width=333", accept=BOTH))

    before = calls(edge, "/a.jpg")
    threads = [threading.Thread(target=ask, args=(number,)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {(answer.status_code, answer.headers["content-type"]) for answer in answers} == {(200, "image/avif")}
    assert len({answer.content for answer in answers}) == 1
    until(lambda: calls(edge, "/a.jpg") > before)
    time.sleep(0.5)
    assert calls(edge, "/a.jpg") == before + 1


BROWSERS = {
    # What they send for images, and the best format that they have proved to decode.
    "Chrome": ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "avif"),
    "Firefox": ("image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5", "avif"),
    "Firefox 90": ("image/webp,*/*", "webp"),
    "Safari 13": ("image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5", "jpeg"),
    "curl": ("*/*", "jpeg"),
}


def test_no_browser_gets_what_it_cannot_decode(edge: Serving) -> None:
    """In any order of requests, each browser gets the best of the formats that its Accept header proves."""
    with httpx.Client(base_url=edge.url, timeout=60, verify=PLAIN) as client:
        for width, pair in enumerate(itertools.permutations(BROWSERS, 2), start=20):
            order = dict.fromkeys((*pair, *BROWSERS))
            for browser in (*order, *order):
                accept, best = BROWSERS[browser]
                response = client.get(f"/a.jpg?width={width}", headers={"accept": accept})
                found = response.headers["content-type"].removeprefix("image/")
                assert found == best, (browser, pair)
                with Image.open(BytesIO(response.content)) as image:
                    assert image.format == found.upper()


@pytest.mark.parametrize("size", [1, 5, 20, 30])
def test_large_originals_arrive_whole(edge: Serving, size: int) -> None:
    """An original of any size arrives whole, through the function or by its redirect, the second time too."""
    body = random.Random(size).randbytes(size * MEGABYTE)  # noqa: S311
    with httpx.Client(base_url=edge.url, timeout=60, follow_redirects=True, verify=PLAIN) as client:
        for words in ({"Miss"}, {"Hit"}):
            response = client.get(f"/{size}.bin")
            assert response.content == body
            assert {x_cache(response)} == words
            assert ([step.status_code for step in response.history] == [302]) == (size > 4)
        assert client.get(f"/{size}.bin", headers={"range": "bytes=10-19"}).content == body[10:20]


@pytest.mark.parametrize("size", [1, 5, 20, 30])
def test_large_derived_objects_arrive_whole(edge: Serving, size: int) -> None:
    """A derived object of any size arrives whole from its bucket."""
    body = random.Random(size).randbytes(size * MEGABYTE)  # noqa: S311
    edge.s3().put_object(Bucket="derived", Key=f"made/{size}", Body=body)
    address = edge.object(f"/_derived/made/{size}")
    for word in ("Miss", "Hit"):
        response = edge.get(address)
        assert response.content == body
        assert x_cache(response) == word


def test_a_transformed_image_too_large_for_lambda(edge: Serving) -> None:
    """What the function makes and cannot return comes by its redirect from the bucket of derived objects."""
    with httpx.Client(base_url=edge.url, timeout=120, follow_redirects=True, verify=PLAIN) as client:
        response = client.get("/large.png?width=1500", headers={"accept": "*/*"})
    assert [step.status_code for step in response.history] == [302]
    assert response.url.path.startswith("/_derived/")
    assert len(response.content) > 4_500_000
    with Image.open(BytesIO(response.content)) as image:
        image.load()
        assert (image.format, image.width) == ("PNG", 1_500)


@pytest.mark.parametrize("path", ["/b%20c+%25%C3%A9.jpg", "/b%20c%2B%25%c3%a9.jpg", "/%62%20c+%25%C3%A9.jpg"])
def test_a_key_has_one_answer(edge: Serving, path: str) -> None:
    """All spellings of a path are one key for the function and one entry for the front."""
    response = edge.get(f"{path}?width=60", accept=BOTH)
    assert response.status_code == 200
    assert x_cache(edge.get("/b%20c+%25%C3%A9.jpg?width=060&junk", accept=BOTH)) == "Hit"


def test_the_viewer_cannot_speak_for_the_front(edge: Serving) -> None:
    """Headers that the front sets for the function are not the viewer's to set, and those for it do not get out."""
    forged = {"x-img-accept": "avif", "x-origin-secret": "guess", "x-forwarded-host": "other.example"}
    with httpx.Client(base_url=edge.url, timeout=60, verify=PLAIN) as client:
        response = client.get("/a.jpg?width=77", headers={"accept": "*/*", **forged})
        assert (response.status_code, response.headers["content-type"]) == (200, "image/jpeg")
        assert "x-img-edge" not in response.headers
        assert x_cache(client.get("/a.jpg?width=77", headers={"accept": "image/png"})) == "Hit"


def test_objects_can_only_be_read(edge: Serving) -> None:
    """The behaviours of the buckets allow GET and HEAD."""
    address = edge.object("/_original/a.jpg")
    assert edge.request("POST", address).status_code == 403
    assert edge.request("HEAD", address).headers["content-length"] == str(len(jpeg()))
    assert edge.request("DELETE", "/a.jpg").status_code == 405


def test_objects_are_for_those_who_were_sent_there(edge: Serving) -> None:
    """A bare key or a changed address gets 403, so signed addresses and referrer rules cannot be bypassed."""
    for path in ("/_original/a.jpg", "/_original/a.jpg?v=1", "/_derived/made/1"):
        assert edge.get(path).status_code == 403
    address = edge.object("/_original/a.jpg")
    assert edge.get(address).content == jpeg()
    for changed in (address[:-1], address.replace("a.jpg", "1.bin"), address.replace("v=v", "v=w")):
        assert edge.get(changed).status_code == 403


def test_purge_by_hand(edge: Serving) -> None:
    """What was changed past the stack's own eyes shows after a purge."""
    s3 = edge.s3()
    s3.put_object(Bucket="derived", Key="own.txt", Body=b"old")
    address = edge.object("/_derived/own.txt")
    assert edge.get(address).content == b"old"
    s3.put_object(Bucket="derived", Key="own.txt", Body=b"new")
    assert edge.get(address).content == b"old"
    assert edge.request("POST", "/_local/purge").status_code == 204
    assert edge.get(address).content == b"new"
    assert edge.request("GET", "/_local/purge").status_code == 404


@counts_calls
def test_without_the_edge(tmp_path: Path) -> None:
    """With --no-edge every request reaches the function, which believes the viewer's own Accept and Host."""
    folder = originals(tmp_path, {"a.jpg": jpeg(), "b%.jpg": jpeg(80, 60)})
    with serving("--originals", str(folder), "--no-edge", "--log-level", "debug") as stack:
        for accept, content_type in ((BOTH, "image/avif"), ("*/*", "image/jpeg"), (BOTH, "image/avif")):
            response = stack.get("/a.jpg?width=50", accept=accept)
            assert response.headers["content-type"] == content_type
            assert "x-cache" not in response.headers
            assert len(response.headers.get_list("date")) == 1
        assert stack.get("/b%25.jpg?width=40").status_code == 200
        assert stack.get("/_original/b%25.jpg").content == jpeg(80, 60)
        assert stack.request("POST", "/_local/purge").status_code in {404, 405}
        until(lambda: calls(stack, "/a.jpg") == 3)


def test_a_small_memory(tmp_path: Path) -> None:
    """With --edge-memory 1 (MB) a picture of more than a quarter of it is served and not kept."""
    folder = originals(tmp_path, {"a.jpg": jpeg(), "large.png": encoded(noise(400, 300), "PNG")})
    with serving("--originals", str(folder), "--edge-memory", "1") as stack:
        for path, words in (("a.jpg", ["Miss", "Hit"]), ("large.png", ["Miss", "Miss"])):
            address = stack.object(f"/_original/{path}")
            assert [x_cache(stack.get(address)) for _ in range(2)] == words
