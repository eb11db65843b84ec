"""The gateway in front of a function, over a real socket."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import Any

import httpx
import pytest

from imagestack_local.front.protocol import LARGEST_HEAD_BYTES
from imagestack_local.gateway.access_log import AccessLog
from imagestack_local.gateway.gateway import LARGEST_BODY_BYTES, Gateway
from tests.local.conftest import told
from tests.local.scripted import running
from tests.support.plain import PLAIN
from tests.support.processes import wait_until

Event = dict[str, Any]


@contextmanager
def gateway(function: Callable[[Event], object], *limits: Any, decodes_path: bool = False) -> Iterator[str]:
    """A gateway in front of a function, at the URL that is yielded."""
    app = AccessLog(Gateway(lambda event, _id: function(event), *limits, decodes_path=decodes_path))
    with running(app) as url:
        yield url


def raw(url: str, request: bytes) -> bytes:
    """What comes back for bytes that no HTTP library would send."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        connection.sendall(request)
        received = b""
        while chunk := connection.recv(65_536):
            received += chunk
        return received


def test_paths_reach_the_function_as_they_were_sent() -> None:
    """Neither path nor query is decoded, normalised or reordered on the way."""
    events: list[Event] = []

    def function(event: Event) -> object:
        events.append(event)
        return {"statusCode": 200}

    targets = ["/a%2Fb%20c%25.jpg?b=%2C&a=1&a=2", "//x//y/", "/a/../b/./c", "/%C3%A9+?", "/%ff%00"]
    with gateway(function) as url:
        for target in targets:
            sent = f"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
            assert raw(url, sent.encode()).startswith(b"HTTP/1.1 200 ")
    found = [(event["rawPath"], event["rawQueryString"]) for event in events]
    assert found == [
        ("/a%2Fb%20c%25.jpg", "b=%2C&a=1&a=2"),
        ("//x//y/", ""),
        ("/a/../b/./c", ""),
        ("/%C3%A9+", ""),
        ("/%ff%00", ""),
    ]


def test_a_path_is_decoded_once_behind_the_front() -> None:
    """An HTTP API decodes the path, which the front has encoded once more for that."""
    with gateway(lambda event: {"statusCode": 200, "body": event["rawPath"]}, decodes_path=True) as url:
        assert httpx.get(f"{url}/a%2520b%25252F+.jpg", verify=PLAIN).text == "/a%20b%252F+.jpg"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PURGE"])
def test_every_method_reaches_the_function(method: str) -> None:
    """The function decides on methods, not the gateway."""
    with gateway(lambda event: {"statusCode": 200, "body": event["requestContext"]["http"]["method"]}) as url:
        assert httpx.request(method, url, verify=PLAIN).text == method


def test_a_body_reaches_the_function() -> None:
    """A request's body comes with the event."""
    with gateway(lambda event: {"statusCode": 200, "body": event["body"]}) as url:
        assert httpx.post(url, json={"a": 1}, verify=PLAIN).json() == {"a": 1}


def test_a_body_over_the_limit_is_refused() -> None:
    """A body over API Gateway's 10 MB gets 413 and never reaches the function, announced or not."""
    with gateway(lambda _event: {"statusCode": 500}) as url:
        announced = f"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: {LARGEST_BODY_BYTES + 1}\r\n\r\n"
        assert raw(url, announced.encode()).startswith(b"HTTP/1.1 413 ")
        chunk = b"100000\r\n" + bytes(0x100000) + b"\r\n"
        with httpx.Client(verify=PLAIN) as client:
            sent = client.build_request("POST", url, content=iter([chunk] * 12))
            assert client.send(sent).json() == {"message": "Request Entity Too Large"}


@pytest.mark.parametrize("answered", [None, {"statusCode": "x"}, {"statusCode": 200, "body": "x" * 7_000_000}])
def test_a_malformed_answer_is_502(answered: object, caplog: pytest.LogCaptureFixture) -> None:
    """If API Gateway could not pass on a result, the response is its 502 message and is logged."""
    with gateway(lambda _event: answered) as url:
        response = httpx.get(url + "/a.jpg", verify=PLAIN)
    assert response.status_code == 502
    assert response.json() == {"message": "Internal Server Error"}
    assert told(caplog)[0].startswith("the result of the function for GET /a.jpg is malformed: ")


def test_a_function_that_fails_is_502(caplog: pytest.LogCaptureFixture) -> None:
    """If the function raises, the response is 502, is logged, and later requests succeed."""
    answers = iter([False, True])

    def function(_event: Event) -> object:
        if not next(answers):
            raise RuntimeError("broken")
        return {"statusCode": 200}

    with gateway(function) as url:
        assert httpx.get(url, verify=PLAIN).status_code == 502
        assert httpx.get(url, verify=PLAIN).status_code == 200
    assert "the function failed at GET /" in told(caplog)
    assert "RuntimeError: broken" in caplog.text


def test_requests_run_at_the_same_time() -> None:
    """As many requests as are allowed run at a time; the others wait for their turn."""
    running: list[int] = []
    most: list[int] = []
    lock = threading.Lock()

    def function(_event: Event) -> object:
        with lock:
            running.append(1)
            most.append(len(running))
        time.sleep(0.2)
        with lock:
            running.pop()
        return {"statusCode": 200}

    def ask() -> None:
        statuses.append(httpx.get(url, timeout=60, verify=PLAIN).status_code)

    statuses: list[int] = []
    with gateway(function, 3) as url:
        threads = [threading.Thread(target=ask) for _ in range(7)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert statuses == [200] * 7
    assert max(most) == 3


class Held:
    """A function that waits for `go_on`, and records the paths of its requests in their order."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go_on = threading.Event()

    def __call__(self, event: Event) -> object:
        self.asked.append(event["rawPath"])
        assert self.go_on.wait(60)
        return {"statusCode": 200}


BUSY = (503, "5", {"message": "Service Unavailable"})


def answered(url: str) -> tuple[int, str | None, object]:
    """Status, Retry-After and body."""
    found = httpx.get(url, timeout=60, verify=PLAIN)
    return found.status_code, found.headers.get("retry-after"), found.json() if found.content else None


def test_the_line_is_fair_and_has_an_end() -> None:
    """A request that finds the queue full gets 503 with Retry-After at once; the others are served in order."""
    function = Held()
    app = Gateway(lambda event, _id: function(event), 1, 3, 60)
    with running(app) as url, ThreadPoolExecutor(4) as executor:
        inside = []
        for at in range(4):
            inside.append(executor.submit(answered, f"{url}/{at}"))
            wait_until(partial(in_place, function, app, at))
        assert answered(f"{url}/4") == BUSY
        function.go_on.set()
        assert [one.result() for one in inside] == [(200, None, None)] * 4
        assert answered(f"{url}/5") == (200, None, None)
    assert function.asked == ["/0", "/1", "/2", "/3", "/5"]


def in_place(function: Held, app: Gateway, behind: int) -> bool:
    """Whether the function is at work, and so many stand in line."""
    waiting = app._limiter.statistics().tasks_waiting  # noqa: SLF001 - nobody else need know
    return bool(function.asked) and waiting == behind


def test_the_wait_has_an_end() -> None:
    """A request that has waited too long gets 503 with Retry-After, and the function never gets it."""
    function = Held()
    with gateway(function, 1, 3, 0.2) as url, ThreadPoolExecutor(1) as executor:
        first = executor.submit(answered, f"{url}/0")
        wait_until(lambda: function.asked)
        assert answered(f"{url}/1") == BUSY
        function.go_on.set()
        assert first.result() == (200, None, None)
        assert answered(f"{url}/2") == (200, None, None)
    assert function.asked == ["/0", "/2"]


def test_a_connection_is_kept() -> None:
    """One connection serves several requests, those with a body and HEAD among them."""
    with gateway(lambda _event: {"statusCode": 200, "headers": {"Content-Length": "5"}, "body": "words"}) as url:
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            reader = connection.makefile("rb")
            for method, body, expected in (("GET", b"", b"words"), ("POST", b"abc", b"words"), ("HEAD", b"", b"")):
                head = f"{method} / HTTP/1.1\r\nHost: a\r\nContent-Length: {len(body)}\r\n\r\n".encode()
                connection.sendall(head + body)
                assert reader.readline() == b"HTTP/1.1 200 OK\r\n"
                headers = b""
                while (line := reader.readline()) != b"\r\n":
                    headers += line
                assert b"content-length: 5\r\n" in headers
                assert reader.read(len(expected)) == expected
            reader.close()


@pytest.mark.parametrize("target", [b"*", b"relative"])
def test_a_target_that_is_no_path(target: bytes) -> None:
    """A request without a path is refused and never reaches the function."""
    with gateway(lambda _event: {"statusCode": 500}) as url:
        answered = raw(url, b"OPTIONS " + target + b" HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answered.startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /" + b"a" * LARGEST_HEAD_BYTES,
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * LARGEST_HEAD_BYTES,
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X: 1\r\n" * LARGEST_HEAD_BYTES,
    ],
)
@pytest.mark.parametrize("end", [b"", b"\r\n\r\n"])
def test_an_endless_head_is_refused(head: bytes, end: bytes) -> None:
    """An endless request line or endless headers are refused and not kept in memory."""
    with gateway(lambda _event: {"statusCode": 500}) as url:
        host, port = url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            received = b""
            try:
                connection.sendall(head + end)
                received = connection.recv(65_536)
            except ConnectionError:
                pass  # It is closed before all was sent.
        assert received == b"" or received.startswith((b"HTTP/1.1 431 ", b"HTTP/1.1 400 "))


def test_a_body_may_be_larger_than_a_head() -> None:
    """Bodies do not count, however they are cut into pieces, nor do the heads of other requests."""
    body = b"x" * LARGEST_HEAD_BYTES * 3
    post = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    get = b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 10_000 + b"\r\n"
    end = b"Connection: close\r\n"
    with gateway(lambda _event: {"statusCode": 200, "body": "fine"}) as url:
        sent = (post + get + b"\r\n") * 8 + get + end + b"\r\n"
        assert raw(url, sent).count(b"HTTP/1.1 200 ") == 17


def test_a_request_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    """Each request is logged with its address and the status, type, size and time of the answer."""
    caplog.set_level("INFO", "imagestack_local")
    answered = {"statusCode": 200, "headers": {"Content-Type": "image/avif"}, "body": "1234"}
    with gateway(lambda _event: answered) as url:
        httpx.get(url + "/a%20b.jpg?width=3", verify=PLAIN)
    assert len(told(caplog)) == 1
    assert told(caplog)[0].startswith("GET /a%20b.jpg?width=3 200 image/avif 4 bytes ")
    assert "ignored" not in told(caplog)[0]


def test_the_line_names_unknown_parameters(caplog: pytest.LogCaptureFixture) -> None:
    """The line of an image ends with the parameters that do not exist, at most five, and the nearest that do."""
    caplog.set_level("INFO", "imagestack_local")
    kinds = iter(["image/avif", "image/avif", "text/html"])
    with gateway(lambda _event: {"statusCode": 200, "headers": {"Content-Type": next(kinds)}}) as url:
        for query in ("w=3&width=5&%0Ax=1", "&".join(f"zz{number}=1" for number in range(9)), "w=3"):
            httpx.get(f"{url}/a.jpg?{query}", verify=PLAIN)
    image, many, page = told(caplog)
    assert image.endswith(r", ignored: 'w' (do you mean width?), '\nx'")
    assert many.endswith(", ignored: 'zz0', 'zz1', 'zz2', 'zz3', 'zz4'")
    assert "ignored" not in page
