"""`imagestack prefetch`."""

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from time import monotonic, sleep
from typing import Any

import boto3
import pytest
import urllib3

import imagestack_cli.api.originals
import imagestack_cli.warming
from imagestack.request.accept import BROWSERS
from tests.cli.conftest import APP, BUCKET, HOST, ROOT, Operator, Ran, resource
from tests.support.images import jpeg
from tests.support.serving import originals, serving

BODY = b"i" * 1_000
AVIF, WEBP, NONE = BROWSERS["avif"], BROWSERS["webp"], BROWSERS["none"]


@dataclass
class Images:
    """A site that counts."""

    url: str = ""
    asked: Counter[tuple[str, str]] = field(default_factory=Counter)
    hosts: set[str] = field(default_factory=set)
    most: int = 0
    under_way: int = 0
    failing: dict[str, list[int]] = field(default_factory=dict)
    slow: float = 0

    @property
    def operator(self) -> Operator:
        return Operator(("--site", self.url))


@pytest.fixture
def images() -> Iterator[Images]:
    """A site over a real socket."""
    site, lock = Images(), Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            with lock:
                site.asked[self.path, self.headers["Accept"]] += 1
                site.hosts.add(self.headers["Host"])
                site.under_way += 1
                site.most = max(site.most, site.under_way)
                left = site.failing.get(self.path, [])
                status = left.pop(0) if left else 200
            sleep(site.slow)
            with lock:
                site.under_way -= 1
            self.send_response(status)
            self.send_header("Content-Length", str(len(BODY)))
            self.send_header("X-Cache", "Miss from cloudfront")
            self.end_headers()
            self.wfile.write(BODY)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    yield site
    server.shutdown()
    thread.join()
    server.server_close()


def test_everything_once(images: Images) -> None:
    """Each path is requested once with each plan as each class of browsers."""
    ran = images.operator.run("prefetch", "/a.jpg", "/b c.jpg", "/a.jpg", "--plan", "", "--plan", "width=10", "--json")
    assert ran.json == {
        "requested": 12,
        "bytes": 12_000,
        "done_before": 0,
        "caches": {"Miss from cloudfront": 12},
        "failed": [],
    }
    targets = ("/a.jpg", "/a.jpg?width=10", "/b%20c.jpg", "/b%20c.jpg?width=10")
    assert images.asked == {(target, accept): 1 for target in targets for accept in (AVIF, WEBP, NONE)}


def test_a_file(images: Images, tmp_path: Path) -> None:
    """A file has a path on each line; empty lines and comments are none. Standard input is a file too."""
    text = "# all\n/a.jpg\r\n\n/é%20/b.jpg\n"
    file = tmp_path / "paths.txt"
    file.write_text(text)
    assert images.operator.run("prefetch", "--file", str(file), "--browser", "webp").code == 0
    assert images.operator.run("prefetch", "--file", "-", "--browser", "image/png", told=text).code == 0
    paths = ("/a.jpg", "/%C3%A9%20/b.jpg")
    assert images.asked == {(path, accept): 1 for path in paths for accept in (WEBP, "image/png")}


def test_going_on(images: Images, tmp_path: Path) -> None:
    """Requests that a state file has are not sent again; failed and new ones are."""
    images.failing["/b.jpg"] = [404]
    command = ("prefetch", "/a.jpg", "/b.jpg", "--browser", "none", "--state", str(tmp_path / "state"))
    first = images.operator.run(*command, "--json")
    assert first.code == 1
    assert json.loads(first.out)["failed"] == [{"path": "/b.jpg", "accept": NONE, "failure": "404"}]
    second = images.operator.run(*command, "/c.jpg", "--json").json
    assert (second["requested"], second["done_before"]) == (2, 1)
    assert images.operator.run(*command, "--json").json["requested"] == 0
    assert images.asked == {("/a.jpg", NONE): 1, ("/b.jpg", NONE): 2, ("/c.jpg", NONE): 1}


def test_breaking_off(images: Images, tmp_path: Path) -> None:
    """A state file whose last line was cut off is used as far as it is whole."""
    state = tmp_path / "state"
    command = ("prefetch", "/a.jpg", "/b.jpg", "--browser", "none", "--concurrency", "1", "--state", str(state))
    assert images.operator.run(*command).code == 0
    lines = state.read_text()
    state.write_text(lines[:-5])
    assert images.operator.run(*command, "--json").json["requested"] == 1
    assert images.operator.run(*command, "--json").json["requested"] == 0


def test_concurrency(images: Images) -> None:
    """No more requests than `--concurrency` are in progress at a time."""
    images.slow = 0.05
    paths = [f"/{number}.jpg" for number in range(12)]
    assert images.operator.run("prefetch", *paths, "--browser", "none", "--concurrency", "3").code == 0
    assert 2 <= images.most <= 3


def test_rate(images: Images) -> None:
    """No more requests are sent in a second than said: the last of 11 at 20 a second starts after half a second."""
    paths = [f"/{number}.jpg" for number in range(11)]
    began = monotonic()
    assert images.operator.run("prefetch", *paths, "--browser", "none", "--rate", "20").code == 0
    assert monotonic() - began >= 0.5


def test_busy_sites_are_asked_again(images: Images) -> None:
    """Temporary failures are tried again. Permanent ones are counted, and the first of them are printed by name."""
    images.failing = {"/busy.jpg": [503, 429], "/gone.jpg": [404]}
    ran = images.operator.run("prefetch", "/busy.jpg", "/gone.jpg", "--browser", "none")
    assert ran.code == 1
    assert ran.out == "1 requested (1,000 bytes, 1 'Miss from cloudfront'), 0 done before, 1 failed\n"
    assert ran.err == f"404 /gone.jpg ({NONE})\nimagestack: 1 requests failed\n"
    assert images.asked["/busy.jpg", NONE] == 3


def test_host(images: Images) -> None:
    """With `--host`, requests have the name that the site will have once its DNS entry exists."""
    assert images.operator.run("prefetch", "/a.jpg", "--host", "images.example.com").code == 0
    assert images.hosts == {"images.example.com"}


def test_progress(images: Images) -> None:
    """Progress is printed on standard error, so that results can be piped."""
    ran = images.operator.process("prefetch", "/a.jpg", "--progress", "--json")
    assert ran.json["requested"] == 3
    assert "3/3" in ran.err
    assert images.operator.process("prefetch", "/a.jpg").err == ""


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("a.jpg",),
        ("//host/a.jpg",),
        ("/a.jpg?width=1",),
        ("/a.jpg", "--browser", "firefox"),
        ("/a.jpg", "--file", "/nowhere"),
        ("/a.jpg", "--state", "/nowhere/state"),
    ],
)
def test_usage(images: Images, arguments: tuple[str, ...]) -> None:
    """Wrong usage is refused before any request is sent."""
    assert images.operator.run("prefetch", *arguments).code == 2
    assert not images.asked


def test_being_interrupted(images: Images, tmp_path: Path) -> None:
    """Control-C ends it, however slow the rate is; what is done stays noted."""
    state = tmp_path / "state"
    paths = [f"/{number}.jpg" for number in range(20)]
    command = ["prefetch", *paths, "--browser", "none", "--state", str(state), "--site", images.url]
    with subprocess.Popen(  # noqa: S603 - it runs what is under test
        [sys.executable, "-c", APP, *command, "--rate", "1"], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        until = monotonic() + 60
        while not (state.exists() and state.read_text().endswith("\n")) and monotonic() < until:
            sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=20)
    assert process.returncode != 0
    assert "Traceback" not in told
    done = len(state.read_text().splitlines())
    assert 1 <= done < 20
    assert images.operator.run(*command[:-2], "--json").json["done_before"] == done


def test_nobody_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that is not there fails each request, after some attempts."""
    monkeypatch.setattr(imagestack_cli.warming, "_RETRIES", urllib3.Retry(3, backoff_factor=0))
    ran = Operator(("--site", "http://127.0.0.1:1")).run("prefetch", "/a.jpg", "--browser", "none")
    assert ran.code == 1
    assert ran.err.endswith("imagestack: 1 requests failed\n")


def test_through_the_front(tmp_path: Path) -> None:
    """After a prefetch a viewer of each class finds the image at the edge."""
    folder = originals(tmp_path, {"a b.jpg": jpeg()})
    accepts: dict[str, Any] = {"avif": AVIF, "webp": "image/webp,image/png", "none": "image/png"}
    with serving("--originals", str(folder)) as stack:
        ran = Operator(("--url", stack.url)).run("prefetch", "/a b.jpg", "--plan", "width=64")
        assert ran.code == 0, ran.err
        assert "3 requested" in ran.out
        for accept in accepts.values():
            assert stack.get("/a%20b.jpg?width=64", Accept=accept).headers["X-Cache"] == "Hit from cloudfront"
        assert stack.get("/a%20b.jpg?width=65").headers["X-Cache"] == "Miss from cloudfront"


@pytest.fixture
def originals_of(aws: str) -> Iterator[Callable[..., None]]:
    """Fills the bucket of the deployment."""
    s3 = boto3.client("s3", endpoint_url=aws)
    s3.create_bucket(Bucket=BUCKET)

    def fill(*keys: str) -> None:
        for key in keys:
            s3.put_object(Bucket=BUCKET, Key=key, Body=b"1")

    yield fill
    while found := s3.list_objects_v2(Bucket=BUCKET).get("Contents"):
        s3.delete_objects(Bucket=BUCKET, Delete={"Objects": [{"Key": one["Key"]} for one in found]})
    s3.delete_bucket(Bucket=BUCKET)
    s3.close()


def prefetch_below(operator: Operator, images: Images, prefix: str, *arguments: str) -> Ran:
    return operator.run(
        "prefetch", "--resource", HOST, "--prefix", prefix, "--site", images.url, "--browser", "none", *arguments
    )


def test_everything_below_a_path(
    operator: Operator, images: Images, write: Any, originals_of: Callable[..., None]
) -> None:
    """All originals of a resource below a path, under its host and by its paths; its own part of the bucket only."""
    resource(operator, write, origin=f"{BUCKET}/shop")
    originals_of("other/a.jpg", "shop/a.jpg", "shop/b/", "shop/b/50%.jpg", "shop/b/\u00e9 ?#.jpg", "shop/bc.jpg")
    assert prefetch_below(operator, images, "/b/", "--plan", "width=10", "--json").json["requested"] == 2
    assert set(images.asked) == {("/b/50%25.jpg?width=10", NONE), ("/b/%C3%A9%20%3F%23.jpg?width=10", NONE)}
    assert images.hosts == {HOST}
    assert prefetch_below(operator, images, "/", "--json").json["requested"] == 4
    assert prefetch_below(operator, images, "/nothing/", "--json").json["requested"] == 0


def test_going_on_below_a_path(
    operator: Operator,
    images: Images,
    write: Any,
    originals_of: Callable[..., None],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All originals are requested once, even if the API lists them in pages and a run fails in between."""
    monkeypatch.setattr(imagestack_cli.api.originals, "PAGE", 3)
    resource(operator, write)
    originals_of(*(f"many/{number:04}.jpg" for number in range(8)))
    images.failing["/many/0003.jpg"] = [404]
    state = ("--state", str(tmp_path / "state"))
    assert prefetch_below(operator, images, "/many/", *state).code == 1
    again = prefetch_below(operator, images, "/many/", *state, "--json").json
    assert (again["requested"], again["done_before"]) == (1, 7)
    assert len(images.asked) == 8


def test_usage_of_prefixes(operator: Operator, images: Images) -> None:
    """A prefix is one of a resource that there is; the other way about too."""
    assert images.operator.run("prefetch", "--prefix", "/").code == 2
    assert images.operator.run("prefetch", "/a.jpg", "--resource", HOST).code == 2
    assert prefetch_below(operator, images, "shop").code == 2
    assert prefetch_below(operator, images, "/").code == 1
    assert not images.asked
