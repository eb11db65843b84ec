"""The handler reads derived objects first, writes them once, and never serves a stale one."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image

from imagestack.errors import BusyError, StoreError
from imagestack.plan.work import Work
from imagestack.ports import Derived, Stored
from imagestack.transform import ENGINE, Encoded
from tests.conftest import BOTH, DERIVED, Site
from tests.support.context import Context
from tests.support.images import BLUE, RED, encoded, jpeg, near


@contextmanager
def counted_transforms(site: Site, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Work]]:
    """Every transform that is really done."""
    done: list[Work] = []
    pipeline = site.module.PIPELINE

    def counting(body: bytes, work: Work, seconds: float) -> Encoded:
        done.append(work)
        return pipeline.transform(body, work, seconds)  # type: ignore[no-any-return] # a module that is loaded by name

    with monkeypatch.context() as patch:
        patch.setattr(site.module, "PIPELINE", replace(pipeline, transform=counting))
        yield done


@pytest.mark.parametrize(
    "query",
    [
        "width=100",
        "width=500&height=400&fit=pad&background=ff8800",
        "width=600&height=600&enlarge=clamp&gravity=focus&dpr=2",
        "area=4:5&crop=50,50&gravity=x10p,y90p&fmt=auto",
        # Larger than the original.
        "fmt=png",
    ],
)
def test_second_request_transforms_nothing(site: Site, monkeypatch: pytest.MonkeyPatch, query: str) -> None:
    """The derived object is read first."""
    site.put("a.jpg", jpeg())
    site.rule()
    with counted_transforms(site, monkeypatch) as done:
        bodies = {site.get("a.jpg", query, BOTH).body for _ in range(3)}
    assert len(done) == 1
    assert len(bodies) == 1


def test_equal_requests_share_one_object(site: Site) -> None:
    """However a request is spelled, what it means is kept once."""
    site.put("a.jpg", jpeg())
    site.rule()
    for query in (
        "width=100&crop=50,50",
        "crop=50,50&width=0100&junk=1",
        "crop=50,50,offset-x50,offset-y50&width=100&width=7",
        "width=100&crop=050,0050&fit=nonsense&fmt=nonsense",
    ):
        assert site.get("a.jpg", query, BOTH).image.size == (50, 50)
    assert site.derived() == [f"_default/a.jpg/@/width=100&crop=50,50&preset=95&v={ENGINE}.original"]


def test_key_is_readable(site: Site) -> None:
    """The key contains resource, original, plan and format."""
    site.put("photos/été 1.jpg", jpeg())
    site.rule(1, "site.example", quality=80, webp_enabled=True, avif_enabled=True)
    site.get("photos/été 1.jpg", "width=100", BOTH)
    assert site.derived() == [f"site.example/photos/été 1.jpg/@/width=100&auto=avif,webp&preset=80&v={ENGINE}.avif"]


@pytest.mark.parametrize("query", ["width=50", "fmt=webp"])
def test_replaced_original_is_never_served_stale(site: Site, query: str) -> None:
    """After the original has changed the next answer is made of the new one, and replaces the derived object."""
    site.rule()
    for colour in (RED, BLUE):
        site.put("a.jpg", encoded(Image.new("RGB", (100, 100), colour)))
        for _ in range(2):
            assert near(site.get("a.jpg", query, BOTH).image.convert("RGB").getpixel((5, 5)), colour)
    assert len(site.derived()) == 1


def test_new_metadata_counts_as_change(site: Site) -> None:
    """An original that is stored again with other headers brings those, not the old ones."""
    site.rule()
    site.put("a.jpg", jpeg(), ContentLanguage="de")
    assert site.get("a.jpg", "width=50").headers["Content-Language"] == "de"
    site.put("a.jpg", jpeg(), ContentLanguage="fr")
    assert site.get("a.jpg", "width=50").headers["Content-Language"] == "fr"


def test_deleted_original_is_gone(site: Site) -> None:
    """A derived object does not outlive its original."""
    site.rule()
    site.put("a.jpg", jpeg())
    assert site.get("a.jpg", "width=50").status == 200
    site.s3.delete_object(Bucket="originals", Key="a.jpg")
    assert site.get("a.jpg", "width=50").status == 404


def test_remembered_skip_follows_the_original(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A damaged original is decoded once, and its replacement is decoded again."""
    site.rule()
    broken = jpeg()[:4000]
    site.put("a.jpg", broken)
    with counted_transforms(site, monkeypatch) as done:
        for _ in range(3):
            reply = site.get("a.jpg", "width=50&quality=x")
            assert reply.reason == "compression: bad quality parameter; original image is damaged"
            assert reply.body == broken
        assert len(done) == 1
        site.put("a.jpg", jpeg())
        assert site.get("a.jpg", "width=50").operations == "resize"
        assert len(done) == 2


def test_reasons_of_a_request_are_its_own(site: Site) -> None:
    """A skip because of the query is reported to its own client, and not to others that share the derived object."""
    site.put("a.jpg", jpeg())
    site.rule()
    assert site.get("a.jpg", "width=50&crop=x").reason == "cropping: bad width parameter"
    assert site.get("a.jpg", "width=50").reason is None
    assert len(site.derived()) == 1


def test_object_of_somebody_else_is_replaced(site: Site) -> None:
    """An object under the derived key without our metadata is not served and is replaced."""
    site.put("a.jpg", jpeg())
    site.rule()
    site.get("a.jpg", "width=50")
    [key] = site.derived()
    site.s3.put_object(Bucket=DERIVED, Key=key, Body=b"not an image")
    for _ in range(2):
        assert site.get("a.jpg", "width=50").image.size == (50, 38)


class FailingStore:
    """A derived store that is down."""

    def get(self, key: str, at_most: int) -> Derived | None:
        raise StoreError(f"{key} {at_most}")

    def put(self, key: str, derived: Derived, headers: Mapping[str, str], replaces: str | None) -> bool:
        raise StoreError(f"{key} {derived} {headers} {replaces}")


def test_failing_store_never_fails_the_request(site: Site) -> None:
    """Without the store of derived objects images are still transformed."""
    site.put("a.jpg", jpeg())
    site.rule()
    with site.pipeline(derived=FailingStore()):
        for _ in range(2):
            reply = site.get("a.jpg", "width=50")
            assert (reply.status, reply.operations) == (200, "resize")
    assert site.derived() == []


def test_losing_the_race_is_harmless(site: Site) -> None:
    """If two functions make the same object at once, one writes it and both return it."""
    site.put("a.jpg", jpeg())
    site.rule()
    first = site.get("a.jpg", "width=50")
    [key] = site.derived()
    store = site.module.PIPELINE.derived

    class Late:
        """A store that returns no object, although another function has written one meanwhile."""

        def get(self, _key: str, _at_most: int) -> Derived | None:
            return None

        put = staticmethod(store.put)

    before = site.s3.head_object(Bucket=DERIVED, Key=key)["LastModified"]
    with site.pipeline(derived=Late()):
        late = site.get("a.jpg", "width=50")
    assert late.body == first.body
    assert late.headers["ETag"] == first.headers["ETag"]
    assert site.s3.head_object(Bucket=DERIVED, Key=key)["LastModified"] == before


def test_original_changing_between_two_looks(site: Site) -> None:
    """The version that was fetched decides, not the one that was seen before."""
    site.put("a.jpg", jpeg())
    site.rule()
    originals = site.module.PIPELINE.originals

    class Changing:
        """The original is replaced between head and fetch."""

        def head(self, key: str) -> Stored:
            stored: Stored = originals.head(key)
            site.put("a.jpg", encoded(Image.new("RGB", (100, 100), BLUE)))
            return stored

        fetch = staticmethod(originals.fetch)

    with site.pipeline(originals=Changing()):
        assert near(site.get("a.jpg", "width=50").image.getpixel((5, 5)), BLUE)
    assert near(site.get("a.jpg", "width=50").image.getpixel((5, 5)), BLUE)


def test_no_time_left(site: Site) -> None:
    """If the time is too short to encode, the original is returned for seconds and the outcome is not stored."""
    site.put("a.jpg", jpeg())
    site.rule()
    site.context = Context(seconds=3)
    reply = site.get("a.jpg", "fmt=avif", BOTH)
    assert reply.reason == "compression: rate limit is exceeded"
    assert reply.body == jpeg()
    assert reply.headers["Cache-Control"] == "public, max-age=5"
    assert site.derived() == []
    site.context = Context()
    again = site.get("a.jpg", "fmt=avif", BOTH)
    assert again.type == "image/avif"
    assert again.headers["Cache-Control"] == "public, max-age=86400"


def test_no_memory(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a format needs too much memory, the next one is tried. Otherwise the original is returned with its reason."""
    site.put("a.jpg", jpeg(1000, 1000))
    site.rule()
    config = site.module.CONFIG
    # AVIF is estimated at 30 bytes a pixel, JPEG at 12, an original's decoding at 4.
    monkeypatch.setattr(site.module, "CONFIG", replace(config, memory=20_000_000))
    refused = site.get("a.jpg", "fmt=avif", BOTH)
    assert refused.reason == "compression: rate limit is exceeded"
    assert refused.body == jpeg(1000, 1000)
    cut = site.get("a.jpg", "fmt=avif&crop=900,900", BOTH)
    assert cut.reason == "compression: rate limit is exceeded"
    assert (cut.operations, cut.type) == ("crop", "image/jpeg")
    assert cut.headers["Cache-Control"] == "public, max-age=5"


def test_encoder_failure(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """If an encoder fails, the other operations are performed and the failure is remembered."""
    import imagestack.transform as module  # noqa: PLC0415 - its name is what is replaced

    real = module.encode  # type: ignore[attr-defined] # imported there

    def failing(picture: Any, work: Work) -> bytes:
        if work.format.name == "avif":
            raise RuntimeError("broken")
        return real(picture, work)

    monkeypatch.setattr(module, "encode", failing)
    monkeypatch.setattr(site.module, "PIPELINE", replace(site.module.PIPELINE, transform=module.in_this_process))
    site.put("a.jpg", jpeg())
    site.rule(avif_enabled=True)
    reason = "compression: image/avif conversion internal error"
    with counted_transforms(site, monkeypatch) as done:
        for _ in range(2):
            alone = site.get("a.jpg", "", BOTH)
            assert (alone.status, alone.reason, alone.body) == (200, reason, jpeg())
        assert len(done) == 1
    resized = site.get("a.jpg", "width=100", BOTH)
    assert (resized.reason, resized.operations, resized.type) == (reason, "resize", "image/jpeg")
    assert site.get("a.jpg", "width=100", "image/webp").reason is None


@pytest.mark.parametrize("error", [MemoryError, BusyError])
def test_passing_failures_are_not_remembered(
    site: Site, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """Memory or a worker that was not there now may be there for the next invocation."""

    def exhausted(_body: bytes, _work: Work, _seconds: float) -> Encoded:
        raise error

    site.put("a.jpg", jpeg())
    site.rule()
    with monkeypatch.context() as patch:
        patch.setattr(site.module, "PIPELINE", replace(site.module.PIPELINE, transform=exhausted))
        reply = site.get("a.jpg", "width=100")
    assert (reply.status, reply.reason) == (200, "compression: rate limit is exceeded")
    assert reply.headers["Cache-Control"] == "public, max-age=5"
    assert site.derived() == []
    assert site.get("a.jpg", "width=100").operations == "resize"
