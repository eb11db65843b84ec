"""The answers of the built function in Lambda's runtime."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from PIL import Image

from bench.deployment import ORIGINALS
from bench.emulated import Built
from tests.conftest import BOTH, http_event, reply_of
from tests.e2e.pool import Pool, pool
from tests.e2e.site import Site, asked, put
from tests.support.images import encoded, jpeg, png

# Lambda's quota for a synchronous response, which includes the JSON around the body.
RESPONSE_BYTES = 6 * 2**20


@pytest.mark.parametrize(
    ("accept", "form"), [(BOTH, "AVIF"), ("image/webp,*/*", "WEBP"), ("*/*", "JPEG")], ids=["avif", "webp", "jpeg"]
)
def test_first_answers(site: Site, accept: str, form: str) -> None:
    """The first answer has the requested size, in the best format that the viewer accepts."""
    put(site.s3, "a.jpg", jpeg())
    image = site.get("a.jpg", "width=200", accept).image
    assert (image.format, image.size) == (form, (200, 150))


def test_first_answer_of_png(site: Site) -> None:
    """PNG stays PNG for a viewer that accepts nothing else."""
    put(site.s3, "a.png", png())
    image = site.get("a.png", "width=200").image
    assert (image.format, image.size) == ("PNG", (200, 150))


def test_derived_hit(site: Site) -> None:
    """The second answer is the derived object that the first one stored."""
    put(site.s3, "a.jpg", jpeg())
    first = site.get("a.jpg", "width=200", BOTH)
    assert len(site.derived()) == 1
    assert site.get("a.jpg", "width=200", BOTH).body == first.body
    assert len(site.derived()) == 1


def test_condition(site: Site) -> None:
    """A client that has the answer already gets 304 without a body."""
    put(site.s3, "a.jpg", jpeg())
    first = site.get("a.jpg", "width=200", BOTH)
    again = site.get("a.jpg", "width=200", BOTH, if_none_match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")


def test_refusals(site: Site) -> None:
    """A request that bypasses the distribution is refused; a missing original is 404."""
    assert reply_of(site.functions.send(http_event("/a.jpg"))[1]).status == 403
    assert site.get("none.jpg").status == 404


def noise(side: int) -> bytes:
    """A PNG that no format makes smaller."""
    return encoded(Image.effect_noise((side, side), 100), "PNG", compress_level=1)


def test_body_too_large_for_lambda(site: Site) -> None:
    """A body that does not fit into a response is redirected to, and the redirect leads to the original itself."""
    body = noise(2400)
    assert len(body) > 4_500_000
    put(site.s3, "large.png", body)
    found = site.get("large.png")
    assert (found.status, found.body) == (302, b"")
    assert found.headers["Location"].startswith("/_original/large.png")


def test_largest_body(site: Site, shared_pool: Pool) -> None:
    """The largest body, with as many headers as S3 stores, stays within Lambda's quota."""
    body = b"GIF89a" + bytes(4_500_000 - 6)
    put(site.s3, "a.gif", body, Metadata={f"n{at:02}": "x" * 90 for at in range(20)})
    assert 6_000_000 < len(shared_pool.all[0].function.post(asked("a.gif"))) < RESPONSE_BYTES
    put(site.s3, "b.gif", body + b"x")
    assert site.get("a.gif").body == body
    assert site.get("b.gif").status == 302


def test_two_cold_starts(built: Built, clean: Any, memory: int) -> None:
    """Two functions that start for one image make one derived object, and their answers are equal."""
    put(clean, "a.jpg", jpeg(1600, 1200))
    with pool(built, 2, memory) as cold, ThreadPoolExecutor(2) as threads:
        event = asked("a.jpg", "width=1200", BOTH)
        replies = [reply_of(answer) for _, answer in threads.map(cold.send, [event, event])]
        assert {reply.status for reply in replies} == {200}
        assert replies[0].image.size == (1200, 900)
        assert replies[0].body == replies[1].body
        assert len(Site(cold, clean).derived()) == 1
        # The first event has started each of them.
        assert all(one.function.init > 0 for one in cold.all)


def test_originals_are_reached_by_no_other_name(site: Site) -> None:
    """Keys pass through the runtime's JSON unchanged."""
    for key in ("é ü.jpg", "a+b%20.jpg", "日本.jpg"):
        put(site.s3, key, jpeg())
        assert site.get(key, "width=100").image.size == (100, 75)
    listed = site.s3.list_objects_v2(Bucket=ORIGINALS)
    assert listed["KeyCount"] == 3
