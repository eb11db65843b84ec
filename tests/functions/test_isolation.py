"""What viewers get of an image that its codec does not survive."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.conftest import Reply, Site
from tests.images import jpeg
from tests.isolation.processes import children, wait_until, waiting


def ask_and_kill(site: Site, name: str, how: signal.Signals) -> Reply:
    """Ask for an image whose worker gets a signal while it is at it."""
    site.get("other.jpg", "width=300")
    workers = children()
    for pid in workers:
        os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as executor:
        asked = executor.submit(site.get, name, "width=100")
        wait_until(lambda: asked.done() or any(map(waiting, workers)))
        for pid in workers:
            if waiting(pid):
                os.kill(pid, how)
            os.kill(pid, signal.SIGCONT)
        return asked.result()


@pytest.fixture
def two(site: Site) -> Site:
    """A site with two photographs."""
    site.put("a.jpg", jpeg())
    site.put("other.jpg", jpeg(500, 400))
    site.rule()
    return site


def test_crash(two: Site) -> None:
    """It is damaged, which is remembered; all others are served."""
    for reply in (ask_and_kill(two, "a.jpg", signal.SIGSEGV), two.get("a.jpg", "width=100")):
        assert (reply.status, reply.reason, reply.body) == (200, "original image is damaged", jpeg())
    assert two.get("other.jpg", "width=100").operations == "resize"


def test_killed(two: Site) -> None:
    """Want of memory says nothing of the image: the next request makes it."""
    reply = ask_and_kill(two, "a.jpg", signal.SIGKILL)
    assert (reply.status, reply.reason, reply.body) == (200, "compression: rate limit is exceeded", jpeg())
    assert reply.headers["Cache-Control"] == "public, max-age=5"
    assert two.get("a.jpg", "width=100").operations == "resize"
