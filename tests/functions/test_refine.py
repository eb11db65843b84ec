"""Refinements through both handlers: the image function requests them and the refine function encodes."""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import pytest

from imagestack.errors import StoreError
from imagestack.refinement import Refinement
from imagestack.serving.refinement_requests import RefinementThrottle
from imagestack.stores.s3_derived import S3Derived
from tests.conftest import BOTH, DERIVED, Reply, Site
from tests.support.images import drawing, encoded, jpeg, near, photograph
from tests.support.refinery import Refinery

ROOT = Path(__file__).resolve().parents[2]
EVENTS = ROOT / "events"
MINUTE, DAY = "public, max-age=86400, s-maxage=60", "public, max-age=86400"


def stock(site: Site, refine: str, **option: Any) -> None:
    """A photograph and a rule."""
    site.put("a.jpg", encoded(photograph(), quality=95))
    site.rule(quality=80, refine=refine, **option)


def age(reply: Reply) -> str:
    return reply.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("query", "accept"),
    [
        ("width=300", None),
        ("width=300&fmt=avif", BOTH),
        ("width=300&height=400&fit=pad&background=ff8800", None),
        ("area=400,400&width=150&height=100&dpr=2&gravity=x30p,y10p", None),
        ("width=600&height=1200&enlarge=clamp&gravity=focus&fmt=auto", BOTH),
        ("width=200&fmt=png", None),
    ],
    ids=["jpeg", "avif", "pad", "dpr", "clamp", "png"],
)
def test_smaller_afterwards(site: Site, refinery: Refinery, query: str, accept: str | None) -> None:
    """A first answer for a minute, then the same picture in fewer bytes, with another ETag, its score, for a day."""
    stock(site, "all")
    first = site.get("a.jpg", query, accept)
    assert (first.status, age(first)) == (200, MINUTE)
    assert "X-Img-Score" not in first.headers
    records = refinery.messages()
    assert len(records) == 1
    assert refinery.handle(records) == []
    after = site.get("a.jpg", query, accept)
    assert len(after.body) < len(first.body)
    assert (after.type, after.image.size, after.operations) == (first.type, first.image.size, first.operations)
    assert age(after) == DAY
    assert after.headers["ETag"] != first.headers["ETag"]
    assert 50 < int(after.headers["X-Img-Score"]) <= 100
    assert int(after.headers["X-Img-Saved-Bytes"]) == int(first.headers["X-Img-Origin-Size"]) - len(after.body)
    same = ("X-Img-Origin-Size", "X-Img-Origin-Download-Time", "Last-Modified")
    assert [after.headers[name] for name in same] == [first.headers[name] for name in same]
    assert site.get("a.jpg", query, accept, if_none_match=first.headers["ETag"]).status == 200
    unchanged = site.get("a.jpg", query, accept, if_none_match=after.headers["ETag"])
    assert (unchanged.status, age(unchanged)) == (304, DAY)
    assert refinery.messages() == []


def test_transparent_pixels(site: Site, refinery: Refinery) -> None:
    """A refinement has the background of the first result, behind the picture and around it."""
    site.put("a.png", encoded(drawing(clear=True), "PNG"), "image/png")
    site.rule(quality=80, refine="all")
    query = "width=200&height=200&fit=pad&background=ff8800&fmt=jpeg"
    first = site.get("a.png", query)
    assert refinery.handle(refinery.messages()) == []
    after = site.get("a.png", query)
    assert len(after.body) < len(first.body)
    assert (after.type, after.operations) == (first.type, first.operations) == ("image/jpeg", "resize pad convert")
    # Above the picture of 200x150, and in its lower left corner, where there is no disc.
    assert drawing(clear=True).crop((0, 270, 30, 300)).getbbox() is None
    for place in ((100, 10), (5, 25 + 145)):
        for reply in (first, after):
            assert near(reply.image.getpixel(place), (255, 136, 0))


def test_delivered_again(site: Site, refinery: Refinery) -> None:
    """A message that is delivered twice, in one batch or later, has no effect the second time."""
    stock(site, "all")
    site.get("a.jpg", "width=100")
    records = refinery.messages()
    assert refinery.handle(records * 2) == []
    [key] = site.derived()
    once = site.s3.head_object(Bucket=DERIVED, Key=key)
    assert once["Metadata"]["refined"]
    assert refinery.handle(records) == []
    again = site.s3.head_object(Bucket=DERIVED, Key=key)
    assert (again["ETag"], again["LastModified"], again["Metadata"]) == (
        once["ETag"],
        once["LastModified"],
        once["Metadata"],
    )


def test_several_at_once(site: Site, refinery: Refinery) -> None:
    """If several functions get the same message at once, none fails and the object is complete."""
    stock(site, "all")
    first = site.get("a.jpg", "width=100")
    records = refinery.messages()
    assert len(records) == 1
    with ThreadPoolExecutor(4) as executor:
        assert list(executor.map(refinery.handle, [records] * 4)) == [[]] * 4
    after = site.get("a.jpg", "width=100")
    assert len(after.body) < len(first.body)
    assert len(after.body) == int(after.headers["Content-Length"])
    assert (after.image.size, age(after)) == (first.image.size, DAY)


def test_no_better_result(site: Site, refinery: Refinery, monkeypatch: pytest.MonkeyPatch) -> None:
    """If no encode is smaller, the first result stays, is cached for long and is not refined again."""
    stock(site, "all")
    first = site.get("a.jpg", "width=100")
    monkeypatch.setattr(refinery.module, "REFINER", replace(refinery.module.REFINER, encode=lambda *_: None))
    assert refinery.handle(refinery.messages()) == []
    after = site.get("a.jpg", "width=100")
    assert (after.body, after.headers["ETag"]) == (first.body, first.headers["ETag"])
    assert (age(first), age(after)) == (MINUTE, DAY)
    assert refinery.messages() == []


def test_original_replaced_meanwhile(site: Site, refinery: Refinery) -> None:
    """A refinement of a replaced original is skipped, and the new derived object requests its own."""
    stock(site, "all")
    site.get("a.jpg", "width=100")
    outdated = refinery.messages()
    site.put("a.jpg", jpeg(600, 400))
    made = site.get("a.jpg", "width=100")
    assert refinery.handle(outdated) == []
    assert site.get("a.jpg", "width=100").body == made.body
    assert refinery.handle(refinery.messages()) == []
    after = site.get("a.jpg", "width=100")
    assert len(after.body) < len(made.body)
    assert after.image.size == made.image.size


@pytest.mark.parametrize("gone", ["original", "derived"])
def test_gone_meanwhile(site: Site, refinery: Refinery, gone: str) -> None:
    """A refinement does not recreate an original or a derived object that was deleted or purged."""
    stock(site, "all")
    site.get("a.jpg", "width=100")
    [key] = site.derived()
    site.s3.delete_object(
        Bucket="originals" if gone == "original" else DERIVED, Key="a.jpg" if gone == "original" else key
    )
    assert refinery.handle(refinery.messages()) == []
    assert site.derived() == ([key] if gone == "original" else [])


def test_rule_changed_meanwhile(site: Site, refinery: Refinery) -> None:
    """A refinement that the current rule does not want is not done."""
    stock(site, "all")
    first = site.get("a.jpg", "width=100")
    records = refinery.messages()
    [key] = site.derived()
    site.rule(quality=60, refine="all")
    assert refinery.handle(records) == []
    assert site.s3.get_object(Bucket=DERIVED, Key=key)["Body"].read() == first.body


def test_popular(site: Site, refinery: Refinery) -> None:
    """With `popular`, only a repeated request starts a refinement. Until then the edge revalidates each minute."""
    stock(site, "popular")
    first = site.get("a.jpg", "width=100")
    assert age(first) == MINUTE
    assert refinery.messages() == []
    again = site.get("a.jpg", "width=100")
    assert (again.body, age(again)) == (first.body, MINUTE)
    assert refinery.handle(refinery.messages()) == []
    after = site.get("a.jpg", "width=100")
    assert len(after.body) < len(first.body)
    assert age(after) == DAY


@pytest.mark.parametrize("refine", ["popular", "all"])
def test_hot_object_is_asked_for_once(site: Site, refinery: Refinery, refine: str) -> None:
    """A warm function sends one message for any number of requests before the refinement."""
    stock(site, refine)
    for _ in range(5):
        assert age(site.get("a.jpg", "width=100")) == MINUTE
    assert len(refinery.messages()) == 1


def test_purged_object_is_asked_for_again(site: Site, refinery: Refinery) -> None:
    """A new derived object after a purge is refined again."""
    stock(site, "all")
    for _ in range(2):
        site.get("a.jpg", "width=100")
        [key] = site.derived()
        assert len(refinery.messages()) == 1
        site.s3.delete_object(Bucket=DERIVED, Key=key)


def test_off(site: Site, refinery: Refinery) -> None:
    """Without the option there is no message, and no shorter max-age."""
    site.put("a.jpg", jpeg())
    site.rule()
    for _ in range(3):
        assert age(site.get("a.jpg", "width=100")) == DAY
    assert refinery.messages() == []


@pytest.mark.parametrize("query", ["", "width=9999"], ids=["nothing to do", "skipped"])
def test_originals_that_pass(site: Site, refinery: Refinery, query: str) -> None:
    """An original is not made smaller, nor kept for less."""
    stock(site, "all")
    for _ in range(2):
        reply = site.get("a.jpg", query)
        assert (reply.operations, age(reply)) == (None, DAY)
    assert refinery.messages() == []


def test_remembered_skips(site: Site, refinery: Refinery) -> None:
    """A refinement without gain is not tried again."""
    site.put("a.jpg", jpeg()[:4000])
    site.rule(refine="all")
    for _ in range(2):
        reply = site.get("a.jpg", "width=50")
        assert (reply.reason, age(reply)) == ("original image is damaged", DAY)
    assert len(site.derived()) == 1
    assert refinery.messages() == []


def test_without_a_queue(site: Site) -> None:
    """If the deployment has no queue, responses have the usual cache time at the edge."""
    stock(site, "all")
    with site.pipeline(refinements=None):
        for _ in range(2):
            assert age(site.get("a.jpg", "width=100")) == DAY


class Down:
    """A queue that is down."""

    def request(self, refinement: Refinement) -> None:
        raise StoreError(refinement.name)


@pytest.mark.parametrize("refine", ["popular", "all"])
def test_failing_queue(site: Site, caplog: pytest.LogCaptureFixture, refine: str) -> None:
    """A queue that fails is noted in the log, and no viewer waits or sees it."""
    stock(site, refine)
    with site.pipeline(refinements=RefinementThrottle(Down(), monotonic)):
        for _ in range(2):
            reply = site.get("a.jpg", "width=100")
            assert (reply.status, reply.operations, age(reply)) == (200, "resize", MINUTE)
    failures = [record.failures for record in caplog.records if record.getMessage() == "request"]  # type: ignore[attr-defined] # ours
    # After a failure the queue is not called for a while.
    assert failures == ([["refinement"], []] if refine == "all" else [[], ["refinement"]])


def test_what_is_not_kept_is_not_asked_for(site: Site, refinery: Refinery, monkeypatch: pytest.MonkeyPatch) -> None:
    """If no derived object is stored, no refinement is requested and the edge has its usual cache time."""

    def fail(*_: object) -> bool:
        raise StoreError("down")

    monkeypatch.setattr(S3Derived, "put", fail)
    stock(site, "all")
    assert age(site.get("a.jpg", "width=100")) == DAY
    assert refinery.messages() == []


def test_failing_store(site: Site, refinery: Refinery, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a store fails, the message is delivered again and the refinement succeeds."""
    stock(site, "all")
    first = site.get("a.jpg", "width=100")
    records = refinery.messages()

    def fail(*_: object) -> bool:
        raise StoreError("down")

    with monkeypatch.context() as patch:
        patch.setattr(S3Derived, "put", fail)
        assert refinery.handle(records) == [record["messageId"] for record in records]
    assert site.get("a.jpg", "width=100").body == first.body
    assert refinery.handle(records) == []
    assert len(site.get("a.jpg", "width=100").body) < len(first.body)


def test_odd_keys_and_hosts(site: Site, refinery: Refinery) -> None:
    """The message leads to the same object, whatever its path and resource are called."""
    site.put("folder/é a+b%20?.jpg", encoded(photograph(), quality=95))
    site.item({"pk": "RESOURCE#site.example", "sk": "SETTINGS", "origin": {"prefix": "folder"}})
    site.rule(1, "site.example", quality=80, refine="all")
    query = "width=200&crop=4:5,offset-x0,offset-y100"
    first = site.get("é a+b%20?.jpg", query)
    assert first.operations == "resize crop"
    assert refinery.handle(refinery.messages()) == []
    after = site.get("é a+b%20?.jpg", query)
    assert len(after.body) < len(first.body)


def test_metrics(site: Site, refinery: Refinery, capsys: pytest.CaptureFixture[str]) -> None:
    """The log line of a refinement has the saved bytes, or the failure, in the terms of the operator's guide."""
    stock(site, "all")
    first = site.get("a.jpg", "width=100")
    records = refinery.messages()
    capsys.readouterr()
    broken = {"messageId": "broken", "body": "?", "eventSource": "aws:sqs"}
    assert refinery.handle([*records, *records, broken]) == ["broken"]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert all(line["service"] == "refine" for line in lines)
    assert all(line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "ImageStack" for line in lines)
    saved = len(first.body) - len(site.get("a.jpg", "width=100").body)
    told = [
        {name: line[name] for name in ("Refined", "RefinedBytesSaved", "RefineFailures") if name in line}
        for line in lines
    ]
    assert told == [
        {"Refined": [1], "RefinedBytesSaved": [saved]},
        {"Refined": [0], "RefinedBytesSaved": [0]},
        {"RefineFailures": [1]},
    ]


# event: the messages that come again.
EXPECTED = {"refine-outdated": [], "refine-unreadable": ["059f36b4-87a3-44ab-83d2-661975858001"]}


def test_every_event_is_expected() -> None:
    """Every event file of the folder has an expected result."""
    assert set(EXPECTED) == {path.stem for path in EVENTS.glob("refine-*.json")}


@pytest.mark.parametrize("name", EXPECTED)
def test_event(site: Site, refinery: Refinery, name: str) -> None:
    """Each event is answered as its name says."""
    stock(site, "all")
    assert refinery.handle(json.loads((EVENTS / f"{name}.json").read_text())["Records"]) == EXPECTED[name]


def test_image_function_loads_nothing_of_it(aws: str) -> None:
    """No cold start waits for what only refinements need: packages that score and optimise, and a client of SQS."""
    assert aws
    program = (
        "import functions.image.handler, json, sys; "
        "print(json.dumps([name for name in sys.modules if name.startswith("
        "('blazediff', 'oxipng', 'mozjpeg', 'imagestack.serving.refiner', 'imagestack.transform.'))]))"
    )
    queue = {"REFINE_QUEUE_URL": "http://127.0.0.1:9/queue"}
    found = subprocess.run(  # noqa: S603 - a fixed command
        [sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | queue,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert set(json.loads(found.splitlines()[-1])) == {
        f"imagestack.transform.{name}"
        for name in (
            *("colour", "decode", "drawn", "encode", "lines", "picture", "scales", "steps"),
            *("encoders", "encoders.avif", "encoders.jpeg", "encoders.png", "encoders.webp"),
            *("readers", "readers.result", "readers.exif", "readers.jpeg", "readers.jpeg_quality", "readers.png"),
        )
    }
