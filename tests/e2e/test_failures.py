"""The limits of Lambda's runtime, hit on purpose."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from bench.emulated import Built, Function, emulated
from tests.conftest import BOTH, reply_of
from tests.e2e.pool import Limited, Pool, pool
from tests.e2e.site import Site, asked, put
from tests.support.fault_proxy import Fault, FaultProxy, Spoiled
from tests.support.images import jpeg
from tests.support.processes import ticks

MISBEHAVING = Path(__file__).parent / "misbehaving"
SECONDS = 6
# The emulator's quota for a synchronous response: 6 MB, and the JSON around them.
RESPONSE_BYTES = 6 * 2**20 + 100
# Hundredths of a second of CPU time, after which a worker is in the middle of its work.
BUSY = 20
LARGE = "large.jpg", "width=2900", BOTH


@pytest.fixture(scope="module")
def misbehaving(built: Built, s3: Any) -> Iterator[Function]:
    assert s3
    changed = {"PYTHONPATH": str(MISBEHAVING), "AWS_LAMBDA_FUNCTION_TIMEOUT": "2"}
    with emulated(built, 256, handler="misbehaving.handler", **changed) as function:
        yield function


def test_response_of_more_than_6_megabytes(misbehaving: Function) -> None:
    """The emulator enforces Lambda's quota: a larger response is an error, and the function starts again."""
    text = "x" * (RESPONSE_BYTES - len('""'))
    assert misbehaving.post({"bytes": len(text)}) == f'"{text}"'.encode()
    process = misbehaving.pid
    said = misbehaving.post({"bytes": len(text) + 1})
    assert b"Function.ResponseSizeTooLarge" in said, said[:500]
    assert misbehaving.post({"bytes": 1}) == b'"x"'
    assert misbehaving.pid != process


def test_function_out_of_time(misbehaving: Function) -> None:
    """The emulator ends an invocation when its time is over."""
    said = misbehaving.post({"seconds": 4})
    assert b"Task timed out after 2.00 seconds" in said, said[:500]


@pytest.fixture(scope="module")
def proxy(s3: Any) -> Iterator[FaultProxy]:
    assert s3
    with FaultProxy.before(os.environ["AWS_ENDPOINT_URL"]) as found:
        yield found


def test_original_that_does_not_come(built: Built, clean: Any, proxy: FaultProxy, memory: int) -> None:
    """The function answers 504 by itself before its time is over, and the next request succeeds."""
    put(clean, "a.jpg", jpeg())
    limits = {"TIMEOUT_SECONDS": str(SECONDS), "AWS_LAMBDA_FUNCTION_TIMEOUT": str(SECONDS)}
    with pool(built, 1, memory, AWS_ENDPOINT_URL=proxy.url, **limits) as behind:
        site = Site(behind, clean)
        assert site.get("none.jpg").status == 404
        before = behind.processes
        proxy.spoil(Fault("(GET|HEAD) /originals/a.jpg", Spoiled.silent))
        assert site.get("a.jpg", "width=100").status == 504
        proxy.heal()
        assert site.get("a.jpg", "width=100").image.size == (100, 75)
        assert behind.processes == before
        assert "Reset initiated: Timeout" not in behind.all[0].function.log.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def single(built: Built, s3: Any, memory: int) -> Iterator[Pool]:
    assert s3
    with pool(built, 1, memory) as found:
        yield found


def test_worker_killed_between_requests(single: Pool, clean: Any) -> None:
    """The loss of an idle worker costs no request anything."""
    put(clean, "a.jpg", jpeg())
    site = Site(single, clean)
    assert site.get("a.jpg", "width=100").image.size == (100, 75)
    (one,), (worker,) = single.processes, single.workers
    os.kill(worker, signal.SIGKILL)
    assert site.get("a.jpg", "width=101").image.size == (101, 76)
    assert single.processes == [one]
    assert worker not in single.workers


def test_worker_killed_at_work(single: Pool, clean: Any) -> None:
    """The loss of a working worker costs one request its format, and the next one nothing."""
    put(clean, "large.jpg", jpeg(3000, 3000))
    site = Site(single, clean)
    # The first event starts a function.
    assert site.get("none.jpg").status == 404
    before = single.processes
    with ThreadPoolExecutor(1) as threads:
        worker = _worker(single.all[0])
        used = ticks(worker)
        running = threads.submit(single.send, asked(*LARGE))
        until = monotonic() + 20
        while ticks(worker) < used + BUSY and monotonic() < until:
            sleep(0.01)
        os.kill(worker, signal.SIGKILL)
        assert not running.done()
        reply = reply_of(running.result()[1])
    # AVIF is not possible now, so the answer is another format, or the original.
    assert reply.status == 200
    assert reply.image.format in {"WEBP", "JPEG"}
    assert reply.headers["Cache-Control"].startswith("public, max-age=")
    again = site.get(*LARGE).image
    assert (again.format, again.size) == ("AVIF", (2900, 2900))
    assert single.processes == before


def _worker(one: Limited) -> int:
    (worker,) = one.function.workers
    return worker
