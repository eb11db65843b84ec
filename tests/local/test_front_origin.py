"""What reaches an origin, how often, and what becomes of origins and viewers that fail."""

import random
import socket
import threading
from collections.abc import Callable

import httpx
import pytest

from imagestack_local.front.distribution import CachePolicy, Origin, Parts, Selection, Which
from tests.local.scripted import READ, Fronted, Says, distribution, fronted, x_cache
from tests.support.plain import PLAIN
from tests.support.serving import until


def at_once(found: Fronted, count: int, **headers: str) -> list[httpx.Response]:
    """The answers to as many requests at the same time."""
    answers: list[httpx.Response] = []
    ready = threading.Barrier(count)

    def ask() -> None:
        with httpx.Client(base_url=found.url, timeout=30, verify=PLAIN) as client:
            ready.wait()
            answers.append(client.get("/a", headers=headers))

    together([ask] * count)
    return answers


def together(calls: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def leave(found: Fronted, path: str = "/a") -> None:
    """Send a request, and close the connection as soon as the origin gets it."""
    host, port = found.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        until(lambda: bool(found.origin.asked))


def test_fifty_first_requests_are_one() -> None:
    """CustomOrigin, simultaneous requests: those who come while the first one waits get its answer."""
    with fronted(None, Says("max-age=100", viewers=50)) as found:
        answers = at_once(found, 50)
        assert len(found.origin.asked) == 1
        assert {answer.content for answer in answers} == {b"0123456789"}
        assert {x_cache(answer) for answer in answers} == {"Miss"}
        assert x_cache(found.ask()) == "Hit"


@pytest.mark.parametrize("control", ["private", "no-store", "max-age=0"])
def test_what_is_not_to_be_shared_is_not(control: str) -> None:
    """CustomOrigin, simultaneous requests: an answer for one viewer goes to one; the others ask for themselves."""
    with fronted(None, Says(control, viewers=8)) as found:
        assert [answer.status_code for answer in at_once(found, 8)] == [200] * 8
        assert len(found.origin.asked) == 8


def test_an_expired_answer_is_renewed_once() -> None:
    """Simultaneous requests for an expired object are one question, too."""
    with fronted(None, Says("max-age=10", headers={"etag": '"1"'}), Says(status=304, body=b"", viewers=11)) as found:
        found.ask()
        found.clock.now += 11
        answers = at_once(found, 10)
        assert len(found.origin.asked) == 2
        assert {(answer.content, x_cache(answer)) for answer in answers} == {(b"0123456789", "RefreshHit")}


def test_a_stale_answer_while_it_is_renewed() -> None:
    """RFC 5861 section 3: the expired answer comes at once, and one question behind it brings the new one."""
    old = Says("max-age=10, stale-while-revalidate=20", body=b"old")
    # The new one comes when somebody asks who comes after the five.
    with fronted(None, old, Says("max-age=10", body=b"new", viewers=7)) as found:
        found.ask()
        found.clock.now += 20
        answers = at_once(found, 5)
        assert {(answer.content, x_cache(answer)) for answer in answers} == {(b"old", "Hit")}
        until(lambda: found.ask().content == b"new")
        assert len(found.origin.asked) == 2


def test_who_leaves_takes_nothing_from_the_others() -> None:
    """The first viewer goes away: the second gets the answer to the first one's request, and it is cached."""
    with fronted(None, Says("max-age=100", viewers=2)) as found:
        leave(found)
        assert found.ask().content == b"0123456789"
        assert len(found.origin.asked) == 1


def test_what_nobody_waits_for_any_more_is_kept() -> None:
    """The only viewer goes away: the origin's answer is cached all the same, and later viewers get it."""
    with fronted(None, Says("max-age=100", seconds=0.3)) as found:
        leave(found)
        until(lambda: found.front.kept_bytes > 0)
        assert x_cache(found.ask()) == "Hit"


def test_an_origin_that_hangs_is_504() -> None:
    """CustomOrigin, origin response timeout: who waited gets 504, all at once; an expired answer is served instead."""
    hangs = Says(seconds=60)
    with fronted(distribution(origin=Origin("api", timeout=0.2)), hangs) as found:
        assert {answer.status_code for answer in at_once(found, 5)} == {504}
        assert x_cache(found.ask()) == "Error"
        assert len(found.origin.asked) == 1
    with fronted(distribution(origin=Origin("api", timeout=0.2)), Says("max-age=10"), hangs) as found:
        found.ask()
        found.clock.now += 11
        assert found.ask().content == b"0123456789"


KEY = Parts(
    headers=Selection(Which.WHITELIST, frozenset({"x-kind"})),
    cookies=Selection(Which.WHITELIST, frozenset({"size"})),
    query=Selection(Which.WHITELIST, frozenset({"v"})),
)
FORWARDED = Parts(headers=Selection(Which.WHITELIST, frozenset({"x-more", "x-proof"})))


def test_the_origin_gets_nothing_but_what_the_policies_name() -> None:
    """Cache key, origin request policy, CloudFront's own headers and the origin's custom ones, which win."""
    found = distribution(
        origin=Origin("api", ((b"x-proof", b"right"),)), cache=CachePolicy(0, 60, 100, KEY), forwarded=FORWARDED
    )
    sent = {
        "x_kind": "k", "x_more": "m", "x_other": "o", "x_proof": "forged", "accept": "image/avif", "referer": "r",
        "origin": "https://a.example", "cookie": "size=1; other=2", "authorization": "a", "user_agent": "u",
        "x_forwarded_for": "192.0.2.1", "accept_encoding": "gzip",
    }  # fmt: skip
    with fronted(found) as running:
        running.ask(path="/a%20b?other=1&v=%41&v=2", **sent)
        asked = running.origin.asked[0]
        assert (asked["path"], asked["query"]) == ("/a%20b", "v=%41&v=2")
        assert asked["headers"] == {
            "x-kind": "k",
            "x-more": "m",
            "x-proof": "right",
            "cookie": "size=1",
            "host": "api.origin.local",
            "user-agent": "Amazon CloudFront",
            "x-forwarded-for": "192.0.2.1, 127.0.0.1",
        }


@pytest.mark.parametrize(
    ("path", "headers", "same"),
    [
        ("/a?v=1&junk=2", {}, True),
        ("/a?junk=2&v=1", {"x_more": "m", "accept": "*/*", "cookie": "other=1"}, True),
        ("/a?v=1", {"x_kind": "k"}, False),
        ("/a?v=1", {"cookie": "size=1"}, False),
        ("/a?v=2", {}, False),
        ("/b?v=1", {}, False),
        ("/A?v=1", {}, False),
        ("/%61?v=1", {}, False),
    ],
)
def test_the_cache_key(path: str, headers: dict[str, str], same: bool) -> None:  # noqa: FBT001 - a column
    """Two requests have one answer if path and the policy's parts are the same, whatever else differs."""
    with fronted(distribution(cache=CachePolicy(0, 60, 100, KEY), forwarded=FORWARDED)) as found:
        found.ask(path="/a?v=1")
        assert x_cache(found.ask(path=path, **headers)) == ("Hit" if same else "Miss")


def test_a_viewer_cannot_ask_past_the_cache() -> None:
    """Expiration: Cache-Control and Pragma of a request are ignored."""
    with fronted(None, Says("max-age=100")) as found:
        found.ask()
        assert x_cache(found.ask(cache_control="no-cache, max-age=0", pragma="no-cache")) == "Hit"


def test_other_methods_pass_through() -> None:
    """What is not GET or HEAD reaches the origin each time, with its body, and its answer is not kept."""
    with fronted(None, Says("max-age=100")) as found:
        found.ask()
        for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
            for _ in range(2):
                assert x_cache(found.ask(method)) == "Miss"
        body = bytes(range(256)) * 4_000
        response = found.client.post("/a", content=body, headers={"content-type": "image/x"})
        assert response.content == b"0123456789"
        asked = found.origin.asked[-1]
        assert (asked["method"], asked["body"]) == ("POST", body)
        assert asked["headers"]["content-type"] == "image/x"
        assert len(found.origin.asked) == 12
        assert x_cache(found.ask()) == "Hit"


def test_options_is_kept_where_the_behaviour_says_so() -> None:
    """OPTIONS among the cached methods has an answer of its own."""
    with fronted(distribution(cached=READ | {"OPTIONS"}), Says("max-age=100")) as found:
        assert [x_cache(found.ask(method)) for method in ("GET", "OPTIONS", "OPTIONS")] == ["Miss", "Miss", "Hit"]


@pytest.mark.parametrize("method", ["POST", "OPTIONS", "PURGE"])
def test_methods_that_are_not_allowed(method: str) -> None:
    """If the behaviour does not allow a method, the response is 403 and the origin is not called."""
    with fronted(distribution(allowed=READ)) as found:
        response = found.ask(method)
        assert (response.status_code, x_cache(response), found.origin.asked) == (403, "Error", [])


def test_get_with_a_body_is_403() -> None:
    """CustomOrigin, GET requests that include a body."""
    with fronted() as found:
        response = found.client.request("GET", "/a", content=b"body")
        assert (response.status_code, found.origin.asked) == (403, [])
        assert found.ask().status_code == 200


def test_what_is_no_path_is_400() -> None:
    """`OPTIONS *` asks for the server itself, which a distribution does not answer for."""
    with fronted() as found:
        host, port = found.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as connection:
            connection.sendall(b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n")
            assert connection.recv(65_536).startswith(b"HTTP/1.1 400 ")
        assert found.origin.asked == []


def test_urls_are_limited() -> None:
    """Quotas: a URL has 8,192 bytes at most."""
    with fronted() as found:
        assert found.ask(path=f"/{'a' * 8_191}").status_code == 200
        assert found.ask(path=f"/{'a' * 8_192}").status_code == 413


def test_headers_that_the_viewer_does_not_get() -> None:
    """CustomOrigin, headers that CloudFront removes or replaces."""
    headers = {
        "vary": "Accept, X-Kind, accept-encoding",
        "set-cookie": "a=1",
        "connection": "x-secret",
        "x-secret": "1",
        "via": "1.0 inner",
        "keep-alive": "timeout=5",
    }
    with fronted(None, Says("max-age=10", headers=headers)) as found:
        for _ in range(2):
            got = found.ask().headers
            assert got["vary"] == "X-Kind, accept-encoding"
            assert got["via"] == "1.1 local.cloudfront.net (CloudFront)"
            assert not {"set-cookie", "connection", "x-secret", "keep-alive"} & got.keys()


def test_each_answer_has_an_id_of_its_own() -> None:
    """X-Amz-Cf-Id differs; Date is when the answer was made, not when it was sent."""
    with fronted() as found:
        first, second = found.ask().headers, found.ask().headers
        assert first["x-amz-cf-id"] != second["x-amz-cf-id"]
        assert first["date"] == second["date"]
        assert second.get_list("date") == [second["date"]]


MEGABYTE = 1_000_000


@pytest.mark.parametrize("megabytes", [1, 5, 20, 30])
def test_large_bodies_arrive_whole(megabytes: int) -> None:
    """A body arrives as it was sent, kept or passed through, from the origin and from the cache."""
    body = random.Random(megabytes).randbytes(megabytes * MEGABYTE)  # noqa: S311
    for memory, second in ((200 * MEGABYTE, "Hit"), (4 * MEGABYTE // 2, "Miss")):
        with fronted(None, Says("max-age=100", body=body), memory=memory) as found:
            for word in ("Miss", second):
                response = found.ask()
                assert x_cache(response) == word
                assert response.content == body
            assert found.ask(range="bytes=0-3").content[:4] == body[:4]


def test_memory_is_bounded() -> None:
    """The least recently requested answers are removed first; all together never take more than the limit."""
    with fronted(None, Says("max-age=100", body=bytes(100_000)), memory=1_000_000) as found:
        for number in range(30):
            found.ask(path=f"/{number}")
            found.ask(path="/0")
            assert found.front.kept_bytes <= 1_000_000
        assert x_cache(found.ask(path="/29")) == "Hit"
        assert x_cache(found.ask(path="/0")) == "Hit"
        assert x_cache(found.ask(path="/1")) == "Miss"


def test_a_large_object_pushes_nothing_out() -> None:
    """What is larger than a quarter of the memory is passed through, with its range, and not kept."""
    large = Says("max-age=100", body=bytes(300_000), headers={"etag": '"1"'})
    with fronted(None, Says("max-age=100"), large, memory=1_000_000) as found:
        found.ask(path="/small")
        assert len(found.ask(range="bytes=0-1", if_range='"1"').content) == 300_000
        assert found.origin.asked[-1]["headers"]["range"] == "bytes=0-1"
        assert x_cache(found.ask(path="/small")) == "Hit"


def test_a_large_body_that_breaks_off() -> None:
    """A body that was passed through in part cannot be taken back: the connection ends before it is whole."""
    with fronted(None, Says(body=bytes(3_000_000), breaks=True)) as found, pytest.raises(httpx.RemoteProtocolError):
        found.ask()


def test_purge() -> None:
    """Answers that were cached or requested before a purge are not served after it."""
    with fronted(None, Says("max-age=100", body=b"old", viewers=2), Says("max-age=100", body=b"new")) as found:
        late: list[bytes] = []
        asking = threading.Thread(target=lambda: late.append(found.ask().content))
        asking.start()
        until(lambda: bool(found.origin.asked))
        found.front.purge()
        assert httpx.get(f"{found.url}/a", verify=PLAIN).content == b"new"
        asking.join()
        assert late == [b"old"]
        assert found.ask().content == b"new"
        found.front.purge()
        until(lambda: x_cache(found.ask()) == "Miss")
