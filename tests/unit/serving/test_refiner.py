"""Refinements of derived objects, with stores in memory."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import pytest

import imagestack.serving.refiner as module
from imagestack.effort import Effort
from imagestack.errors import (
    DamagedImageError,
    EncodeError,
    OriginStatusError,
    OriginTimeoutError,
    StoreError,
)
from imagestack.limits import Limits
from imagestack.plan.work import Work
from imagestack.ports import Derived, Original, Stored, Transformed, Version
from imagestack.refinement import Refinement, to_message
from imagestack.request.image_request import Conditions, ImageRequest
from imagestack.request.query import pairs, parse
from imagestack.rules.cache import CachedRules
from imagestack.rules.model import Resource
from imagestack.rules.option_items import read_options
from imagestack.sandbox.workers import NoWorkers
from imagestack.serving.derive import entity_tag
from imagestack.serving.refiner import Encode, Refined, Refiner
from imagestack.serving.target import derived_target
from imagestack.transform import Encoded
from tests.support.images import jpeg

QUERY, ACCEPTED = "width=100", ("avif", "webp")
VERSION = Version('"1"', datetime(2026, 1, 1, tzinfo=UTC))
FIRST = b"first result"
BETTER = Encoded(b"better", 77.6)
OPTION = {"enabled": True, "avif_enabled": True, "refine": "all"}
GIGABYTE = 10**9


def name_of(option: Mapping[str, Any]) -> str:
    """The derived key that a request comes to."""
    request = ImageRequest("site.example", "a.jpg", parse(pairs(QUERY)), ACCEPTED, Conditions())
    read = read_options({"image_stack": dict(option)}).image_stack
    assert read
    return derived_target(request, Resource("*"), read).derived_key


NAME = name_of(OPTION)
REFINEMENT = Refinement("site.example", "a.jpg", QUERY, ACCEPTED, NAME, VERSION.etag)


def derived(**told: Any) -> Derived:
    """The result of a first encode."""
    made = Transformed(
        operations=("resize", "convert"),
        reasons=(),
        content_type="image/avif",
        etag=entity_tag(FIRST),
        length=len(FIRST),
        origin_size=len(jpeg()),
        download_time=12,
        processing_time=345,
    )
    return replace(Derived(VERSION, made, FIRST, "store-1"), **told)


@dataclass
class World:
    """Stores and rules in memory, and what has been put."""

    original: bytes = field(default_factory=jpeg)
    version: Version = VERSION
    found: Derived | None = field(default_factory=derived)
    option: Mapping[str, Any] = field(default_factory=lambda: OPTION)
    settings: Mapping[str, Any] = field(default_factory=dict)
    puts: list[tuple[str, Derived, str | None]] = field(default_factory=list)
    failure: Exception | None = None
    lost: bool = False
    fetched: int = 0
    encode: Encode = NoWorkers().refine

    def items(self, host: str) -> Sequence[Mapping[str, Any]]:
        if host != "*":
            return ()
        rule = {"pk": "RESOURCE#*", "sk": "RULE#1", "rule": "/.*", "options": {"image_stack": self.option}}
        return [{"pk": "RESOURCE#*", "sk": "SETTINGS", **self.settings}, rule]

    def head(self, key: str) -> Stored:
        raise AssertionError(key)

    def fetch(self, key: str, at_most: int) -> Original:
        assert (key, at_most) == ("a.jpg", Limits().original_bytes)
        self.fetched += 1
        if self.failure:
            raise self.failure
        headers = {"Cache-Control": "max-age=60"}
        return Original(Stored(key, self.version, len(self.original), "image/jpeg", headers=headers), self.original)

    def get(self, key: str, at_most: int) -> Derived | None:
        assert at_most == Limits().original_bytes
        return self.found if key == NAME else None

    def put(self, key: str, derived: Derived, headers: Mapping[str, str], replaces: str | None) -> bool:
        assert headers == {"Cache-Control": "max-age=60"}
        if not self.lost:
            self.puts.append((key, derived, replaces))
            self.found = replace(derived, store_etag="store-2")
        return not self.lost


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def encodes(world: World) -> list[Work]:
    """What has been encoded; each result is better than the first."""
    done: list[Work] = []

    def encode(original: bytes, first: bytes, work: Work, _seconds: float) -> Encoded:
        assert (original, first) == (jpeg(), FIRST)
        done.append(work)
        return BETTER

    world.encode = encode
    return done


def refiner(world: World, memory: int = GIGABYTE, **parts: Any) -> Refiner:
    rules = CachedRules(world, "originals", 0, lambda: 0.0, lambda _: None)
    told: dict[str, Callable[..., None]] = {"report": lambda _: None, "report_failure": lambda *_: None}
    return Refiner(world, world, rules, Limits(), memory, encode=world.encode, **(told | parts))


def refined(world: World, refinement: Refinement = REFINEMENT, seconds: float = 270) -> Refined:
    return refiner(world).refine(refinement, seconds)


def test_smaller_result_takes_the_place(world: World, encodes: list[Work]) -> None:
    """It replaces exactly the object that it was compared with, and keeps the facts of the first encode."""
    assert refined(world) == Refined(NAME, "smaller", len(FIRST) - len(BETTER.body))
    assert [(work.effort, work.operations) for work in encodes] == [(Effort.REFINED, ("resize", "convert"))]
    ((name, kept, replaces),) = world.puts
    assert (name, replaces) == (NAME, "store-1")
    assert (kept.original_version, kept.body, kept.refined) == (VERSION, BETTER.body, True)
    expected = replace(
        derived().transformed,
        etag=entity_tag(BETTER.body),
        length=len(BETTER.body),
        score=78,
        processing_time=kept.transformed.processing_time,
    )
    assert kept.transformed == expected
    assert kept.transformed.etag != derived().transformed.etag


@pytest.mark.parametrize("result", [None, DamagedImageError("x"), EncodeError("x"), MemoryError()], ids=repr)
def test_no_better_result_is_remembered(world: World, result: Exception | None) -> None:
    """Where there is no better one the first stays, byte for byte, and nobody tries again."""

    def encode(*_: object) -> None:
        if result:
            raise result

    world.encode = encode
    assert refined(world) == Refined(NAME, "same")
    assert world.puts == [(NAME, derived(refined=True), "store-1")]
    assert refined(world) == Refined(NAME, "nothing")
    assert len(world.puts) == 1


@pytest.mark.parametrize(("memory", "seconds"), [(10_000, 270), (GIGABYTE, 0.001)], ids=["memory", "time"])
def test_what_cannot_be_paid_for_is_remembered(world: World, encodes: list[Work], memory: int, seconds: float) -> None:
    """An image that is too large for this function stays as it is."""
    assert refiner(world, memory).refine(REFINEMENT, seconds) == Refined(NAME, "same")
    assert world.puts == [(NAME, derived(refined=True), "store-1")]
    assert encodes == []


def test_comparison_that_cannot_be_paid_for(world: World, encodes: list[Work], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where an encode has room enough and the comparison has not, the image stays as it is too."""
    monkeypatch.setattr(module, "score_bytes", lambda _: GIGABYTE + 1)
    assert refined(world) == Refined(NAME, "same")
    assert encodes == []
    world.found = derived()
    monkeypatch.setattr(module, "score_bytes", lambda _: GIGABYTE)
    assert refined(world).outcome == "smaller"


def test_delivered_twice(world: World, encodes: list[Work]) -> None:
    """The second time there is nothing to do, and the original is not even fetched."""
    assert [refined(world).outcome for _ in range(3)] == ["smaller", "nothing", "nothing"]
    assert (len(encodes), len(world.puts), world.fetched) == (1, 1, 1)


def test_lost_race(world: World, encodes: list[Work]) -> None:
    """Who loses the conditional write has done nothing, and has not failed."""
    world.lost = True
    assert refined(world) == Refined(NAME, "nothing")
    assert len(encodes) == 1


NOTHING: dict[str, dict[str, Any]] = {
    "no derived object": {"found": None},
    "refined already": {"found": derived(refined=True)},
    "a remembered skip": {"found": derived(transformed=replace(derived().transformed, operations=()))},
    "of another version": {"found": derived(original_version=Version('"2"', VERSION.last_modified))},
    "larger than any original": {"found": derived(body=None)},
    "original replaced": {"version": Version('"2"', VERSION.last_modified)},
    "original stored again": {"version": Version('"1"', datetime(2026, 1, 2, tzinfo=UTC))},
    "original deleted": {"failure": OriginStatusError(404)},
    "rule switched off": {"option": OPTION | {"refine": "off"}},
    "image stack off": {"option": OPTION | {"enabled": False}},
    "another quality": {"option": OPTION | {"quality": 60}},
    "another format": {"option": OPTION | {"avif_enabled": False, "webp_enabled": True}},
    "resource off": {"settings": {"active": False}},
}


@pytest.mark.parametrize("changes", NOTHING.values(), ids=NOTHING)
def test_nothing_to_do_any_more(world: World, encodes: list[Work], changes: dict[str, Any]) -> None:
    """An object that has changed since the request is skipped: no encode, no write, no failure."""
    assert refined(replace(world, **changes)) == Refined(NAME, "nothing")
    assert (encodes, world.puts) == ([], [])


def test_popular_is_refined_as_well(world: World, encodes: list[Work]) -> None:
    """Every requested object is refined, under the same key; the image function selects the objects."""
    world.option = OPTION | {"refine": "popular"}
    assert refined(world).outcome == "smaller"
    assert len(encodes) == 1


@pytest.mark.parametrize("failure", [OriginStatusError(403), OriginTimeoutError("read"), StoreError("x")], ids=repr)
def test_failures_of_stores(world: World, encodes: list[Work], failure: Exception) -> None:
    """A store that fails now may not fail later: nothing is remembered."""
    world.failure = failure
    with pytest.raises(type(failure)):
        refined(world)
    assert (encodes, world.puts) == ([], [])


def record(body: str, name: str) -> dict[str, Any]:
    return {"messageId": name, "body": body, "eventSource": "aws:sqs"}


def test_batch(world: World, encodes: list[Work]) -> None:
    """One message that fails does not hold up the others, and it alone comes again."""
    told: list[Refined] = []
    failed: list[tuple[str, type[Exception]]] = []
    batch = refiner(world, report=told.append, report_failure=lambda name, error: failed.append((name, type(error))))
    messages = [record("no json", "a"), record(to_message(REFINEMENT), "b"), record("{}", "c")]
    answer = batch.handle({"Records": messages}, lambda: 300)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "a"}, {"itemIdentifier": "c"}]}
    assert [one.outcome for one in told] == ["smaller"]
    assert [name for name, _ in failed] == ["a", "c"]
    assert all(issubclass(kind, ValueError) for _, kind in failed)
    assert len(encodes) == 1


def test_failing_store_in_a_batch(world: World) -> None:
    """A message whose store failed comes again."""
    world.failure = OriginTimeoutError("read")
    answer = refiner(world).handle({"Records": [record(to_message(REFINEMENT), "a")]}, lambda: 300)
    assert answer == {"batchItemFailures": [{"itemIdentifier": "a"}]}
