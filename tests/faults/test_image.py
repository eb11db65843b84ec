"""The image function while its stores fail: the table of docs/failures.md, cell by cell."""

import json
from functools import cache
from time import monotonic
from typing import Any

import pytest

from imagestack.serving.origin_secret import SECRET_TTL
from imagestack.serving.refinement_requests import RefinementThrottle
from imagestack.stores.clients import make_queue_client
from imagestack.stores.sqs_refinements import SqsRefinements
from tests.conftest import DERIVED, Reply, Site
from tests.faults.conftest import IMPATIENT, PATIENT, Frail
from tests.faults.table import EXPECTED, SITES, TABLE, CallSite
from tests.support.context import Context
from tests.support.fault_kinds import FAULTS, TRANSIENT
from tests.support.fault_proxy import Fault, Spoiled
from tests.support.images import encoded, jpeg, photograph

QUERY = "width=100"
SECONDS = "public, max-age=5"
STATUS_REASON = "not valid response code from the origin; response code - {}"
ERRORS = {
    502: "request to origin failed",
    503: ("the origin cannot be asked", "the service is not ready"),
    504: ("request to origin timeout", "too many requests"),
}


@cache
def original(key: str) -> bytes:
    return jpeg() if key.endswith("jpg") else encoded(photograph().resize((80, 60)), "GIF")


def facts(reply: Reply) -> tuple[Any, ...]:
    """What is the same whenever the same image is returned."""
    names = ("Content-Type", "Content-Length", "Cache-Control", "X-Img-Operations", "Img-Skip-Reason")
    return reply.status, reply.body, *(reply.headers.get(name) for name in names)


Right = dict[tuple[str, str], tuple[Any, ...]]


def store(site: Site, key: str, refine: str) -> None:
    """The original and the rule of a case."""
    site.put(key, original(key), "image/jpeg" if key.endswith("jpg") else "image/gif")
    site.rule(refine=refine)


@pytest.fixture(scope="module")
def right(deployment: Site, queue: str) -> Right:
    """What is returned where nothing fails, by original and refinement."""
    found = {}
    throttle = RefinementThrottle(SqsRefinements(make_queue_client, queue), monotonic)
    for key, refine in {(case.key, case.refine) for case, _ in EXPECTED.values()}:
        deployment.clear()
        store(deployment, key, refine)
        with deployment.pipeline(refinements=throttle):
            found[key, refine] = facts(deployment.get(key, QUERY))
    return found


def derived(frail: Frail) -> list[bytes]:
    """The bodies of all derived objects, whole or not."""
    s3 = frail.site.s3
    return [s3.get_object(Bucket=DERIVED, Key=key)["Body"].read() for key in frail.site.derived()]


def prepare(frail: Frail, case: CallSite) -> None:
    """Bring the function to where the case begins."""
    store(frail.site, case.key, case.refine)
    if case.before == "itself":
        assert frail.get(case.key, QUERY).operations == "resize"
    if case.before == "others":
        assert frail.get(case.key).status == 200
        # The secret is read again after so long.
        frail.clock.now += SECRET_TTL + 1


def check(reply: Reply, word: str, case: CallSite, right: tuple[Any, ...]) -> None:
    """Whether an answer is what a word of the table says."""
    if word in {"right", "not stored"}:
        assert facts(reply) == right
    elif word == "original":
        assert (reply.status, reply.body, reply.headers["Cache-Control"]) == (200, original(case.key), SECONDS)
    else:
        status = int(word)
        assert (reply.status, reply.headers["Cache-Control"]) == (status, SECONDS)
        told = json.loads(reply.body)["error"]
        assert told.startswith(ERRORS.get(status, STATUS_REASON.format(status)))
        assert reply.reason == (None if status in ERRORS else STATUS_REASON.format(status))
        assert ("Retry-After" in reply.headers) == (status == 503 or told == "too many requests")


@pytest.mark.parametrize(
    ("fault", "name", "timeout"),
    [(fault, name, IMPATIENT if fault == "no response" else PATIENT) for fault, name in EXPECTED],
    ids=[f"{name}: {fault}" for fault, name in EXPECTED],
)
def test_while_it_fails(frail: Frail, right: Right, fault: str, name: str) -> None:
    """The answer is what the table says, nothing in part is kept; afterwards the right image is returned and kept."""
    case, word = EXPECTED[fault, name]
    wanted = right[case.key, case.refine]
    kept = [wanted[1]] if case.key == "a.jpg" else []
    prepare(frail, case)
    spoiling = Fault(case.pattern, FAULTS[fault])
    frail.spoil(spoiling)
    check(frail.get(case.key, QUERY), word, case, wanted)
    assert spoiling.met
    assert derived(frail) == (kept if word == "right" or case.before == "itself" else [])
    frail.heal()
    assert facts(frail.get(case.key, QUERY)) == wanted
    assert derived(frail) == kept


ONCE = [(fault, name) for fault, name in EXPECTED if fault in TRANSIENT]


@pytest.mark.parametrize(("fault", "name"), ONCE, ids=[f"{name}: {fault}" for fault, name in ONCE])
def test_fails_once(frail: Frail, right: Right, fault: str, name: str) -> None:
    """What fails once is not noticed: the right image is returned, and kept."""
    case, _ = EXPECTED[fault, name]
    wanted = right[case.key, case.refine]
    prepare(frail, case)
    spoiling = Fault(case.pattern, FAULTS[fault], times=1)
    frail.spoil(spoiling)
    assert facts(frail.get(case.key, QUERY)) == wanted
    assert spoiling.met == 1
    assert derived(frail) == ([wanted[1]] if case.key == "a.jpg" else [])


def test_the_table_is_whole() -> None:
    """Every fault and every call site of the page is tried, and no other."""
    assert {fault for fault, _ in TABLE} == set(FAULTS)
    assert {column for _, column in TABLE} == set(SITES)
    assert {name for _, name in EXPECTED} == {name for sites in SITES.values() for name in sites}


def test_deadline(frail: Frail) -> None:
    """An origin that the client would wait for is not waited for longer than the invocation lasts."""
    frail.site.put("a.jpg", jpeg())
    frail.site.rule()
    frail.site.context = Context(seconds=1.5)
    frail.spoil(Fault("^GET /originals/", Spoiled.silent))
    reply = frail.get("a.jpg", QUERY)
    assert (reply.status, json.loads(reply.body)["error"]) == (504, "request to origin timeout: deadline")


class Hourglass(Context):
    """A context whose time is up to the test."""

    now = 29.0

    def get_remaining_time_in_millis(self) -> int:
        return int(Hourglass.now * 1000)


def test_slow_origin_leaves_no_time(frail: Frail, monkeypatch: pytest.MonkeyPatch) -> None:
    """What an original takes to come is missing for the conversion, which is left out for seconds."""
    frail.site.put("a.jpg", jpeg())
    frail.site.rule()
    frail.site.context = Hourglass()
    monkeypatch.setattr(Hourglass, "now", 29.0)

    def late(call: Spoiled) -> None:
        Hourglass.now = 3.0
        call.pass_on()

    frail.spoil(Fault("^GET /originals/", late))
    reply = frail.get("a.jpg", "fmt=webp", accept="image/webp")
    assert (reply.status, reply.body, reply.headers["Cache-Control"]) == (200, jpeg(), SECONDS)
    assert reply.reason == "compression: rate limit is exceeded"
    assert frail.site.derived() == []


def test_left_alone(frail: Frail) -> None:
    """Requests stop calling a derived store that keeps failing, and their images are right all the same."""
    frail.site.put("a.jpg", jpeg())
    frail.site.rule()
    reading = Fault("^GET /derived/", Spoiled.reset)
    frail.spoil(reading)
    bodies = {frail.get("a.jpg", QUERY).body for _ in range(6)}
    assert len(bodies) == 1
    # Three calls, two attempts each.
    assert reading.met == 6
