"""More requests at once than the local stack works on."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import httpx
import pytest

from imagestack_local.gateway.gateway import CONCURRENT_INVOCATIONS, LINE
from tests.support.images import jpeg
from tests.support.serving import Serving, originals, serving, size, until

pytestmark = pytest.mark.xdist_group("busy")

# More than work and wait together may be.
MANY = CONCURRENT_INVOCATIONS + LINE + 60
RULE = {"pk": "RESOURCE#*", "sk": "RULE#1", "rule": "/.*", "options": {"image_stack": {"enabled": True}}}
LESS = "compression: rate limit is exceeded"


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    folder = originals(tmp_path_factory.mktemp("originals"), {"a.jpg": jpeg(400, 300)})
    rules = tmp_path_factory.mktemp("rules") / "rules.json"
    rules.write_text(json.dumps([RULE]))
    with serving("--originals", str(folder), "--rules", str(rules)) as found:
        yield found


def is_whole(response: httpx.Response, width: int) -> bool:
    return response.status_code == 200 and size(response)[0] == width


def is_less(response: httpx.Response) -> bool:
    """Whether it is what docs/failures.md says of who came when all was busy."""
    if response.status_code == 200:
        return (response.headers.get("img-skip-reason"), response.headers["cache-control"]) == (
            LESS,
            "public, max-age=5",
        )
    return (response.status_code, response.headers.get("retry-after")) == (503, "5")


def comes(stack: Serving, width: int) -> bool:
    return is_whole(stack.get(f"/a.jpg?width={width}"), width)


def test_a_rush(stack: Serving) -> None:
    """Of many images at once each is there, or comes with the word to come again; and then it is there."""
    together = Barrier(MANY)

    def ask(width: int) -> httpx.Response:
        together.wait()
        return stack.get(f"/a.jpg?width={width}")

    widths = range(100, 100 + MANY)
    with ThreadPoolExecutor(MANY) as executor:
        found = dict(zip(widths, executor.map(ask, widths), strict=True))
    late = [width for width in widths if not is_whole(found[width], width)]
    assert [found[width].status_code for width in late if not is_less(found[width])] == []
    assert len(late) <= MANY - CONCURRENT_INVOCATIONS
    for width in late:
        until(partial(comes, stack, width))
