"""Single flight: functions that miss the same derived object at the same time do the work once."""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import monotonic, time
from typing import Any
from uuid import uuid4

import boto3
import pytest

from imagestack.effort import Effort
from imagestack.errors import StoreError
from imagestack.plan.work import Work
from imagestack.ports import Derived, Turn
from imagestack.serving import single_flight
from imagestack.stores.dynamodb_leases import DynamoLeases
from imagestack.stores.s3_derived import S3Derived
from imagestack.transform import Encoded, in_this_process
from tests.conftest import BOTH, DERIVED, LEASES, Reply, Site, http_event
from tests.support.context import Context
from tests.support.images import encoded, jpeg, photograph

ROOT = Path(__file__).resolve().parents[2]
AVIF = "image/avif"

# A function in a process of its own: it loads, waits for a line, answers, and prints its results.
FUNCTION = """
import json, sys
from contextlib import redirect_stdout
from hashlib import sha256
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4
with redirect_stdout(sys.stderr):
    from botocore.config import Config
    from imagestack.stores import clients
    # One small server for fifty at once is slower than DynamoDB.
    clients._SMALL = clients._SMALL.merge(Config(connect_timeout=30, read_timeout=30))
    from functions.image import handler
    from tests.support.context import Context
    event, threads = json.loads(sys.argv[1]), int(sys.argv[2])
    caches = []
    report = handler._report
    handler._report = lambda *all: (caches.append(all[-1].cache), report(*all))
    call = lambda _: handler.handler(event, Context(120, aws_request_id=str(uuid4())))
    with ThreadPoolExecutor(threads) as executor:
        list(executor.map(lambda _: handler.PIPELINE.originals.head("warm"), range(threads)))
        print("ready", file=sys.__stdout__, flush=True)
        sys.stdin.readline()
        answers = list(executor.map(call, range(threads)))
found = [(a["statusCode"], a["headers"]["Content-Type"], sha256(b64decode(a["body"])).hexdigest()) for a in answers]
print(json.dumps([caches, found]))
"""


def several(processes: int, threads: int, event: dict[str, Any]) -> tuple[Counter[str], set[tuple[Any, ...]]]:
    """Ask so many functions at once: what became of the derived object how often, and the different answers."""
    command = [sys.executable, "-c", FUNCTION, json.dumps(event), str(threads)]
    running = [
        subprocess.Popen(  # noqa: S603 - ours
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        for _ in range(processes)
    ]
    for process in running:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin
        process.stdin.write("now\n")
        process.stdin.flush()
    caches: Counter[str] = Counter()
    answers: set[tuple[Any, ...]] = set()
    for process in running:
        told, found = json.loads(process.communicate(timeout=60)[0])
        caches.update(told)
        answers |= {tuple(answer) for answer in found}
    return caches, answers


def test_one_encode(site: Site) -> None:
    """Fifty first requests to five functions over one store: one encode, fifty equal answers."""
    assert os.environ["LEASES_TABLE"] == LEASES
    site.put("a.jpg", encoded(photograph().resize((1200, 900)), "JPEG", quality=92))
    site.put("warm", b"")
    site.rule(avif_enabled=True)
    caches, answers = several(5, 10, http_event("/a.jpg", "width=1000", headers={"accept": AVIF}))
    assert caches["miss"] == 1
    assert caches["shared"] + caches["hit"] == 49
    assert len(answers) == 1
    [(status, kind, _)] = answers
    assert (status, kind) == (200, AVIF)
    assert len(site.derived()) == 1


class Busy:
    """Leases of which another function has each."""

    def __init__(self, turns: Sequence[Turn] = ()) -> None:
        self.turns = list(turns)
        self.released: list[bool] = []

    def acquire(self, name: str, owner: str, seconds: float) -> Turn:
        assert (name, owner, seconds) > ("", "", 0)
        return self.turns.pop(0) if self.turns else Turn.ANOTHERS

    def release(self, name: str, owner: str, *, done: bool) -> None:
        assert (name, owner) > ("", "")
        self.released.append(done)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_flight, "MAX_WAIT_SECONDS", 0.2)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    ("query", "kind", "operations", "reason"),
    [
        ("", "image/jpeg", None, "compression: rate limit is exceeded"),
        ("width=50", "image/jpeg", "resize", "compression: rate limit is exceeded"),
        ("width=50&fmt=webp", "image/jpeg", "resize", "compression: rate limit is exceeded"),
    ],
)
def test_cheaper_answer(site: Site, query: str, kind: str, operations: str | None, reason: str) -> None:
    """While another function is at it for longer than one waits, the conversion is left out, for seconds."""
    site.put("a.jpg", jpeg(200, 100))
    site.rule(avif_enabled=True)
    with site.pipeline(leases=Busy()):
        reply = site.get("a.jpg", query, BOTH)
    assert (reply.status, reply.type, reply.operations, reply.reason) == (200, kind, operations, reason)
    assert reply.headers["Cache-Control"] == "public, max-age=5"
    assert site.derived() == []
    assert site.get("a.jpg", query, BOTH).type != kind


@pytest.mark.usefixtures("impatient")
def test_cheap_work_is_done_anyway(site: Site) -> None:
    """A function that has waited performs operations without a conversion, and does not store the result."""
    site.put("a.jpg", jpeg(200, 100))
    site.rule()
    with site.pipeline(leases=Busy()):
        reply = site.get("a.jpg", "width=50", BOTH)
    assert (reply.image.size, reply.reason) == ((50, 25), None)
    assert reply.headers["Cache-Control"] == "public, max-age=5"
    assert site.derived() == []


def test_nobody_waits_for_nothing(site: Site) -> None:
    """A skipped request is answered at once, even if another function has the lease."""
    site.put("a.jpg", jpeg(200, 100))
    site.put("a.gif", b"GIF89a\x01\x00\x01\x00", "image/gif")
    site.rule()
    began = monotonic()
    with site.pipeline(leases=Busy()):
        assert site.get("a.jpg", "width=500").reason
        assert site.get("a.gif", "width=5").reason
    assert monotonic() - began < single_flight.MAX_WAIT_SECONDS / 2


def test_taking_over(site: Site) -> None:
    """A function whose lease has ended without a result is followed by the next."""
    site.put("a.jpg", jpeg(200, 100))
    site.rule()
    busy = Busy([Turn.ANOTHERS, Turn.ANOTHERS, Turn.MINE])
    with site.pipeline(leases=busy):
        assert site.get("a.jpg", "width=50").operations == "resize"
    assert busy.released == [True]
    assert len(site.derived()) == 1


@dataclass(frozen=True)
class Waning(Context):
    """A clock with little time left once these leases have no more states to return."""

    leases: Busy = field(default_factory=Busy)

    def get_remaining_time_in_millis(self) -> int:
        return 29_000 if self.leases.turns else 3_200


@pytest.mark.parametrize(
    ("wanes", "effort", "kept"),
    [(False, Effort.FIRST, "public, max-age=86400"), (True, Effort.HASTY, "public, max-age=5")],
    ids=["short", "long"],
)
def test_the_wait_costs_time(site: Site, wanes: bool, effort: Effort, kept: str) -> None:  # noqa: FBT001 - a column
    """After the wait, the plan fits the remaining time, and a hasty result is cached for seconds."""
    site.put("a.jpg", jpeg(400, 300))
    site.rule(avif_enabled=True)
    busy = Busy([Turn.ANOTHERS, Turn.MINE])
    site.context = Waning(leases=busy) if wanes else Context()
    done = []

    def noted(body: bytes, work: Work, seconds: float) -> Encoded:
        done.append(work.effort)
        return in_this_process(body, work, seconds)

    with site.pipeline(leases=busy, transform=noted):
        reply = site.get("a.jpg", "", BOTH)
    assert (reply.type, done, reply.headers["Cache-Control"]) == (AVIF, [effort], kept)
    assert len(site.derived()) == (not wanes)


def test_done_but_gone(site: Site) -> None:
    """If the lease is marked done but the derived object is missing, the function makes it again."""
    site.put("a.jpg", jpeg(200, 100))
    site.rule()
    with site.pipeline(leases=Busy([Turn.DONE])):
        assert site.get("a.jpg", "width=50").operations == "resize"
    assert len(site.derived()) == 1


@pytest.mark.parametrize("key", ["missing.jpg", "small.jpg"])
def test_given_back_without_result(site: Site, key: str) -> None:
    """If no operation applies, the lease is released as free. A missing original takes no lease."""
    site.put("small.jpg", jpeg(40, 30))
    site.rule()
    busy = Busy([Turn.MINE])
    with site.pipeline(leases=busy):
        site.get(key, "width=500")
    assert busy.released == ([] if key == "missing.jpg" else [False])


def test_remembered_skips_are_shared(site: Site) -> None:
    """One function detects that an original is damaged, and the waiting ones answer with its skip reason."""
    damaged = jpeg(200, 100)[:-500]
    site.put("a.jpg", damaged)
    site.rule(webp_enabled=True)
    first = site.get("a.jpg", "", BOTH)
    assert first.reason == "original image is damaged"
    site.s3.delete_object(Bucket=DERIVED, Key=site.derived()[0])
    busy = Busy([Turn.MINE])
    with site.pipeline(leases=busy):
        site.get("a.jpg", "", BOTH)
    assert busy.released == [True]
    with site.pipeline(leases=Busy([Turn.DONE]), derived=Late(boto3.client("s3"), DERIVED)):
        reply = site.get("a.jpg", "", BOTH)
    assert (reply.body, reply.reason) == (damaged, first.reason)


class Late(S3Derived):
    """A store of derived objects that is empty at first."""

    looked = False

    def get(self, key: str, at_most: int) -> Derived | None:
        if not self.looked:
            self.looked = True
            return None
        return super().get(key, at_most)


class Failing:
    """Leases whose table fails every call."""

    def acquire(self, name: str, owner: str, seconds: float) -> Turn:
        raise StoreError(f"{name}{owner}{seconds}")

    def release(self, name: str, owner: str, *, done: bool) -> None:
        raise StoreError(f"{name}{owner}{done}")


def test_leases_fail(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """If the lease table fails, the function does the work anyway and logs the failure."""
    site.put("a.jpg", jpeg(200, 100))
    site.rule()
    with site.pipeline(leases=Failing()):
        assert site.get("a.jpg", "width=50").operations == "resize"
    [line] = [vars(record) for record in caplog.records if record.getMessage() == "request"]
    assert line["failures"] == ["lease"]
    assert len(site.derived()) == 1


def test_not_on_the_hit_path(site: Site) -> None:
    """A derived object that is there is served without a thought of leases."""
    site.put("a.jpg", jpeg(200, 100))
    site.rule()
    site.get("a.jpg", "width=50")

    class Untouched(Failing):
        def acquire(self, name: str, owner: str, seconds: float) -> Turn:
            raise AssertionError((name, owner, seconds))

    with site.pipeline(leases=Untouched()):
        assert site.get("a.jpg", "width=50").operations == "resize"
        assert site.get("a.jpg", "").operations is None


def test_replaced_original_has_a_lease_of_its_own(site: Site) -> None:
    """Work on the old version does not delay the new one."""
    site.put("a.jpg", jpeg(200, 100))
    site.rule()
    old = site.s3.head_object(Bucket="originals", Key="a.jpg")["ETag"]
    leases = DynamoLeases(boto3.client("dynamodb"), LEASES, time)
    site.get("a.jpg", "width=50")
    [name] = site.derived()
    leases.acquire(f"{name}@{old}", "another", 30)
    site.put("a.jpg", jpeg(300, 150))
    began = monotonic()
    assert site.get("a.jpg", "width=50").operations == "resize"
    assert monotonic() - began < single_flight.MAX_WAIT_SECONDS


def test_threads_of_one_process(site: Site) -> None:
    """The local stack works on several requests at a time in one process: one encode there too."""
    site.put("a.jpg", encoded(photograph().resize((600, 450)), "JPEG", quality=92))
    site.rule()
    event = http_event("/a.jpg", "width=500&fmt=webp", headers={"accept": BOTH})
    caches: list[str] = []
    report = site.module._report  # noqa: SLF001 - the report of each request

    def ask(_: int) -> Reply:
        return replace(site, context=replace(site.context, aws_request_id=str(uuid4()))).send(event)

    def tell(*told: Any) -> None:
        caches.append(told[-1].cache)
        report(*told)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(8) as executor:
        patch.setattr(site.module, "_report", tell)
        replies = list(executor.map(ask, range(8)))
    assert Counter(caches)["miss"] == 1
    assert len({reply.body for reply in replies}) == 1
