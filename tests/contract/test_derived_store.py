"""Every implementation of DerivedStore has the same behaviour."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from imagestack import skips
from imagestack.errors import StoreError
from imagestack.formats import FORMATS
from imagestack.plan.derived_key import derived_key
from imagestack.plan.plan import make_plan
from imagestack.ports import Derived, Transformed, Version
from imagestack.request.query import pairs, parse
from imagestack.rules.options import ImageStack
from imagestack.skips import SkipReason
from tests.contract.conftest import Deriveds

AT_MOST = 10**6
ENGINE = "3-pillow13.0.0-avif1.6.0"
KEY = "site.example/a.jpg/@/width=200&fmt=webp&preset=95&v=1.webp"
VERSION = Version('"0123456789abcdef-12"', datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC))


def derived(body: bytes = b"0123456789", **told: object) -> Derived:
    """A derived object that holds something of everything."""
    made = Transformed(
        operations=("resize", "crop", "convert"),
        reasons=(),
        content_type="image/webp",
        etag='"made"',
        length=len(body),
        origin_size=12345,
        download_time=12,
        processing_time=345,
    )
    return Derived(VERSION, replace(made, **told), body)  # type: ignore[arg-type]


def kept(deriveds: Deriveds, key: str = KEY, at_most: int = AT_MOST) -> Derived:
    found = deriveds.store.get(key, at_most)
    assert found is not None
    return found


def same(one: Derived, other: Derived) -> bool:
    """Equal but for what the store calls it."""
    return replace(one, store_etag="") == replace(other, store_etag="")


def test_nothing_there(deriveds: Deriveds) -> None:
    """A key without an object is None."""
    assert deriveds.store.get(KEY, AT_MOST) is None


def test_round_trip(deriveds: Deriveds) -> None:
    """What was put is what is got, in every detail."""
    deriveds.store.put(KEY, derived(), {}, None)
    assert same(kept(deriveds), derived())
    assert kept(deriveds).store_etag


@pytest.mark.parametrize("told", [{}, {"score": 0}, {"score": 100, "quality": 1}, {"quality": 95}])
def test_score_and_quality(deriveds: Deriveds, told: dict[str, Any]) -> None:
    """They are kept where they are known, and only there."""
    deriveds.store.put(KEY, derived(**told), {}, None)
    assert same(kept(deriveds), derived(**told))
    assert (kept(deriveds).transformed.score, kept(deriveds).transformed.quality) == (
        told.get("score"),
        told.get("quality"),
    )


REASONS = {
    "none": (),
    "one": (skips.WOULD_ENLARGE,),
    "with punctuation": (skips.crop_conflict(9_999_999_999, 2, 3, 4),),
    "with colons": (skips.quality_above_origin(85, 90),),
    "with slashes": (skips.conversion_failed("image/webp"),),
    "several": (skips.RATE_LIMIT, skips.WOULD_ENLARGE, skips.CROP_PERCENT_OUTSIDE, skips.BIGGER_THAN_ORIGIN),
    "long": (
        skips.not_lossless("avif"),
        skips.WOULD_ENLARGE,
        skips.CROP_PIXELS_OUTSIDE,
        skips.quality_above_origin(100, 100),
        skips.QUALITY_ALONE,
        skips.TOO_LARGE,
    ),
}


@pytest.mark.parametrize("reasons", REASONS.values(), ids=REASONS)
def test_reasons(deriveds: Deriveds, reasons: tuple[SkipReason, ...]) -> None:
    """Reasons come back, whatever stands in them."""
    deriveds.store.put(KEY, derived(reasons=reasons), {}, None)
    assert kept(deriveds).transformed.reasons == reasons


@pytest.mark.parametrize("operations", [(), ("resize",), ("crop",), ("convert",), ("resize", "crop", "convert")])
def test_operations(deriveds: Deriveds, operations: tuple[str, ...]) -> None:
    """Operations come back in their order."""
    deriveds.store.put(KEY, derived(operations=operations), {}, None)
    assert kept(deriveds).transformed.operations == operations


def test_remembered_skip(deriveds: Deriveds) -> None:
    """A skip without operation and bytes is remembered with its reason."""
    skip = derived(b"", operations=(), reasons=(skips.DAMAGED,), content_type="application/octet-stream")
    deriveds.store.put(KEY, skip, {}, None)
    assert same(kept(deriveds), skip)


@pytest.mark.parametrize("fmt", FORMATS.values(), ids=FORMATS)
def test_content_types(deriveds: Deriveds, fmt: object) -> None:
    """Each format's content type comes back."""
    content_type = str(getattr(fmt, "content_type", ""))
    deriveds.store.put(KEY, derived(content_type=content_type), {}, None)
    assert kept(deriveds).transformed.content_type == content_type


@pytest.mark.parametrize(
    "version",
    [
        # pragma: allowlist nextline secret
        Version('"0123456789abcdef0123456789abcdef"', datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)),
        Version('"0123456789abcdef0123456789abcdef-10000"', datetime(1970, 1, 1, tzinfo=UTC)),
        Version('"a"', datetime(2024, 12, 31, 23, 59, 59, 123456, tzinfo=UTC)),
        Version('"a"', datetime(2024, 5, 6, 7, 8, 9, tzinfo=timezone(timedelta(hours=2)))),
    ],
    ids=["usual", "multipart", "parts of a second", "another zone"],
)
def test_versions(deriveds: Deriveds, version: Version) -> None:
    """Of which version of the original an object was made comes back exactly: else it would be stale at once."""
    deriveds.store.put(KEY, replace(derived(), original_version=version), {}, None)
    assert kept(deriveds).original_version == version


@pytest.mark.parametrize("number", [0, 1, 2**40])
def test_numbers(deriveds: Deriveds, number: int) -> None:
    """Sizes and times come back."""
    put = derived(origin_size=number, download_time=number, processing_time=number)
    deriveds.store.put(KEY, put, {}, None)
    assert kept(deriveds).transformed == put.transformed


ORIGINAL_KEYS = [
    "a.jpg",
    "a b+c%20?d#e&f.jpg",
    "é/日本/😀.jpg",
    "a/@/b",
    "x" * 1024,
    "é" * 512,
    "//a//",
    '"a"*.jpg',
    "a\u0301",
]


@pytest.mark.parametrize("key", ORIGINAL_KEYS, ids=[ascii(key)[:20] for key in ORIGINAL_KEYS])
@pytest.mark.parametrize("host", ["*", "site.example", "h" * 253], ids=["any", "usual", "long"])
def test_keys(deriveds: Deriveds, host: str, key: str) -> None:
    """Derived keys of odd originals are kept as they are."""
    query = "width=9999999999&height=9999999999&fit=bounds&crop=4:5,offset-x0,offset-y100&fmt=webp,avif&quality=100"
    plan = make_plan(parse(pairs(query)), ImageStack(enabled=True, png_lossless=True), ("avif", "webp"))
    name = derived_key(host, key, plan, ENGINE)
    deriveds.store.put(name, derived(), {}, None)
    assert same(kept(deriveds, name), derived())


@pytest.mark.parametrize(("at_most", "body"), [(10, b"0123456789"), (11, b"0123456789"), (9, None), (0, None)])
def test_at_most(deriveds: Deriveds, at_most: int, body: bytes | None) -> None:
    """The body comes along if it is no larger than wanted; the facts come in any case."""
    deriveds.store.put(KEY, derived(), {}, None)
    found = kept(deriveds, at_most=at_most)
    assert found.body == body
    assert found.transformed == derived().transformed


def test_after_an_unread_body(deriveds: Deriveds) -> None:
    """What was left unread of one object disturbs no other."""
    deriveds.store.put(KEY, derived(bytes(10**6)), {}, None)
    deriveds.store.put("small", derived(), {}, None)
    for _ in range(3):
        assert kept(deriveds, at_most=10).body is None
        assert kept(deriveds, "small").body == b"0123456789"


def test_refined(deriveds: Deriveds) -> None:
    """Whether anybody has looked for fewer bytes comes back; of an object of before that, nobody has."""
    deriveds.store.put(KEY, derived(), {}, None)
    assert kept(deriveds).refined is False
    deriveds.store.put(KEY, replace(derived(), refined=True), {}, kept(deriveds).store_etag)
    assert kept(deriveds).refined is True
    assert same(kept(deriveds), replace(derived(), refined=True))
    assert set(deriveds.metadata(KEY)) == {*METADATA, "operations", "refined"}


def test_who_has_put(deriveds: Deriveds) -> None:
    """`put` returns whether the stored object is that of the writer."""
    assert deriveds.store.put(KEY, derived(b"first"), {}, None) is True
    assert deriveds.store.put(KEY, derived(b"second"), {}, None) is False
    seen = kept(deriveds).store_etag
    assert deriveds.store.put(KEY, derived(b"smaller"), {}, seen) is True
    assert deriveds.store.put(KEY, derived(b"late"), {}, seen) is False
    assert same(kept(deriveds), derived(b"smaller"))
    deriveds.delete(KEY)
    assert deriveds.store.put(KEY, derived(b"late"), {}, seen) is False


def test_one_of_many_replaces(deriveds: Deriveds) -> None:
    """Of many that replace the same object at once it is one, and its object is there."""
    deriveds.store.put(KEY, derived(b"first"), {}, None)
    seen = kept(deriveds).store_etag
    bodies = [f"smaller {number}".encode() for number in range(8)]
    with ThreadPoolExecutor(8) as executor:
        won = list(executor.map(lambda body: deriveds.store.put(KEY, derived(body), {}, seen), bodies))
    assert sorted(won) == [False] * 7 + [True]
    assert same(kept(deriveds), derived(bodies[won.index(True)]))


def test_put_once(deriveds: Deriveds) -> None:
    """A concurrent writer's result stays; who comes second loses quietly."""
    deriveds.store.put(KEY, derived(b"first"), {}, None)
    deriveds.store.put(KEY, derived(b"second"), {}, None)
    assert same(kept(deriveds), derived(b"first"))


def test_replaces(deriveds: Deriveds) -> None:
    """A stale object is replaced by who names it."""
    deriveds.store.put(KEY, derived(b"stale"), {}, None)
    newer = replace(derived(b"newer"), original_version=Version('"new"', VERSION.last_modified))
    deriveds.store.put(KEY, newer, {}, kept(deriveds).store_etag)
    assert same(kept(deriveds), newer)


def test_replaces_nothing_newer(deriveds: Deriveds) -> None:
    """Who names an object that has been replaced meanwhile loses quietly."""
    deriveds.store.put(KEY, derived(b"stale"), {}, None)
    seen = kept(deriveds).store_etag
    deriveds.store.put(KEY, derived(b"newer"), {}, seen)
    deriveds.store.put(KEY, derived(b"late"), {}, seen)
    assert same(kept(deriveds), derived(b"newer"))


def test_replaces_what_is_gone(deriveds: Deriveds) -> None:
    """Who names an object that has been purged meanwhile loses quietly: the purge holds."""
    deriveds.store.put(KEY, derived(b"stale"), {}, None)
    seen = kept(deriveds).store_etag
    deriveds.delete(KEY)
    deriveds.store.put(KEY, derived(b"late"), {}, seen)
    assert deriveds.store.get(KEY, AT_MOST) is None


def test_put_again_after_a_purge(deriveds: Deriveds) -> None:
    """A purged object can be put again."""
    deriveds.store.put(KEY, derived(b"first"), {}, None)
    deriveds.delete(KEY)
    deriveds.store.put(KEY, derived(b"second"), {}, None)
    assert same(kept(deriveds), derived(b"second"))


def assert_stale_and_replaceable(deriveds: Deriveds) -> None:
    found = kept(deriveds)
    assert found.original_version.etag == ""
    assert found.original_version.last_modified < VERSION.last_modified
    deriveds.store.put(KEY, derived(), {}, found.store_etag)
    assert same(kept(deriveds), derived())


def test_foreign_object(deriveds: Deriveds) -> None:
    """An object without our metadata is of no original's version, and can be replaced."""
    deriveds.put_foreign(KEY, b"somebody's", {})
    assert_stale_and_replaceable(deriveds)


METADATA = ["etag", "origin-etag", "origin-last-modified", "origin-size", "download-time", "processing-time"]
TEXTS = ["operations", "skip-reason"]


def test_metadata(deriveds: Deriveds) -> None:
    """All facts of an object are stored as metadata: ASCII, and at most the 2 KB of S3."""
    deriveds.store.put(KEY, derived(reasons=REASONS["long"]), {}, None)
    metadata = deriveds.metadata(KEY)
    assert set(metadata) == {*METADATA, *TEXTS}
    assert all(metadata.values())
    assert all(text.isascii() and text.isprintable() for text in metadata.values())
    assert sum(len(name) + len(text) for name, text in metadata.items()) < 2048


@pytest.mark.parametrize("name", METADATA)
def test_metadata_missing(deriveds: Deriveds, name: str) -> None:
    """An object that lacks a fact, for example from another release, is stale."""
    deriveds.store.put("whole", derived(), {}, None)
    metadata = {key: text for key, text in deriveds.metadata("whole").items() if key != name}
    deriveds.put_foreign(KEY, b"x", metadata)
    assert_stale_and_replaceable(deriveds)


@pytest.mark.parametrize("name", ["origin-last-modified", "origin-size", "download-time", "processing-time"])
@pytest.mark.parametrize("text", ["x", "-", "1.5.2"])
def test_metadata_broken(deriveds: Deriveds, name: str, text: str) -> None:
    """So is one of which something cannot be read."""
    deriveds.store.put("whole", derived(), {}, None)
    deriveds.put_foreign(KEY, b"x", deriveds.metadata("whole") | {name: text})
    assert_stale_and_replaceable(deriveds)


def test_headers(deriveds: Deriveds) -> None:
    """A client that gets the object from the bucket gets the headers of the original."""
    headers = {
        "Cache-Control": "max-age=60",
        "Content-Disposition": 'inline; filename="a.jpg"',
        "Content-Language": "de",
    }
    deriveds.store.put(KEY, derived(), headers | {"x-amz-meta-by": "me"}, None)
    told = deriveds.headers(KEY)
    assert {name: told[name.lower()] for name in headers} == headers
    assert told["content-type"] == "image/webp"


def test_default_cache_control(deriveds: Deriveds) -> None:
    """Without a word of the original's, caches keep an object for a day."""
    deriveds.store.put(KEY, derived(), {}, None)
    assert deriveds.headers(KEY)["cache-control"] == "public, max-age=86400"


@pytest.mark.parametrize("text", ["\xfc.jpg", "\u65e5\u672c.jpg", "\x7f", "", " a ", "x" * 2000], ids=ascii)
def test_odd_headers(deriveds: Deriveds, text: str) -> None:
    """Whatever the original says of itself, the object is kept whole."""
    deriveds.store.put(KEY, derived(), {"Content-Disposition": f'inline; filename="{text}"'}, None)
    assert same(kept(deriveds), derived())


def test_split_headers(deriveds: Deriveds) -> None:
    """A header that would split the request is refused by the store; nothing is smuggled in."""
    with pytest.raises(StoreError):
        deriveds.store.put(KEY, derived(), {"Content-Disposition": "a\r\nx-amz-meta-etag: b"}, None)
    assert deriveds.store.get(KEY, AT_MOST) is None
