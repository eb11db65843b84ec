"""The responses to requests for images whose codec crashes or is killed."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from imagestack.sandbox import workers
from tests.conftest import Reply, Site
from tests.support.images import jpeg
from tests.support.processes import children, ticks, wait_until, waiting

# Takes a second.
LARGE, QUERY = jpeg(3_000, 3_000), "width=2900&fmt=avif"


def ask(site: Site) -> Reply:
    return site.get("a.jpg", QUERY, "image/avif")


def ask_and_kill(site: Site, how: signal.Signals) -> Reply:
    """Ask for an image whose worker gets a signal while it is at it."""
    site.get("other.jpg", "width=300")
    used = {pid: ticks(pid) for pid in children()}
    with ThreadPoolExecutor(1) as executor:
        asked = executor.submit(ask, site)
        wait_until(lambda: asked.done() or any(ticks(pid) > before + 5 for pid, before in used.items()))
        for pid, before in used.items():
            if ticks(pid) > before + 5:
                os.kill(pid, how)
        return asked.result()


@pytest.fixture
def two(site: Site) -> Site:
    """A site with two photographs."""
    site.put("a.jpg", LARGE)
    site.put("other.jpg", jpeg(500, 400))
    site.rule()
    return site


def test_crash(two: Site) -> None:
    """An image whose codec crashes is reported as damaged and remembered. Other images are served."""
    for reply in (ask_and_kill(two, signal.SIGSEGV), ask(two)):
        assert (reply.status, reply.reason, reply.body) == (200, "original image is damaged", LARGE)
    assert two.get("other.jpg", "width=100").operations == "resize"


def test_killed(two: Site) -> None:
    """An image whose worker is killed for lack of memory is not remembered as damaged and is made later."""
    reply = ask_and_kill(two, signal.SIGKILL)
    assert (reply.status, reply.reason, reply.body) == (200, "compression: rate limit is exceeded", LARGE)
    assert reply.headers["Cache-Control"] == "public, max-age=5"
    assert ask(two).operations == "resize convert"


def test_all_busy(two: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """If no worker becomes free in time, the response is the original for seconds. The next request gets the image."""
    monkeypatch.setattr(workers, "VIEWER_SECONDS", 0.2)
    own = workers.Workers(two.module.CONFIG.memory, 1)
    before = children()
    with two.pipeline(transform=own.transform):
        assert two.get("other.jpg", "width=300").operations == "resize"
        (pid,) = children() - before
        os.kill(pid, signal.SIGSTOP)
        with ThreadPoolExecutor(1) as executor:
            first = executor.submit(two.get, "other.jpg", "width=200")
            wait_until(lambda: waiting(pid))
            late = two.get("other.jpg", "width=100")
            os.kill(pid, signal.SIGCONT)
            assert first.result().image.size == (200, 160)
        assert (late.status, late.reason) == (200, "compression: rate limit is exceeded")
        assert (late.body, late.headers["Cache-Control"]) == (jpeg(500, 400), "public, max-age=5")
        assert two.get("other.jpg", "width=100").image.size == (100, 80)
    own.end()
