"""Originals are never changed: not by anything that requests and refinements do, whether stores fail or not."""

from types import ModuleType
from typing import Any

from tests.conftest import BOTH, ORIGINALS
from tests.faults.conftest import PATIENT, Behind, Frail
from tests.support.fault_kinds import FAULTS
from tests.support.fault_proxy import Fault
from tests.support.images import encoded, jpeg, photograph, png
from tests.support.refinery import Refinery

HARMLESS = {"GET", "HEAD"}
QUERIES = ["", "width=40", "fmt=webp", "width=40&fmt=avif", "crop=20,20", "width=9999", "quality=auto", "crop=no"]


def snapshot(s3: Any, bucket: str) -> dict[str, tuple[Any, ...]]:
    """All objects of a bucket: bytes and metadata."""
    found = {}
    for item in s3.list_objects_v2(Bucket=bucket)["Contents"]:
        stored = s3.get_object(Bucket=bucket, Key=item["Key"])
        found[item["Key"]] = (
            stored["Body"].read(),
            stored["ETag"],
            stored["LastModified"],
            stored["ContentType"],
            stored["Metadata"],
        )
    return found


def test_originals_stay_as_they_are(frail: Frail, refine: ModuleType, behind: dict[float, Behind], queue: str) -> None:
    """After all kinds of requests and refinements every original has the bytes and the version that it had."""
    site = frail.site
    site.put("a.jpg", jpeg(120, 90), Metadata={"credit": "somebody"})
    site.put("b.png", png(60, 40), "image/png")
    site.put("c.gif", encoded(photograph().resize((20, 20)), "GIF"), "image/gif")
    site.put("d.jpg", jpeg(120, 90)[:900])
    site.put("e.jpg", b"")
    site.rule(webp_enabled=True, refine="all", quality=80)
    before = snapshot(site.s3, ORIGINALS)
    frail.proxy.calls.clear()
    for key in before:
        for query in QUERIES:
            assert frail.get(key, query, BOTH).status == 200
    failing = Fault(" /originals/", FAULTS["connection reset in the body"], times=3)
    frail.spoil(failing)
    frail.get("a.jpg", "width=30")
    frail.heal()
    refinery = Refinery(refine, behind[PATIENT].sqs, queue)
    records = refinery.messages()
    assert records
    assert refinery.handle(records) == []
    assert snapshot(site.s3, ORIGINALS) == before
    of_originals = {call.operation for call in frail.proxy.calls if f"/{ORIGINALS}" in call.about}
    assert of_originals == HARMLESS
    assert {call.operation for call in frail.proxy.calls if call.about.startswith("/derived")} == {"GET", "PUT"}
